"""One case story: prose with live figures, claims with their grades, limits, sources."""

import streamlit as st

from dashboard import components as ui

reader = ui.get_reader()
story = ui.choose_story(reader)
if story is None:
    st.stop()

ui.show_story_heading(reader, story)
ui.show_present(reader, f"/story?slug={story.slug}", f"story-{story.slug}", named=False)
left, right = st.columns([5, 2], gap="large")
with left:
    ui.show_story_body(reader, story)
with right:
    ui.show_story_side(reader, story)
ui.show_section(reader.text("section_borrow"), reader.text("borrow_note"))
ui.show_borrow(reader, story)
ui.show_section(reader.text("section_source"))
ui.show_story_sources(reader, story)
ui.show_story_downloads(reader, story)
ui.show_citation(reader, "story", story.slug)
ui.show_history(reader, story)
