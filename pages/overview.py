"""What changed for people: headline results, a map, what is late or unknown, stories."""

import streamlit as st

from dashboard import components as ui

reader = ui.get_reader()

ui.show_heading(
    reader.text("purpose"), reader.text("purpose_more", count=len(ui.get_cards(reader)), day=ui.data_day(reader))
)

ui.show_present(reader, "/", "overview")
ui.show_headlines(reader)
ui.show_html(ui.small(reader.text("headline_rule")))
ui.show_builder_link(reader)

left, right = st.columns([3, 2], gap="large")
with left:
    ui.show_section(reader.text("section_map"))
    ui.show_map_layers(reader)
with right:
    ui.show_section(reader.text("section_open"), reader.text("section_open_note"))
    ui.show_open_questions(reader)

ui.show_section(reader.text("section_stories"))
ui.show_story_cards(reader, ui.list_stories(reader)[:3])

ui.show_section(reader.text("section_reading"))
ui.show_reading_guide(reader)
