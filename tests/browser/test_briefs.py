"""Briefs on paper: at most two sheets of A4, in both languages."""

import re
import tomllib
from itertools import product

from depth import tries
from playwright.sync_api import Browser

from dashboard.language import LANGUAGES
from dashboard.settings import ROOT

LONGEST = tries(1)
"""How many briefs are printed in both languages: those with the most letters of all themes and commitments."""


def test_the_longest_briefs_take_two_sheets_at_most(chromium: Browser, app_url: str) -> None:
    page = chromium.new_page()
    rows = page.request.get(f"{app_url}/api/v1/commitments?limit=200").json()["rows"]
    themes = tomllib.loads((ROOT / "data" / "themes.toml").read_text(encoding="utf-8"))
    paths = [*(f"commitment/{row['code']}" for row in rows), *(f"theme/{code}" for code in themes)]
    answers = {path: page.request.get(f"{app_url}/brief/{path}?lang=en") for path in paths}
    assert len(paths) > 30
    assert {answer.status for path, answer in answers.items() if path.startswith("commitment/")} == {200}
    # A theme without anything to show has no brief.
    letters = {path: len(re.sub(r"<[^>]+>", "", answer.text())) for path, answer in answers.items() if answer.ok}
    longest = sorted(letters, key=lambda path: letters[path], reverse=True)[:LONGEST]
    for path, language in product(longest, LANGUAGES):
        page.goto(f"{app_url}/brief/{path}?lang={language}")
        paper = page.pdf(format="A4", prefer_css_page_size=True)
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 2, (path, language)
    page.close()
