"""Slides of one's own: pick findings, order them, choose the language, take them away; and ready-made decks."""

from dashboard import components as ui

reader = ui.get_reader()
ui.show_heading(reader.text("page_decks"), reader.text("decks_lead"))

items = ui.choose_slides(reader)
ui.show_deck_output(reader, items)

ui.show_section(reader.text("section_ready"), reader.text("section_ready_note"))
ui.show_ready_decks(reader)
