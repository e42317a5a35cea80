"""What changed between two days, what was corrected and why, and by which rules."""

from dashboard import components as ui

reader = ui.get_reader()
ui.show_heading(reader.text("page_changes"), reader.text("changes_lead"))

day_from, day_to = ui.choose_days(reader)
ui.show_changes(reader, day_from, day_to)

ui.show_section(reader.text("section_claim_changes"), reader.text("section_claim_changes_note"))
ui.show_claim_changes(reader, day_from, day_to)

ui.show_section(reader.text("section_corrections"), reader.text("section_corrections_note"))
ui.show_corrections(reader)

ui.show_section(reader.text("section_policy"))
ui.show_policy(reader)

ui.show_section(reader.text("section_days"))
ui.show_days(reader)
