"""The index of case stories."""

import streamlit as st

from dashboard import components as ui

reader = ui.get_reader()
ui.show_heading(reader.text("page_stories"), reader.text("stories_lead"))

stories = ui.get_rows(reader, "get_case_studies")
for row in range(0, len(stories), 3):
    for column, story in zip(st.columns(3), stories[row : row + 3], strict=False):
        with column:
            ui.show_story_card(reader, story)
