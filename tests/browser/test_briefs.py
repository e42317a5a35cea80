"""Briefs on paper: at most two sheets of A4, in both languages."""

import re

import pytest
from playwright.sync_api import Browser

BRIEFS = ["theme/integrity", "theme/participation", "theme/inclusion", "commitment/nap1-4-2", "commitment/nap1-2-1"]


@pytest.mark.parametrize("language", ["zh-TW", "en"])
@pytest.mark.parametrize("path", BRIEFS)
def test_a_brief_takes_two_sheets_at_most(chromium: Browser, app_url: str, path: str, language: str) -> None:
    page = chromium.new_page()
    answer = page.goto(f"{app_url}/brief/{path}?lang={language}")
    assert answer is not None
    assert answer.status == 200
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 2
    page.close()
