"""The heading a page comes with is the one the app draws a second later, or there is none."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from reading import read_html
from starlette.requests import Request
from test_views import VIEWS, see

from dashboard.language import LANGUAGES, Language
from dashboard.web.shell import build_shell

INDEX = '<html lang="en"><head><title>x</title></head><body><div id="root"></div></body></html>'


def sent(page: str, language: Language, **query: Any) -> str:
    """Return the heading the page of an address comes with."""
    name = "" if page == "overview" else page
    scope = {
        "type": "http", "method": "GET", "scheme": "http", "server": ("localhost", 80), "root_path": "",
        "path": f"/{name}", "query_string": urlencode({"lang": language, **query}).encode(), "headers": [],
    }  # fmt: skip
    body = build_shell(INDEX, Request(scope), name)
    return "".join(re.findall(r'<div class="first".*?</div>(?=<div id="root">)', body, flags=re.DOTALL))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_the_heading_sent_is_the_heading_drawn(view: str, language: Language, site: Any) -> None:
    page, query = VIEWS[view]
    first = sent(page, language, **query)
    if "asof" in query or page == "opinions" or view.startswith("unknown"):
        assert first == ""
        return
    drawn = see(view, language)
    assert read_html(first).headings == [drawn.title]
    (heading,) = [body for body in drawn.html if '<header class="heading">' in body]
    lead = re.search(r'<p class="lead">.*?</p>', first)
    assert lead is None or lead[0] in heading
    assert ('class="kicker' in first) == ('class="kicker' in heading)
