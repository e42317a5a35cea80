"""The script Streamlit runs for every reader: page config, navigation, language switch, page, footer."""

import streamlit as st

from dashboard import components as ui
from dashboard.exceptions import OpenGovError
from dashboard.language import text
from dashboard.settings import ROOT
from dashboard.web.shell import DETAILS, PAGES, TOOLS

STATIC = ROOT / "dashboard" / "web" / "static"

st.set_page_config(page_icon=str(STATIC / "favicon.png"), layout="wide")
language = ui.get_language()
pages = [
    st.Page(
        ROOT / "pages" / f"{name}.py",
        title=text(f"page_{name}", language),
        url_path=name,
        default=name == PAGES[0],
        visibility="visible" if name in PAGES else "hidden",
    )
    for name in (*PAGES, *DETAILS, *TOOLS)
]
mode = "dark" if st.context.theme.type == "dark" else "light"
st.logo(str(STATIC / f"wordmark-{language}-{mode}.svg"), size="medium")
page = st.navigation(pages, position="top")
try:
    reader = ui.get_reader()
    ui.show_language_switch(reader)
    ui.show_stale_notice(reader)
    page.run()
    ui.show_footer(reader)
except OpenGovError as error:
    ui.show_error(error, language)
