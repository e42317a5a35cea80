"""What did not work: across stories, stalled commitments, missed milestones and figures that got worse."""

from dashboard import components as ui

reader = ui.get_reader()
ui.show_heading(reader.text("page_failures"), reader.text("failures_lead"))

words = ui.url_text(reader.text("search"), key="q", placeholder=reader.text("search_hint"))
found = ui.find_failures(reader, words)
ui.show_html(ui.announce(reader.text("failures_found", count=len(found))))
ui.show_failures(reader, found)
