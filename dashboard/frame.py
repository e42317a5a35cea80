"""The script Streamlit runs for every reader: page config, navigation, language switch, page, footer."""

import streamlit as st

from dashboard import components as ui
from dashboard.exceptions import OpenGovError

# Closed from the start: on a phone the menu is the sidebar, and would lie over what the reader came for.
st.set_page_config(page_icon=ui.picture_address("favicon.png"), layout="wide", initial_sidebar_state="collapsed")
language = ui.get_language()
mode = "dark" if st.context.theme.type == "dark" else "light"
st.logo(ui.picture_address(f"wordmark-{language}-{mode}.svg"), size="medium")
page = st.navigation(ui.list_pages(language), position="top")
ui.forget_choices()
try:
    reader = ui.get_reader()
    ui.show_language_switch(reader)
    ui.show_stale_notice(reader)
    ui.show_asof(reader, page.url_path)
    page.run()
    ui.show_footer(reader, page.url_path)
except OpenGovError as error:
    ui.show_error(error, language)
