"""An indicator's page names every claim and story that uses it, apart from what only shares its theme."""

import datetime as dt
import re
from collections import defaultdict
from typing import Any

import pytest
from reading import Page, new_session, visit

from dashboard import queries, uses
from dashboard.catalog import today
from dashboard.language import LANGUAGES, Language, load_texts, text
from dashboard.models import CaseStudy
from dashboard.queries import IndicatorCard
from dashboard.settings import ROOT
from dashboard.store import Store
from dashboard.views import choose_headlines


def read_part(seen: Page, title: str) -> set[str]:
    """Return the ids and slugs of the claims and stories that stand under a heading; empty where there is none."""
    found = re.search(rf"<h4>{re.escape(title)}</h4>(.*?)</ul>", "".join(seen.html), flags=re.DOTALL)
    return set(re.findall(r"(?:claim\?|story\?)[^\"]*(?:id|slug)=([\w-]+)", found[1])) if found else set()


def read_uses(seen: Page, language: Language) -> dict[str, set[str]]:
    parts = {}
    for key in ("used_by_claims", "used_by_stories"):
        title = re.escape(load_texts()[key][language]).replace(r"\{count\}", r"(\d+)")
        found = re.search(rf"<h4>{title}</h4>", "".join(seen.html))
        parts[key] = read_part(seen, found[0][4:-5]) if found else set()
        assert not found or int(found[1]) == len(parts[key])
    return parts


@pytest.fixture(scope="module")
def claims_of(site: Store, cards: dict[str, IndicatorCard]) -> dict[str, set[str]]:
    """Hold for each indicator the claims that rest on it, from the rows as they are."""
    held = defaultdict(set)
    public = {filled.claim.id: filled.claim for filled in queries.get_claims(site, cards, today())}
    for claim in public.values():
        held[claim.indicator].add(claim.id)
    for value in queries.get_claim_values(site):
        if value.claim_id in public and value.indicator_code:
            held[value.indicator_code].add(value.claim_id)
    return held


@pytest.fixture(scope="module")
def stories_of(site: Store, claims_of: dict[str, set[str]]) -> dict[str, set[str]]:
    """Hold for each indicator the stories whose text files have its code or a claim of it, read as plain files."""
    held = defaultdict(set)
    own = {
        filled.claim.id: filled.claim.case_study
        for filled in queries.get_claims(site, queries.get_cards(site), today())
    }
    for story in queries.get_case_studies(site):
        folder = ROOT / "case_studies" / story.slug
        words = (folder / "en.md").read_text(encoding="utf-8")
        facts = (folder / "facts.toml").read_text(encoding="utf-8")
        named = {key for key, slug in own.items() if slug == story.slug}
        named |= {key for key in own if re.search(rf"\{{{key}\.|:{key}[.}}]", words) or f"{{{key}." in facts}
        for code, claims in claims_of.items():
            if claims & named:
                held[code].add(story.slug)
        for code in re.findall(r"\{\{(?:figure|map):(\w+)", words) + re.findall(
            r'^lead_indicator = "(\w+)"', facts, re.M
        ):
            held[code].add(story.slug)
    return held


def test_all_claims_and_stories_that_use_an_indicator_are_found(
    site: Store, cards: dict[str, IndicatorCard], claims_of: dict[str, set[str]], stories_of: dict[str, set[str]]
) -> None:
    claims = {filled.claim.id: filled for filled in queries.get_claims(site, cards, today())}
    stories = queries.get_case_studies(site)
    for code in cards:
        assert {filled.claim.id for filled in uses.list_claims(claims.values(), code)} == claims_of.get(code, set()), (
            code
        )
        found = {story.slug for story in stories if uses.uses_indicator(story, claims, code)}
        assert found == stories_of.get(code, set()), code
    assert sum(len(claims_of[code]) > 1 for code in cards) > 30


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["integrity_platforms", "cpi_score", "reported_scam_items_share"])
def test_a_page_names_them_and_what_only_shares_its_theme_apart(
    code: str,
    language: Language,
    site: Store,
    claims_of: dict[str, set[str]],
    stories_of: dict[str, set[str]],
    cards: Any,
) -> None:
    seen = visit(new_session(), "indicator", lang=language, code=code)
    assert read_uses(seen, language) == {
        "used_by_claims": claims_of[code],
        "used_by_stories": stories_of.get(code, set()),
    }
    near = read_part(seen, text("same_theme", language))
    rows: list[CaseStudy] = queries.get_case_studies(site)
    assert near == {row.slug for row in rows if row.theme == cards[code].indicator.theme} - stories_of.get(code, set())


def test_an_indicator_nothing_uses_says_so(
    cards: dict[str, IndicatorCard], claims_of: dict[str, set[str]], stories_of: dict[str, set[str]]
) -> None:
    code = next(code for code in cards if not claims_of.get(code) and not stories_of.get(code))
    seen = visit(new_session(), "indicator", lang="en", code=code)
    assert text("not_used", "en") in seen.text()
    assert read_uses(seen, "en") == {"used_by_claims": set(), "used_by_stories": set()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_headline_no_story_deals_with_says_that_it_is_context(
    language: Language, site: Store, cards: dict[str, IndicatorCard], stories_of: dict[str, set[str]]
) -> None:
    claims = queries.get_claims(site, cards, today())
    shown = [filled.claim.indicator for filled in choose_headlines(claims, cards, today())]
    context = [code for code in shown if not stories_of.get(code)]
    assert context and len(context) < len(shown)
    seen = visit(new_session(), "overview", lang=language)
    assert seen.text().count(text("context_claim", language)) == len(context)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("code", "level", "whole"),
    [("same_sex_marriages", "county", 22), ("voting_age_yes_share", "township", 368)],
)
def test_coverage_of_places_is_counted_from_the_rows(
    code: str, level: str, whole: int, language: Language, site: Store
) -> None:
    pattern = r"TW-.*" if level == "county" else r"\d{8}"
    frame = queries.get_observations(site, code, dt.date(2099, 1, 1))
    rows = frame[frame["ref_area"].str.fullmatch(pattern) & frame["obs_value"].notna()]
    latest = rows[rows["time_period"] == rows["time_period"].max()]
    count = len(set(latest["ref_area"]))
    assert 0 < count <= whole
    words = visit(new_session(), "indicator", lang=language, code=code).text()
    told = load_texts()[f"covered_{level}"][language].partition("{period}")[0]
    assert told.format(count=count, whole=whole) in words


def test_an_indicator_about_one_place_tells_no_coverage() -> None:
    words = visit(new_session(), "indicator", lang="en", code="cpi_score").text()
    assert "counties have a value" not in words
