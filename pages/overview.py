"""What changed for people: headline results, a map, what is late or unknown, stories."""

import streamlit as st

from dashboard import components as ui

reader = ui.get_reader()
cards = ui.get_cards(reader)

ui.show_heading(reader.text("purpose"), reader.text("purpose_more", count=len(cards), day=ui.data_day(reader)))

headlines = ui.choose_headlines(list(ui.get_claims(reader).values()), cards)
with st.container(key="findings"):
    for row in range(0, len(headlines), 3):
        for column, filled in zip(st.columns(3), headlines[row : row + 3], strict=False):
            with column:
                ui.show_finding(reader, filled)
st.html(ui.small(reader.text("headline_rule")))

left, right = st.columns([3, 2], gap="large")
with left:
    ui.show_section(reader.text("section_map"))
    ui.show_map_layers(reader)
with right:
    ui.show_section(reader.text("section_open"), reader.text("section_open_note"))
    ui.show_open_questions(reader)

ui.show_section(reader.text("section_stories"))
stories = ui.get_rows(reader, "get_case_studies")[:3]
for column, story in zip(st.columns(3), stories, strict=False):
    with column:
        ui.show_story_card(reader, story)

ui.show_section(reader.text("section_reading"))
ui.show_reading_guide(reader)
