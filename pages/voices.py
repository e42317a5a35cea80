"""Group opinions of one's own by wording or meaning, on this machine, and put the groups right by hand."""

from dashboard import components as ui

reader = ui.get_reader()
ui.show_heading(reader.text("page_voices"), reader.text("voices_lead"))
ui.show_privacy(reader)
method = ui.choose_method(reader)

if (table := ui.load_opinions(reader)) and (held := ui.group_table(reader, table, method)):
    ui.show_voices(reader, held)
    ui.show_section(reader.text("section_edit"), reader.text("section_edit_note"))
    ui.edit_voices(reader, held)
    ui.show_section(reader.text("section_take"))
    ui.export_voices(reader, held)

ui.show_way_to_maps(reader)
