"""Whatever stands in an address, a reader gets a page: never an exception, always a heading."""

import datetime as dt
import re
from functools import cache
from typing import Any

import pytest
from depth import tries
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import Page, new_session, visit

from dashboard import queries
from dashboard.language import LANGUAGES, load_texts, text
from dashboard.models import Completion, ResultLevel
from dashboard.queries import IndicatorCard
from dashboard.settings import get_settings
from dashboard.steps import LATE
from dashboard.store import current_store
from dashboard.views import FLAGS
from dashboard.web.shell import DETAILS, FORMLESS, MORE, PAGES

ALL_PAGES = (*PAGES, *MORE, *DETAILS)
PARAMETERS = {
    "overview": ("layer",),
    "indicators": ("q", "theme", "level", "coverage"),
    "indicator": ("code", "view", "place", "part", "period", "map_level", "since", "by"),
    "places": ("show", "kind", "indicator", "map_level", "part", "period", "since", "by", "county"),
    "world": ("i", "group", "place", "view", "since", "period", "outcome"),
    "plans": ("view", "plan", "area", "agency", "state", "commitment", "steps"),
    "stories": ("theme", "value", "policy", "plan", "agency", "grade"),
    "story": ("slug",),
    "failures": ("q",),
    "ledger": ("q", "grade", "level", "theme", "state"),
    "claim": ("id",),
    "search": ("q",),
    "about": ("view", "flag"),
    "compare": ("i", "place", "form"),
    "query": ("sql",),
    "changes": ("from", "to"),
    "opinions": ("c", "list"),
    "voices": ("method",),
    "decks": ("items", "lang2", "made", "add"),
}
EVERYWHERE = ("lang", "era", "asof")
"""Parameters every page reads."""
NAMES = sorted({name for names in PARAMETERS.values() for name in names} | {*EVERYWHERE})
NASTY = (
    "",
    " ",
    "all",
    "_T",
    "TWN",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "'; DROP TABLE indicator; --",
    "{0.__class__}",
    "{{figure:cpi_score}}",
    "%00",
    "\x00",
    "臺北",
    "null",
    "1e999",
    "a" * 500,
)
quickly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
words = st.one_of(st.sampled_from(NASTY), st.text(max_size=30))
values = st.one_of(words, st.lists(words, min_size=1, max_size=3))


def address(page: str, value: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Give parameters of a page, some or all of them."""
    names = [*PARAMETERS[page], *EVERYWHERE]
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, value))


def check(at: Any, page: str, query: dict[str, Any]) -> Page:
    """Return the page at an address, which is a whole page whatever the address says."""
    seen = visit(at, page, **query)
    assert not at.exception
    assert "problem" not in seen.classes
    assert seen.title
    assert at.query_params["lang"] in LANGUAGES
    assert "Traceback" not in seen.text()
    assert not re.search(r"<script>alert", "".join(seen.html))
    return seen


def test_every_page_and_every_parameter_the_pages_read_is_tried_here() -> None:
    from dashboard.settings import ROOT

    assert set(PARAMETERS) == set(ALL_PAGES)
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "dashboard" / "components").glob("*.py")]
    read = {name for code in sources for name in re.findall(r'query_params(?:\.get\(|\[)"(\w+)"', code)}
    read |= {name for code in sources for name in re.findall(r'\bkey="(\w+)", (?:default|placeholder)', code)}
    read |= {name for code in sources for name in re.findall(r'\bkey="(\w+)",\n\s+default', code)}
    assert read <= set(NAMES), read - set(NAMES)


@pytest.mark.parametrize("page", ALL_PAGES)
@settings(quickly, max_examples=tries(3))
@given(data=st.data())
def test_any_words_in_any_parameter_give_a_page(page: str, data: st.DataObject) -> None:
    check(new_session(), page, data.draw(address(page, values)))


@pytest.mark.parametrize("page", [page for page in ALL_PAGES if page in FORMLESS])
def test_pages_that_do_not_fetch_lists_and_fields_at_once_have_none(page: str, cards: dict[str, Any]) -> None:
    store = current_store(get_settings())
    shown = {
        "story": {"slug": queries.get_case_studies(store)[0].slug},
        "claim": {"id": queries.get_claims(store, cards, dt.date(2099, 1, 1))[0].claim.id},
    }
    seen = visit(new_session(), page, lang="en", **shown.get(page, {}))
    assert page not in shown or seen.title != text(f"page_{page}", "en"), "the page of nothing"
    assert [kind for kind in ("selectbox", "text_input") if seen.at.get(kind)] == []


@cache
def see_plain(page: str, **kept: str) -> Page:
    """Return a page without any choice; kept, since nothing here changes it."""
    return visit(new_session(), page, lang="en", **kept)


@pytest.mark.parametrize("value", ["no_such_thing", ["a", "b"], ""], ids=["unknown", "twice", "empty"])
@pytest.mark.parametrize("page", ALL_PAGES)
def test_all_parameters_wrong_at_once_give_the_page_without_any(page: str, value: Any, cards: dict[str, Any]) -> None:
    kept = {name: "cpi_score" for name in ("code",) if page == "indicator"}
    wrong = {name: value for name in PARAMETERS[page] if name not in (*kept, *DETAILS.values(), "q", "sql")}
    plain = see_plain(page, **kept)
    seen = check(new_session(), page, {"lang": "en", **kept, **wrong})
    assert seen.html == plain.html
    assert [table.to_dict() for table in seen.tables] == [table.to_dict() for table in plain.tables]
    assert [figure["data"] for figure in seen.figures] == [figure["data"] for figure in plain.figures]
    asked = {name for name in wrong if name in seen.at.query_params}
    assert not [name for name in asked if name in {element.key for element in seen.at.selectbox}]


@pytest.mark.parametrize("page", ["indicator", "story", "claim"])
@pytest.mark.parametrize("key", NASTY, ids=[f"nasty {place}" for place in range(len(NASTY))])
def test_an_unknown_thing_gets_a_heading_and_a_way_on(page: str, key: str) -> None:
    seen = visit(new_session(), page, lang="en", **{DETAILS[page]: key})
    assert not seen.at.exception
    assert seen.title == load_texts()[f"page_{page}"]["en"]
    assert [href for href in seen.links if href.startswith("/")]


def real_values() -> dict[str, st.SearchStrategy[str]]:
    """Give for each parameter values that are right somewhere, so that most combinations contradict each other."""
    store = current_store(get_settings())
    cards: dict[str, IndicatorCard] = queries.get_cards(store)
    commitments = queries.get_commitments(store)
    summary = queries.get_summary(store, max(card.indicator.published for card in cards.values()))
    parts = sorted({part.code for card in cards.values() for part in card.breakdowns})
    held = {
        "code": sorted(cards),
        "indicator": sorted(cards),
        "slug": [story.slug for story in queries.get_case_studies(store)],
        "id": [filled.claim.id for filled in queries.get_claims(store, cards, summary["published"].max().date())],
        "view": ["chart", "map", "table", "lines", "slope", "rank", "commitments", "timeline", "task_force", "checks"],
        "i": [code for code in sorted(cards) if summary.loc[code, "countries"] > 1],
        "group": ["oecd_asia", "asia", "ogp", "world", "oecd"],
        "since": ["2000", "2013", "2014", "2018", "2020", "2024", "case_16", "case_17"],
        "outcome": ["control_of_corruption", "participatory_democracy", "_T"],
        "c": [row.slug for row in queries.get_consultations(store)],
        "list": ["united", "divided", "groups", "every"],
        "layer": ["women", "vote", "projects"],
        "show": ["indicators", "projects"],
        "kind": ["all", "integrity_platform", "hackathon_winner"],
        "theme": ["all", *sorted({card.indicator.theme for card in cards.values()})],
        "level": [*ResultLevel, "county"],
        "coverage": ["county", "township", "country"],
        "map_level": ["county", "township", "country"],
        "grade": ["E0", "E1", "E2", "E5"],
        "q": ["women", "臺北", "公開 招標"],
        "place": ["TWN", "TW-TPE", "TW-LIE", "63000010", "USA", "all"],
        "county": ["TW-TPE", "TW-LIE", "TWN"],
        "part": ["_T", "all", *parts],
        "period": sorted(set(summary["first_period"]) | set(summary["last_period"].dropna())),
        "plan": ["none", *[plan.code for plan in queries.get_plans(store)]],
        "value": sorted({value for row in queries.get_case_studies(store) for value in row.ogp_values}),
        "policy": sorted({area for row in queries.get_case_studies(store) for area in row.policy_areas}),
        "area": sorted({row.area_en for row in commitments}),
        "agency": sorted({row.lead_agency_en for row in commitments}),
        "state": [*Completion, "changed", "bad_news"],
        "commitment": ["all", *[row.code for row in commitments]],
        "steps": ["all", *LATE],
        "flag": ["all", *FLAGS],
        "form": ["small", "indexed", "standardised"],
        "sql": ["SELECT 1", "SELECT nothing", "SELECT * FROM theme; DROP TABLE theme"],
        "asof": ["2026-11-22", "2026-11-23", "2026-11-24", "2999-01-01", "yesterday"],
        "from": ["2026-11-23", "2026-11-24", "2026-12-31"],
        "to": ["2026-11-23", "2026-11-24", "2020-01-01"],
        "by": ["land", "people", "sea"],
        "items": ["claim:cpi_within_margin", "indicator:cpi_score,story:nothing"],
        "lang2": ["en", "zh-TW"],
        "made": ["2026-11-23", "yesterday"],
        "add": ["indicator:cpi_score", "claim:nothing"],
        "era": ["ce", "roc"],
        "method": ["wording", "meaning"],
        "lang": [*LANGUAGES],
    }
    return {name: st.sampled_from([str(value) for value in found]) for name, found in held.items()}


@pytest.mark.parametrize("page", ["indicator", "places", "world", "plans", "stories", "ledger", "changes", "opinions"])
def test_codes_that_do_not_go_together_give_a_page(page: str, site: Any) -> None:
    known = real_values()
    assert set(known) == set(NAMES)
    always = {"code": known["code"]} if page == "indicator" else {}
    optional = {name: known[name] for name in (*PARAMETERS[page], *EVERYWHERE) if name not in always}

    @settings(quickly, max_examples=tries(5))
    @given(query=st.fixed_dictionaries(always, optional=optional))
    def run(query: dict[str, str]) -> None:
        check(new_session(), page, query)

    run()


def test_a_session_that_jumps_from_address_to_address_never_breaks(site: Any) -> None:
    """What one page leaves in the session must not harm the next, whatever the order."""
    known = real_values()
    step = st.sampled_from(ALL_PAGES).flatmap(
        lambda page: st.tuples(
            st.just(page),
            st.fixed_dictionaries({}, optional={name: known[name] for name in (*PARAMETERS[page], *EVERYWHERE)}),
        )
    )

    @settings(quickly, max_examples=tries(3))
    @given(steps=st.lists(step, min_size=2, max_size=5))
    def run(steps: list[tuple[str, dict[str, str]]]) -> None:
        at = new_session()
        for page, query in steps:
            check(at, page, query)

    run()
