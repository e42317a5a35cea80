"""One indicator: finding, figure, proof, doubt, and the rows to take away."""

import streamlit as st

from dashboard import components as ui

reader = ui.get_reader()
card = ui.choose_indicator(reader)
if card is None:
    st.stop()

code = card.indicator.code
finding = ui.find_claim(reader, code)
ui.show_indicator_heading(reader, card, finding)

view = ui.choose_view(reader, card)
left, right = st.columns([2, 1], gap="large")
with left:
    query = ui.show_indicator_view(reader, card, view)
    ui.show_source_note(reader, card, ui.rows_of(query))
    ui.show_downloads(reader, code, query)
    ui.show_present_item(reader, f"indicator:{code}")
    ui.show_bench(reader, code, query)
    ui.show_indicator_corrections(reader, card)
    ui.show_citation(reader, "indicator", code)
with right:
    ui.show_facts(reader, card, ui.rows_of(query))

ui.show_section(reader.text("section_doubt"))
ui.show_doubts(reader, card, finding)

ui.show_section(reader.text("section_source"))
ui.show_provenance(reader, card)

ui.show_section(reader.text("section_related"))
ui.show_related(reader, card)
