"""Case stories by theme, OGP value, policy area, plan, agency and grade."""

from collections import defaultdict
from typing import Any

import pytest
from reading import Page, new_session, visit

from dashboard import queries
from dashboard.catalog import today
from dashboard.language import LANGUAGES, Language, text
from dashboard.models import CaseStudy
from dashboard.queries import IndicatorCard
from dashboard.store import Store

CHOICES = ("theme", "value", "policy", "plan", "agency", "grade")


def list_slugs(seen: Page) -> set[str]:
    """Return the stories whose cards stand on a page."""
    return {href.partition("slug=")[2].partition("&")[0] for href in seen.links if href.startswith("/story?")}


def list_tags(site: Store, cards: dict[str, IndicatorCard]) -> dict[str, dict[str, set[str]]]:
    """Return for each story what it can be kept by, worked out anew with plain loops."""
    commitments = {row.code: row for row in queries.get_commitments(site)}
    grades = defaultdict(list)
    for filled in queries.get_claims(site, cards, today()):
        grades[filled.claim.case_study].append(filled.claim.grade)
    tags = {}
    for story in queries.get_case_studies(site):
        own = [commitments[code] for code in story.commitments]
        agencies = {row.lead_agency_en.split(" (")[0] for row in own if "Not named" not in row.lead_agency_en}
        tags[story.slug] = {
            "theme": {story.theme},
            "value": set(story.ogp_values),
            "policy": set(story.policy_areas),
            "plan": {row.plan for row in own} or {"none"},
            "agency": agencies,
            "grade": {max(grades[story.slug])},
        }
    return tags


@pytest.mark.parametrize("name", CHOICES)
def test_each_choice_keeps_the_stories_that_have_it_and_says_how_many(
    name: str, site: Store, cards: dict[str, IndicatorCard]
) -> None:
    tags = list_tags(site, cards)
    at = new_session()
    for code in sorted({code for own in tags.values() for code in own[name]}):
        seen = visit(at, "stories", lang="en", **{name: code})
        wanted = {slug for slug, own in tags.items() if code in own[name]}
        assert list_slugs(seen) == wanted, code
        count = text("stories_found", "en", count=len(wanted), whole=len(tags))
        assert f'<p role="status" class="count">{count}</p>' in "".join(seen.html)


def test_a_choice_stands_in_the_address_and_all_of_them_are_met(site: Store, cards: dict[str, IndicatorCard]) -> None:
    tags = list_tags(site, cards)
    seen = visit(new_session(), "stories", lang="zh-TW", value="transparency")
    at = seen.at
    at.selectbox(key="plan").select("nap1").run()
    assert at.query_params["plan"] in ("nap1", ["nap1"])
    wanted = {slug for slug, own in tags.items() if "nap1" in own["plan"] and "transparency" in own["value"]}
    assert list_slugs(Page(at)) == wanted
    assert 0 < len(wanted) < len(tags)


def test_plan_and_agency_are_those_of_one_commitment(site: Store) -> None:
    rows = {row.code: row for row in queries.get_commitments(site)}
    youth = next(row for row in queries.get_case_studies(site) if row.slug == "youth-proposals-to-policy")
    led = {(rows[code].plan, rows[code].lead_agency_en.split(" (")[0]) for code in youth.commitments}
    assert len(led) == 2, "two plans, two agencies"
    (plan, agency), (other, _) = sorted(led)
    at = new_session()
    assert youth.slug in list_slugs(visit(at, "stories", lang="en", plan=plan, agency=agency))
    assert youth.slug not in list_slugs(visit(at, "stories", lang="en", plan=other, agency=agency))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_found_says_so_and_leads_back_to_all_stories(language: Language) -> None:
    seen = visit(new_session(), "stories", lang=language, theme="youth", grade="E5")
    assert text("stories_found", language, count=0, whole=14) in seen.text()
    assert text("none_found_stories", language) in seen.text()
    assert f"/stories?lang={language}" in seen.links
    assert not list_slugs(seen)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_tells_plan_values_and_grades(language: Language, site: Store) -> None:
    words: Any = visit(new_session(), "stories", lang=language, value="inclusion", policy="digital_governance").text()
    story: CaseStudy = next(row for row in queries.get_case_studies(site) if row.slug == "coverage-is-not-use")
    assert text("plan_nap2", language) in words
    for value in story.ogp_values:
        assert text(f"value_{value}", language).lower() in words.lower()
    grades = text("grade_count", language, grade="E1", count=9)
    assert text("claims_by_grade", language, grades=grades) in words


def test_a_story_of_no_commitment_says_so() -> None:
    seen = visit(new_session(), "stories", lang="en", plan="none")
    assert list_slugs(seen)
    assert text("no_commitment", "en") in seen.text()


def test_tags_of_a_story_lead_to_the_stories_that_share_them(site: Store) -> None:
    story = queries.get_case_studies(site)[0]
    links = visit(new_session(), "story", lang="en", slug=story.slug).links
    for name, codes in (("policy", story.policy_areas), ("value", story.ogp_values)):
        assert {f"/stories?lang=en&{name}={code}" for code in codes} <= set(links)
