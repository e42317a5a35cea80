"""Everything that can be found by words, the best first."""

from dashboard import components as ui

reader = ui.get_reader()
ui.show_heading(reader.text("page_search"), reader.text("search_lead"))

words = ui.ask_words(reader)
ui.show_results(reader, words)
