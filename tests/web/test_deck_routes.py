"""Decks and briefs by address."""

import datetime as dt
import io
import re
from html import unescape
from typing import Any

import pytest
from client import HOST, Client
from pptx import Presentation

from dashboard.export import shelf as shelves
from dashboard.language import format_period, text
from dashboard.store import Store
from dashboard.web import decks, edition

MIDNIGHT = dt.datetime(2026, 11, 19, 16, tzinfo=dt.UTC)
"""When the row of 2023, published on 20 November, comes out in Taipei."""


def _words(body: bytes) -> str:
    file = Presentation(io.BytesIO(body))
    shapes = [shape for page in file.slides for shape in page.shapes]
    words = [shape.text_frame.text for shape in shapes if shape.has_text_frame]
    charts = [shape.chart for shape in shapes if shape.has_chart]
    values = [
        str(value) for chart in charts for plot in chart.plots for series in plot.series for value in series.values
    ]
    notes = [page.notes_slide.notes_text_frame.text for page in file.slides]
    return "\n".join([*words, *values, *notes])


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("language", ["zh-TW", "en", "both"])
def test_a_ready_made_deck_is_a_file_with_a_tag(client: Client, language: str) -> None:
    answer = client.get(f"/deck/overview.pptx?lang={language}")
    assert answer.status == 200
    assert answer.headers["content-type"] == decks.PPTX
    assert f"_{language}.pptx" in answer.headers["content-disposition"]
    assert HOST in _words(answer.body), "the link leads to the site that was asked"
    again = client.get(f"/deck/overview.pptx?lang={language}", if_none_match=answer.headers["etag"])
    assert again.status == 304


@pytest.mark.usefixtures("site")
def test_a_deck_of_ones_own(client: Client) -> None:
    answer = client.get("/deck.pptx?items=indicator:cpi_score,claim:none,story:open-contracting&lang=en")
    assert len(Presentation(io.BytesIO(answer.body)).slides) == 2
    other = client.get("/deck.pptx?items=story:open-contracting,indicator:cpi_score&lang=en")
    assert other.headers["etag"] != answer.headers["etag"]


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    "address", ["/deck/none.pptx", "/deck.pptx", "/deck.pptx?items=claim:none", "/deck/theme-%3Cb%3E.pptx"]
)
@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_no_such_deck_is_told_in_a_sentence(client: Client, address: str, language: Any) -> None:
    answer = client.get(f"{address}{'&' if '?' in address else '?'}lang={language}")
    assert (answer.status, answer.text) == (404, text("not_found", language))


@pytest.mark.parametrize(
    ("moment", "out"),
    [(MIDNIGHT - dt.timedelta(seconds=1), False), (MIDNIGHT, True)],
    ids=["before", "midnight in Taipei"],
)
def test_a_row_under_embargo_is_in_no_deck_and_no_brief_before_midnight_in_taipei(
    moment: dt.datetime, out: bool, client: Client, vintage_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decks, "current_store", lambda _: vintage_store)
    monkeypatch.setattr(edition, "current_store", lambda _: vintage_store)
    monkeypatch.setattr("dashboard.catalog.now", lambda: moment)
    shelves.open_shelf.cache_clear()
    item = "indicator:procurement_open_share_count"
    for asof in ("", "&asof=2026-11-20", "&asof=2030-01-01"):
        deck = client.get(f"/deck.pptx?items={item}&lang=en{asof}")
        if deck.status == 400:
            assert asof and (asof != "&asof=2026-11-20" or not out), "only a day that has not come is refused"
        else:
            assert ("83.1" in _words(deck.body)) == out
        brief = client.get(f"/brief/theme/procurement?lang=en{asof}")
        assert brief.status == 200
        assert ("published 20 Nov 2026" in brief.text) == out


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("language", ["zh-TW", "en"])
@pytest.mark.parametrize("path", ["theme/integrity", "theme/world", "commitment/nap1-4-2", "commitment/nap2-7"])
def test_a_brief_tells_findings_doubt_setbacks_and_gaps(client: Client, path: str, language: Any) -> None:
    page = client.get(f"/brief/{path}?lang={language}").text
    for key in ("brief_findings", "deck_q_worse", "deck_q_missing", "sources"):
        assert f"<h2>{text(key, language)}</h2>" in page
    assert page.count('class="finding"') == page.count('class="doubt"') <= 4
    assert page.count('class="finding"') == 0 or 'class="grade"' in page or text("deck_ungraded", language) in page
    assert "<script" not in page.replace('<script type="application/ld+json">', "")


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("language", ["zh-TW", "en"])
@pytest.mark.parametrize(
    ("asof", "problem"), [("soon", "asof_malformed"), ("2199-01-01", "asof_future"), ("1999-01-01", "asof_early")]
)
def test_a_brief_tells_a_day_it_cannot_give(asof: str, problem: str, language: Any, client: Client) -> None:
    words = text(problem, language, day="@").partition("@")[0]
    page, plain = (client.get(f"/brief/theme/integrity?lang={language}{day}").text for day in (f"&asof={asof}", ""))
    assert words in unescape(page)
    assert words not in unescape(plain)


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_a_brief_of_a_day_says_so_and_leads_to_that_day(language: Any, client: Client) -> None:
    page = client.get(f"/brief/theme/integrity?lang={language}&asof=2026-11-24").text
    assert text("asof_notice", language, day=format_period("2026-11-24", language)) in page
    assert f'<a href="../../brief/theme/integrity?lang={language}">{text("asof_latest", language)}</a>' in page
    assert re.findall(r'<h3><a href="[^"]*asof=2026-11-24">', page)


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("path", ["theme/none", "commitment/none", "plan/nap1", "theme/%3Cscript%3E"])
def test_no_such_brief_is_told_in_a_sentence(client: Client, path: str) -> None:
    answer = client.get(f"/brief/{path}?lang=en")
    assert answer.status == 404
    assert text("not_found", "en") in answer.text
    assert "<script" not in answer.text
