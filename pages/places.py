"""Counties and townships on a map, with year and indicator; named projects; a county's profile."""

import streamlit as st

from dashboard import components as ui

reader = ui.get_reader()
ui.show_heading(reader.text("page_places"), reader.text("places_lead"))

layer = ui.choose_layer(reader)
if layer == "projects":
    ui.show_projects(reader)
elif chosen := ui.choose_map(reader):
    code, query = chosen
    card = ui.get_cards(reader)[code]
    left, right = st.columns([3, 2], gap="large")
    with left:
        ui.show_html(ui.map_title(reader, card, query))
        ui.show_map(reader, code, **query)
        ui.show_source_note(reader, card, ui.rows_of(query))
        ui.show_downloads(reader, code, query)
        ui.show_bench(reader, code, query)
    with right:
        ui.show_ranked_places(reader, card, query)
        ui.show_html(ui.small(reader.pick(card.indicator, "usage_warnings")))
    ui.show_weighed_places(reader, code, **query)

ui.show_section(reader.text("section_profile"), reader.text("profile_note"))
county = ui.choose_county(reader)
ui.show_profile(reader, county)
