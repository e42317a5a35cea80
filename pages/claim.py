"""One claim on one screen: numbers, rows, sources, grade and doubt."""

import streamlit as st

from dashboard import components as ui

reader = ui.get_reader()
filled = ui.choose_claim(reader)
if filled is None:
    st.stop()

ui.show_claim_heading(reader, filled)
ui.show_present_item(reader, f"claim:{filled.claim.id}")
left, right = st.columns([3, 2], gap="large")
with left:
    ui.show_claim_numbers(reader, filled)
    ui.show_claim_figure(reader, filled)
    ui.show_claim_downloads(reader, filled)
    ui.show_citation(reader, "claim", filled.claim.id)
with right:
    ui.show_grade_parts(reader, filled)
    ui.show_claim_uses(reader, filled)
