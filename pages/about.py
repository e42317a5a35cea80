"""Where the data come from, what was checked, what is missing, and by which rules they are shown."""

from dashboard import components as ui

reader = ui.get_reader()
ui.show_heading(reader.text("page_about"), reader.text("about_lead"))

view = ui.choose_about_view(reader)
if view == "checks":
    ui.show_checks(reader)
elif view == "sources":
    ui.show_sources(reader)
elif view == "freshness":
    ui.show_freshness(reader)
elif view == "gaps":
    ui.show_gaps(reader)
elif view == "parity":
    ui.show_parity(reader)
else:
    ui.show_method(reader)

ui.show_contact(reader)
