"""Find an indicator by theme, level, place or words."""

import streamlit as st

from dashboard import components as ui

reader = ui.get_reader()
ui.show_heading(reader.text("page_indicators"), reader.text("indicators_lead"))

with st.container(key="filters"):
    words = ui.url_text(reader.text("search"), key="q", placeholder=reader.text("search_hint"))
    first, second, third = st.columns(3)
    with first:
        theme = ui.choose_theme(reader)
    with second:
        level = ui.choose_level(reader)
    with third:
        place = ui.choose_coverage(reader)

found = ui.find_indicators(reader, words=words, theme=theme, level=level, coverage=place)
if theme != ui.ANY:
    ui.show_theme_ladder(reader, theme)
    ui.show_present(reader, f"/indicators?theme={theme}", f"theme-{theme}")
ui.show_html(ui.announce(reader.text("found", count=len(found), whole=len(ui.get_cards(reader)))))
ui.show_indicator_list(reader, found)
