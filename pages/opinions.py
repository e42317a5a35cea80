"""An online consultation: who stands near whom, what unites and what divides, and how sure that is."""

import streamlit as st

from dashboard import components as ui

reader = ui.get_reader()
held = ui.choose_consultation(reader)
if held is not None:
    ui.show_opinions_heading(reader, held)
    left, right = st.columns([3, 2], gap="large")
    with left:
        ui.show_opinion_map(reader, held)
    with right:
        ui.show_opinion_facts(reader, held)

    ui.show_section(reader.text("section_statements"), reader.text("section_statements_note"))
    ui.show_statements(reader, held)

    left, right = st.columns(2, gap="large")
    with left:
        ui.show_section(reader.text("section_growth"))
        ui.show_growth(reader, held)
    with right:
        ui.show_section(reader.text("section_shares"))
        ui.show_shares(reader, held)

    ui.show_section(reader.text("section_sure"))
    ui.show_certainty(reader, held)
    ui.show_section(reader.text("section_source"))
    ui.show_opinions_source(reader, held)
