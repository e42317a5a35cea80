"""Several indicators, or several places of one, side by side: honest axes, how they move together, the numbers."""

from dashboard import components as ui

reader = ui.get_reader()
ui.show_heading(reader.text("page_compare"), reader.text("compare_lead"))

codes, places, form = ui.choose_comparison(reader)
ui.show_comparison(reader, codes, places, form)
