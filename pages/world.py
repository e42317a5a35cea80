"""Taiwan beside the world: better than ten years ago, by whose word; and whether joining the OGP moved anything."""

from dashboard import components as ui

reader = ui.get_reader()
ui.show_heading(reader.text("page_world"), reader.text("world_lead"))

group = ui.choose_group(reader)
ui.show_group_note(reader, group)
ui.show_section(reader.text("section_scoreboard"))
ui.show_scoreboard(reader, group)

ui.show_section(reader.text("section_compare"))
view = ui.choose_world_view(reader, group)
ui.show_html(ui.reading(ui.read_change(reader, view)))
chart = ui.choose_world_chart(reader, view)
ui.show_world_chart(reader, view, chart)
ui.show_html(ui.small(reader.pick(ui.get_cards(reader)[view.code].indicator, "usage_warnings")))

ui.show_section(reader.text("section_study"), reader.text("study_note"))
ui.show_study(reader)
