"""The index of case stories."""

from dashboard import components as ui

reader = ui.get_reader()
ui.show_heading(reader.text("page_stories"), reader.text("stories_lead"))
ui.show_story_cards(reader, ui.get_rows(reader, "get_case_studies"))

ui.show_section(reader.text("section_opinions"), reader.text("section_opinions_note"))
ui.show_consultation_links(reader)
