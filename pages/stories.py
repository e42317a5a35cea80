"""The index of case stories, by theme, OGP value, policy area, plan, agency and grade."""

from dashboard import components as ui

reader = ui.get_reader()
ui.show_heading(reader.text("page_stories"), reader.text("stories_lead"))

found = ui.find_stories(reader, ui.choose_stories(reader))
ui.show_html(ui.announce(reader.text("stories_found", count=len(found), whole=len(ui.list_stories(reader)))))
ui.show_found_stories(reader, found)

ui.show_section(reader.text("section_opinions"), reader.text("section_opinions_note"))
ui.show_consultation_links(reader)
