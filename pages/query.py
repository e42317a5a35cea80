"""A reader's own SQL over the published tables: question, answer, file, examples, tables."""

from dashboard import components as ui

reader = ui.get_reader()
ui.show_heading(reader.text("page_query"), reader.text("query_lead"))

sql = ui.ask_query(reader)
ui.show_answer(reader, sql)

ui.show_section(reader.text("query_examples"), reader.text("query_examples_note"))
ui.show_query_examples(reader)

ui.show_section(reader.text("query_schema"))
ui.show_schema(reader)

ui.show_section(reader.text("query_safe"))
ui.show_attacks(reader)
