"""The claim ledger: every sentence with a number in it, by grade, level, theme and state."""

import streamlit as st

from dashboard import components as ui

reader = ui.get_reader()
ui.show_heading(reader.text("page_ledger"), reader.text("ledger_lead"))

words = ui.url_text(reader.text("search"), key="q", placeholder=reader.text("search_hint"))
first, second, third, fourth = st.columns(4)
with first:
    grade = ui.choose_grade(reader)
with second:
    level = ui.choose_level(reader)
with third:
    theme = ui.choose_theme(reader)
with fourth:
    state = ui.choose_claim_state(reader)

found = ui.find_claims(reader, words=words, grade=grade, level=level, theme=theme, state=state)
ui.show_html(ui.announce(reader.text("claims_found", count=len(found), whole=len(ui.get_claims(reader)))))
ui.show_claim_list(reader, found)
