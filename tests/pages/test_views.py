import re
from functools import cache
from html import escape, unescape
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pandas as pd
import pytest
from reading import HAN, Page, interface_phrases, new_session, open_page, other_language, read_html, visit

from dashboard.catalog import today
from dashboard.language import LANGUAGES, Language, load_texts, pick, text
from dashboard.models import Completion, Milestone
from dashboard.queries import get_case_studies
from dashboard.sandbox.published import describe_tables
from dashboard.settings import ROOT
from dashboard.steps import LATE, delay_months, find_late
from dashboard.store import Store
from dashboard.web.shell import DETAILS, MORE, PAGES

STORIES = sorted(path.name for path in (ROOT / "case_studies").iterdir() if path.is_dir())
VIEWS: dict[str, tuple[str, dict[str, str]]] = {
    "overview": ("overview", {}),
    "overview, second map": ("overview", {"layer": "vote"}),
    "overview, projects": ("overview", {"layer": "projects"}),
    "indicators": ("indicators", {}),
    "indicators by theme and level": ("indicators", {"theme": "integrity", "level": "outcome"}),
    "indicators by place and words": ("indicators", {"coverage": "county", "q": "women"}),
    "indicators, none found": ("indicators", {"q": "zzzz"}),
    "indicator, chart": ("indicator", {"code": "cpi_score"}),
    "indicator, parts": ("indicator", {"code": "youth_committee_proposals"}),
    "indicator, county": ("indicator", {"code": "same_sex_marriages", "place": "TW-KHH"}),
    "indicator, map": ("indicator", {"code": "voting_age_yes_share", "view": "map"}),
    "indicator, county map": ("indicator", {"code": "voting_age_yes_share", "view": "map", "map_level": "county"}),
    "indicator, map of changes": (
        "indicator",
        {"code": "women_share_of_councillors_elected", "view": "map", "since": "2014", "by": "people"},
    ),
    "indicator, table": ("indicator", {"code": "cpi_score", "view": "table"}),
    "places": ("places", {}),
    "places, another indicator": ("places", {"indicator": "women_share_of_councillors_elected", "county": "TW-KIN"}),
    "places, change and people": (
        "places",
        {"indicator": "presidential_turnout", "period": "2024", "since": "2020", "by": "people", "map_level": "county"},
    ),
    "places, two ballots": ("places", {"part": "case_17", "since": "case_16"}),
    "places, threshold": ("places", {"indicator": "referendum_yes_share_of_electors", "part": "case_17"}),
    "places, projects": ("places", {"show": "projects"}),
    "places, one kind": ("places", {"show": "projects", "kind": "hackathon_winner"}),
    "world": ("world", {}),
    "world, two years": ("world", {"view": "slope", "i": "vdem_liberal_democracy", "since": "2000"}),
    "world, ranks": ("world", {"view": "rank", "group": "world"}),
    "world, map": ("world", {"view": "map", "period": "2020"}),
    "world, table of joiners": ("world", {"view": "table", "group": "ogp", "outcome": "participatory_democracy"}),
    "world, perceptions": ("world", {"i": "cpi_score", "place": "KOR", "group": "asia"}),
    **{
        f"plans, {view}": ("plans", {"view": view})
        for view in ("commitments", "timeline", "task_force", "recommendations", "standards")
    },
    "plans, one state": ("plans", {"plan": "nap1", "state": "limited"}),
    "plans, late steps": ("plans", {"view": "timeline", "plan": "all", "steps": "missed"}),
    "plans, steps of one commitment": ("plans", {"view": "timeline", "commitment": "nap1-2-1"}),
    "decks": ("decks", {}),
    "decks, own": ("decks", {"items": "claim:cpi_within_margin,indicator:same_sex_marriages"}),
    "failures": ("failures", {}),
    "failures by words": ("failures", {"q": "fraud"}),
    "ledger": ("ledger", {}),
    "ledger by grade and theme": ("ledger", {"grade": "E2", "theme": "integrity", "level": "outcome"}),
    "ledger, bad news": ("ledger", {"state": "bad_news"}),
    "claim": ("claim", {"id": "integrity_platforms_counted"}),
    "stories": ("stories", {}),
    "stories by value and plan": ("stories", {"value": "inclusion", "plan": "nap2"}),
    "stories, none found": ("stories", {"grade": "E5"}),
    **{f"story, {slug}": ("story", {"slug": slug}) for slug in STORIES},
    **{
        f"about, {view}": ("about", {"view": view})
        for view in ("checks", "sources", "freshness", "gaps", "parity", "method")
    },
    "about, one flag": ("about", {"view": "freshness", "flag": "disagreement"}),
    "search": ("search", {}),
    "search, found": ("search", {"q": "廉政平台"}),
    "search, none found": ("search", {"q": "zzzz"}),
    "search, misspelt": ("search", {"q": "貪圬署"}),
    "compare": ("compare", {}),
    "compare, indexed": ("compare", {"form": "indexed"}),
    "compare, standardised": ("compare", {"form": "standardised"}),
    "compare, places": ("compare", {"i": "wgi_rule_of_law"}),
    "compare, counties": ("compare", {"i": "women_share_of_councillors_elected", "form": "indexed"}),
    "compare, months": ("compare", {"i": "fraud_cases_monthly"}),
    "query": ("query", {}),
    "query, none": ("query", {"sql": "SELECT code FROM theme WHERE code = 'x'"}),
    "query, refused": ("query", {"sql": "DROP TABLE claim"}),
    "query, wrong": ("query", {"sql": "SELECT nowhere FROM theme"}),
    "changes": ("changes", {}),
    "changes, nothing between": ("changes", {"from": "2026-11-24"}),
    "overview of a day": ("overview", {"asof": "2026-11-23"}),
    "indicator of a day": ("indicator", {"code": "leak_location_days", "asof": "2026-11-23"}),
    "indicator with corrections": ("indicator", {"code": "leak_location_days"}),
    "story of a day": ("story", {"slug": "deliberation-fraud-law-and-losses", "asof": "2026-11-23"}),
    "changes of a day": ("changes", {"asof": "2026-11-23"}),
    "unknown claim of a day": ("claim", {"id": "indigenous_use_last_known_2007", "asof": "2026-11-23"}),
    "opinions": ("opinions", {}),
    **{
        f"opinions, {kind}": ("opinions", {"c": "vtaiwan-ai-2023", "list": kind})
        for kind in ("divided", "groups", "every")
    },
    "voices": ("voices", {}),
    "unknown indicator": ("indicator", {"code": "no_such_thing"}),
    "unknown story": ("story", {"slug": "no-such-thing"}),
    "unknown claim": ("claim", {"id": "no_such_thing"}),
}
NUMBERS = [
    name
    for name, (page, query) in VIEWS.items()
    if page in ("overview", "places", "world", "story", "indicator", "claim", "opinions")
    and "show" not in query
    and not name.startswith("unknown")
]
CITED = [
    name
    for name in VIEWS
    if name.startswith(("plans", "places, projects", "places, one kind", "world", "story", "claim", "opinions"))
]

FILES = ("/data/", "/share/", "/picture/", "/pack/", "/present", "/deck", "/brief/", "/questions", "/api/")
"""Addresses that are no page of the app: they take the common era only."""

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
in_every_view = pytest.mark.parametrize("view", VIEWS)


@cache
def see(view: str, language: Language, **more: str) -> Page:
    """Return a view as somebody sees it who follows a link to it; kept, since nothing here changes it."""
    page, query = VIEWS[view]
    return open_page(page, lang=language, **query, **more)


def own_words(page: Page, language: Language) -> list[str]:
    """Return the texts in the page's own language: titles of sources keep theirs and are marked or have a column."""
    kept = [found.words for found in page.words() if (found.lang or language)[:2] == language[:2]]
    titles = {str(cell) for table in page.tables for name in table for cell in table[name] if name in ("標題", "Title")}
    return [words for words in kept if words not in titles]


@in_both_languages
@in_every_view
def test_a_view_opens_without_an_exception_and_has_one_heading(view: str, language: Language) -> None:
    page = see(view, language)
    assert not page.at.exception
    assert "problem" not in page.classes
    assert sum(body.count("<h1>") for body in page.html) == 1
    assert page.title


@in_both_languages
@in_every_view
def test_the_heading_is_in_the_language_of_the_page(view: str, language: Language) -> None:
    title = see(view, language).title
    assert bool(HAN.search(title)) == (language == "zh-TW")
    assert title != see(view, other_language(language)).title


@in_both_languages
@in_every_view
def test_no_text_of_the_interface_comes_in_the_other_language(view: str, language: Language) -> None:
    words = own_words(see(view, language), language)
    texts = load_texts().values()
    mine = {held[language] for held in texts}
    others = {held[other_language(language)] for held in texts} - mine
    assert not [found for found in words if found in others]
    foreign = re.compile("|".join(map(re.escape, interface_phrases(other_language(language)))))
    assert not [found for found in words if foreign.search(found)]


@in_both_languages
@in_every_view
def test_no_placeholder_code_or_empty_value_reaches_a_reader(view: str, language: Language, site: Store) -> None:
    words = own_words(see(view, language), language)
    if view == "claim":
        # Its permanent address is shown as an address.
        words = [found for found in words if not found.startswith("/claim/")]
    if VIEWS[view][0] == "query":
        # The dictionary of the tables names codes on purpose, and columns are what the reader asked for.
        columns = {name for table in see(view, language).tables for name in table}
        dictionary = {column.meaning[language] for table in describe_tables() for column in table.columns}
        words = [found for found in words if found not in columns | dictionary]
    check_words(words, site)


def check_words(words: list[str], site: Store) -> None:
    """Check that words are meant for people; titles of stories linked without their number have a test of their own."""
    titles = {title for story in get_case_studies(site) for title in (story.title_zh_tw, story.title_en)}
    words = [found for found in words if found not in titles]
    assert not [found for found in words if re.search(r"[{}]", found)]
    code = re.compile(r"(?<![\w/.:-])_?[a-z]+\d*(_[a-z0-9]+)+(?![\w.：-])")
    assert not [found for found in words if code.search(found)]
    assert not [found for found in words if re.fullmatch(r"nan|None|NaT|NaN|_T|null", found.strip())]


@in_both_languages
@pytest.mark.parametrize("view", ["overview", "stories", "failures", "indicator, chart", "about, parity"])
def test_a_story_is_named_by_its_whole_title_with_its_number_in_it(view: str, language: Language) -> None:
    named = {see(f"story, {slug}", language).title: f"slug={slug}" for slug in STORIES}
    page = see(view, language)
    linked = {slug for slug in named.values() if any(slug in href for href in page.links)}
    if view == "about, parity":
        linked = set(named.values())
    assert linked
    assert not [title for title, slug in named.items() if slug in linked and title not in page.text()]


def test_what_got_worse_is_told_of_values_that_compare_and_never_of_ratings_without_intervals() -> None:
    told = see("failures", "en").text()
    assert "Open procedures' share of awards fell yearly from 2020" in told
    rating = open_page("claim", lang="en", id="eiu_government_functioning_falls").title
    assert rating
    assert rating not in told


def test_every_page_of_the_site_is_among_the_views() -> None:
    assert {page for page, _ in VIEWS.values()} == {*PAGES, *MORE, *DETAILS}


@in_both_languages
@pytest.mark.parametrize("view", NUMBERS)
def test_numbers_stand_with_their_source_and_the_period_they_are_of(view: str, language: Language) -> None:
    page = see(view, language)
    lines = [body for body in page.html if 'class="source"' in body]
    assert any(text("source", language) in body and text("as_of", language) in body for body in lines)


@in_both_languages
@pytest.mark.parametrize("view", CITED)
def test_what_is_said_links_to_where_it_was_read(view: str, language: Language) -> None:
    outside = [href for href in see(view, language).links if href.startswith("http")]
    assert outside


@in_both_languages
@in_every_view
def test_links_inside_the_site_keep_the_language(view: str, language: Language) -> None:
    inside = [href for href in see(view, language).links if href.startswith("/")]
    assert all(f"lang={language}" in href for href in inside)
    # Escaped once, not twice: what a browser reads has no trace of it.
    assert not [href for href in inside if "&amp;" in href]
    assert not [href for href in see(view, language).links if not href.startswith(("/", "http"))]


@in_both_languages
@in_every_view
def test_charts_and_tables_say_in_words_what_they_show(view: str, language: Language) -> None:
    page = see(view, language)
    for chart in page.charts:
        assert bool(HAN.search(chart.alt)) == (language == "zh-TW")
        assert len(chart.alt) > 10
    for element in page.at.dataframe:
        assert len(element.proto.alt) > 10


@in_every_view
def test_every_parameter_of_a_view_here_is_taken_as_it_is(view: str) -> None:
    seen = see(view, "en")
    assert not seen.at.caption
    assert dict(seen.at.query_params) == {"lang": "en", **VIEWS[view][1]}


# Numbers shown against the rows they come from.


def test_the_list_of_indicators_holds_what_the_choices_keep(cards: dict[str, Any]) -> None:
    def shown(**query: str) -> set[str]:
        page = open_page("indicators", lang="en", **query)
        found = {href.rpartition("code=")[2] for href in page.links if "/indicator?" in href}
        assert f"{len(found)} of {len(cards)}" in page.text()
        return found

    assert shown() == set(cards)
    rows = {code: card.indicator for code, card in cards.items()}
    assert shown(theme="youth") == {code for code, row in rows.items() if row.theme == "youth"}
    chosen = {code for code, row in rows.items() if row.theme == "youth" and row.result_level == "outcome"}
    assert shown(theme="youth", level="outcome") == chosen
    assert shown(q="臺灣 zzz") == set()
    assert shown(q="臺北") == shown(q="台北")
    assert shown(q="WOMEN") == shown(q="women") <= shown(q="wom")
    assert "cpi_score" in shown(q="cpi")


def test_a_place_filter_keeps_indicators_with_rows_for_such_places(site: Any, cards: dict[str, Any]) -> None:
    rows = pd.read_parquet(site.observations, columns=["indicator_code", "ref_area"])
    counties = set(rows[rows["ref_area"].str.startswith("TW-")]["indicator_code"])
    page = open_page("indicators", lang="en", coverage="county")
    assert {href.rpartition("code=")[2] for href in page.links if "/indicator?" in href} == counties


@in_both_languages
def test_commitments_shown_are_those_of_plan_and_state(language: Language, site: Any) -> None:
    from dashboard.queries import get_commitments

    commitments = get_commitments(site)
    for state in Completion:
        page = open_page("plans", lang=language, plan="nap1", state=state.value)
        wanted = {row.code for row in commitments if row.plan == "nap1" and row.completion == state}
        shown = set(re.findall(r'<article class="commitment" id="([^"]+)"', "".join(page.html)))
        assert shown == wanted
        assert {f"/brief/commitment/{code}?lang={language}" for code in wanted} <= set(page.links)


@pytest.mark.parametrize(
    ("view", "question"),
    [("recommendations", "get_recommendations"), ("standards", "get_standards")],
    ids=["recommendations", "standards"],
)
def test_a_ledger_of_the_plans_has_one_article_a_row(view: str, question: str, site: Any) -> None:
    from dashboard import queries

    page = see(f"plans, {view}", "en")
    rows = getattr(queries, question)(site)
    assert sum(body.count("<article") for body in page.html) == len(rows)
    assert {row.title_en for row in rows} <= set(page.headings)


@pytest.mark.parametrize("plan", ["nap1", "nap2"])
def test_the_timeline_has_every_step_of_a_plan(plan: str, site: Any) -> None:
    from dashboard.queries import get_milestones

    steps = [row for row in get_milestones(site) if row.plan == plan]
    assert any(row.commitment is None for row in steps)
    page = open_page("plans", lang="en", view="timeline", plan=plan)
    assert "".join(page.html).count('<details class="step">') == len(steps) > 0


def follow(href: str, **more: str) -> Page:
    """Return the page a link of the site leads to."""
    address = urlsplit(href)
    return open_page(address.path.removeprefix("/"), **dict(parse_qsl(address.query)) | more)


def count_rows(page: Page) -> int:
    """Return how many steps, indicators or gaps a list holds."""
    body = "".join(page.html)
    gaps = re.search(r'<ul class="gaps">.*', body, flags=re.DOTALL)
    listed = gaps[0].count("<li><b>") if gaps else 0
    return body.count('<details class="step">') + sum(map(len, page.tables)) + listed


@in_both_languages
def test_each_count_of_the_overview_is_the_length_of_the_list_it_leads_to(language: Language) -> None:
    body = "".join(see("overview", language).html)
    counts = re.findall(r'<li><a href="\.([^"]+)"><b>(\d+)</b><span>', body)
    assert len(counts) == 5
    for href, count in counts:
        page = follow(unescape(href))
        assert not page.at.caption
        assert count_rows(page) == int(count) > 0, href


def test_what_narrows_a_list_down_is_shown_and_can_be_taken_away(site: Any, cards: dict[str, Any]) -> None:
    from dashboard.queries import get_milestones

    steps = see("plans, late steps", "en")
    select = steps.at.selectbox(key="steps")
    assert select.value == "missed"
    at = open_page("plans", lang="en", view="timeline", plan="all", steps="missed").at
    at.selectbox(key="steps").set_value("all").run()
    assert dict(at.query_params) == {"lang": "en", "view": "timeline", "plan": "all"}
    assert count_rows(Page(at)) == len(get_milestones(site)) > count_rows(steps)
    at = open_page("about", lang="en", view="freshness", flag="old").at
    at.selectbox(key="flag").set_value("all").run()
    assert dict(at.query_params) == {"lang": "en", "view": "freshness"}
    assert count_rows(Page(at)) == len(cards)


@in_both_languages
def test_the_steps_of_one_commitment_stand_alone_with_the_way_to_the_whole_plan(language: Language, site: Any) -> None:
    from dashboard.queries import get_milestones

    page = see("plans, steps of one commitment", language)
    steps = get_milestones(site)
    assert count_rows(page) == sum(row.commitment == "nap1-2-1" for row in steps) > 0
    back = re.search(r'class="chosen".*?href="\.([^"]+)"', "".join(page.html), flags=re.DOTALL)
    assert back is not None
    whole = follow(unescape(back[1]))
    assert count_rows(whole) == sum(row.plan == "nap1" for row in steps)


def test_a_late_step_among_what_did_not_work_leads_to_its_own_plan(site: Any) -> None:
    from dashboard.queries import get_milestones

    page = see("failures", "en")
    missed = count_rows(see("plans, late steps", "en"))
    assert text("failures_milestone", "en", count=missed) in page.headings
    links = {unescape(href) for href in page.links if "view=timeline" in href}
    for row in get_milestones(site):
        if row.code in ("nap2.b", "nap1-2-1.1"):
            where = f"commitment={row.commitment}" if row.commitment else f"plan={row.plan}"
            (href,) = [href for href in links if where in href]
            assert row.title_en in follow(href).text()


def test_the_tally_of_a_plan_counts_what_its_links_show() -> None:
    body = "".join(see("plans, timeline", "en").html)
    counts = re.findall(r'<li class="late"><a href="\.([^"]+)"><b>(\d+)</b>', body)
    assert counts
    for href, count in counts:
        assert count_rows(follow(unescape(href))) == int(count)


def test_the_task_force_has_every_member_and_meeting(site: Any) -> None:
    from dashboard.queries import get_meetings, get_members

    body = "".join(see("plans, task_force", "zh-TW").html)
    words = see("plans, task_force", "zh-TW").text()
    members = get_members(site)
    assert body.count("<tr><td") == len(members)
    assert all(member.name in words for member in members)
    strip = re.search(r'<div class="track">(.*?)</div>', body)
    assert strip is not None
    assert strip[1].count("<i ") == len(get_meetings(site))


def test_names_of_members_stand_in_english_where_a_source_gives_them_and_are_marked_where_none_does(site: Any) -> None:
    from dashboard.queries import get_members

    page = see("plans, task_force", "en")
    members = get_members(site)
    assert {bool(member.name_en) for member in members} == {True, False}
    found = {(word.words, word.lang) for word in page.words()}
    for member in members:
        assert bool(member.name_en) == bool(member.name_en_source)
        name = (member.name_en, None) if member.name_en else (member.name, "zh-Hant-TW")
        assert name in found
    assert not [words for words, lang in found if lang is None and HAN.search(words)]
    assert "Taipei Times" in page.text()


@in_both_languages
def test_a_card_says_what_is_late_and_why_and_what_comes_next(language: Language, site: Any) -> None:
    from dashboard.queries import get_milestones

    cards = cards_of(see("plans, commitments", language))
    late: dict[str, list[Milestone]] = {}
    for row in get_milestones(site):
        if row.commitment and any(find_late([row], way, today()) for way in LATE):
            late.setdefault(row.commitment, []).append(row)
    assert late
    for code, card in cards.items():
        words = read_html(card)
        said = "".join(found.words for found in words.found).replace(" ", "")
        assert card.count('class="late-steps"') == (code in late)
        for row in late.get(code, []):
            for field in ("title", "delay_reason", "next_step"):
                assert (pick(row, field, language) or "").replace(" ", "") in said
        for months in {delay_months(row) for row in late.get(code, [])} - {0}:
            assert text("late_by", language, months=months).replace(" ", "") in said


def cards_of(page: Page) -> dict[str, str]:
    """Return the HTML of each commitment's card by its code."""
    found = re.findall(r'<article class="commitment" id="([^"]+)">(.*?)</article>', "".join(page.html), flags=re.DOTALL)
    return dict(found)


def test_a_card_leads_to_its_milestones_its_stories_and_their_claims(site: Any) -> None:
    from dashboard.queries import get_milestones

    stories = get_case_studies(site)
    steps = {row.commitment for row in get_milestones(site)}
    for code, card in cards_of(see("plans, commitments", "en")).items():
        links = read_html(card).links
        assert any(f"commitment={code}" in href for href in links) == (code in steps)
        slugs = {row.slug for row in stories if code in row.commitments}
        assert {parse_qs(urlsplit(href).query)["slug"][0] for href in links if "/story?" in href} == slugs
        assert any("/claim?" in href for href in links) == bool(slugs)


@in_both_languages
def test_ratings_nobody_could_find_are_told_once_a_plan_and_among_the_gaps(language: Language, site: Any) -> None:
    from dashboard.queries import get_gaps, get_plans

    body = "".join(see("plans, commitments", language).html)
    gaps = {row.code: row for row in get_gaps(site)}
    for plan in get_plans(site):
        gap = gaps[f"plan_{plan.code}_ratings"]
        assert body.count(escape(pick(gap, "note", language) or "?")) == 1
        assert pick(gap, "title", language) in see("about, gaps", language).text()
    assert body.count(text("looked_for", language)) == len(get_plans(site))


def test_the_pages_about_the_data_count_every_row(site: Any, cards: dict[str, Any]) -> None:
    from dashboard.queries import get_checks, get_gaps, get_sources

    sources = see("about, sources", "en").tables[0]
    assert len(sources) == len(get_sources(site))
    assert sorted(sources["Address"]) == sorted(row.url for row in get_sources(site).values())
    assert len(see("about, freshness", "en").tables[0]) == len(cards)
    assert "".join(see("about, checks", "en").html).count('<li class="check">') == len(get_checks(site))
    listed = re.search(r'<ul class="gaps">.*', "".join(see("about, gaps", "en").html), flags=re.DOTALL)
    assert listed is not None
    assert listed[0].count("<li><b>") == len(get_gaps(site))


def test_named_projects_are_all_listed_and_drawn(site: Any) -> None:
    from dashboard.queries import get_projects

    projects = get_projects(site)
    words = see("places, projects", "zh-TW").text()
    assert all(row.title_zh_tw in words for row in projects)
    winners = [row for row in projects if row.kind == "hackathon_winner"]
    assert "".join(see("places, one kind", "en").html).count("<details>") == len(winners)


# Choices and the address.


@pytest.mark.parametrize("view", [name for name in VIEWS if not name.startswith("unknown")])
def test_the_language_switch_keeps_page_and_choices(view: str) -> None:
    page, query = VIEWS[view]
    at = open_page(page, lang="zh-TW", **query).at
    at.segmented_control(key="language_switch").set_value("en").run()
    assert not at.exception
    assert dict(at.query_params) == {"lang": "en", **query}
    assert Page(at).title == see(view, "en").title
    assert Page(at).text() == see(view, "en").text()


def test_the_language_stays_when_a_page_is_reached_without_it() -> None:
    at = new_session()
    visit(at, "overview", lang="en")
    for page in ("indicators", "about", "overview", "stories"):
        seen = visit(at, page)
        assert at.query_params["lang"] == "en"
        assert not HAN.search(seen.title)


@pytest.mark.parametrize(
    ("locale", "language"), [("en-GB", "en"), ("zh-Hant-TW", "zh-TW"), ("fr-FR", "zh-TW"), (None, "zh-TW")], ids=str
)
def test_who_comes_without_a_language_gets_the_browsers(locale: str | None, language: Language) -> None:
    seen = visit(new_session(locale=locale), "about")
    assert seen.at.query_params["lang"] == language
    assert seen.title == see("about, checks", language).title


@pytest.mark.parametrize("asked", ["fr", "EN", "", "zh", "en-US"])
def test_an_address_with_another_spelling_of_a_language_is_put_right(asked: str) -> None:
    seen = open_page("about", lang=asked)
    assert not seen.at.exception
    assert seen.at.query_params["lang"] == ("en" if asked.lower().startswith("en") else "zh-TW")


def test_a_choice_goes_into_the_address_and_the_default_leaves_it() -> None:
    at = open_page("about", lang="en").at
    at.segmented_control(key="view").set_value("gaps").run()
    assert dict(at.query_params) == {"lang": "en", "view": "gaps"}
    assert Page(at).text() == see("about, gaps", "en").text()
    at.segmented_control(key="view").set_value("checks").run()
    assert dict(at.query_params) == {"lang": "en"}
    at = open_page("indicators", lang="en").at
    at.selectbox(key="theme").set_value("youth").run()
    at.text_input(key="q").set_value("  women ").run()
    assert dict(at.query_params) == {"lang": "en", "theme": "youth", "q": "women"}
    at.text_input(key="q").set_value("").run()
    assert dict(at.query_params) == {"lang": "en", "theme": "youth"}


@in_both_languages
def test_a_choice_nobody_offers_falls_back_and_says_so(language: Language) -> None:
    page = open_page("about", lang=language, view="gapz")
    assert [caption.value for caption in page.at.caption] == [
        text("bad_choice", language, value="gapz", shown=text("about_checks", language))
    ]
    assert dict(page.at.query_params) == {"lang": language}
    assert page.headings == see("about, checks", language).headings


def test_a_choice_of_one_page_does_not_reach_another_with_the_same_name() -> None:
    at = new_session()
    for page, view in (("plans", "standards"), ("about", "gaps"), ("plans", "timeline")):
        seen = visit(at, page, lang="en", view=view)
        assert seen.text() == see(f"{page}, {view}", "en").text()
    assert visit(at, "indicator", lang="en", code="cpi_score").text() == see("indicator, chart", "en").text()
    assert visit(at, "about", lang="en").text() == see("about, checks", "en").text()


# Republic-era years.

ROC = re.compile(r"民國 \d+ 年")
BARE_YEAR = re.compile(r"(?<!\d)(?:19[1-9]\d|20\d\d) 年(?!（民國)")
WITH_PERIODS = [
    "indicators",
    "indicator, chart",
    "indicator, map",
    "indicator, table",
    "places",
    "about, freshness",
    "plans, task_force",
    "story, open-contracting",
    "opinions",
]


@pytest.mark.parametrize("view", WITH_PERIODS)
def test_republic_years_are_added_on_request_and_only_then(view: str) -> None:
    assert ROC.search(see(view, "zh-TW", era="roc").text())
    assert "（民國" not in see(view, "zh-TW").text()
    links = see(view, "zh-TW", era="roc").links
    # Files and plain pages have the common era only.
    inside = [href for href in links if href.startswith("/") and not href.startswith(FILES)]
    assert all("era=roc" in href for href in inside)


@pytest.mark.parametrize("css", ["source", "timeline", "step"])
def test_no_dated_line_forgets_the_republic_year(css: str) -> None:
    view = {"source": "indicator, chart", "timeline": "story, open-contracting", "step": "plans, timeline"}[css]
    page = see(view, "zh-TW", era="roc")
    pattern = {
        "source": r'<p class="source">(.*?)</p>',
        "timeline": r"<time>(.*?)</time>",
        "step": r'<p class="muted">(.*?)</p>',
    }
    lines = [line for line in re.findall(pattern[css], "".join(page.html)) if re.search(r"\d 年", line)]
    assert lines
    assert not [line for line in lines if BARE_YEAR.search(line)]


def test_the_era_switch_is_offered_in_chinese_and_kept_in_the_address() -> None:
    at = open_page("indicators", lang="zh-TW").at
    at.segmented_control(key="era").set_value("roc").run()
    assert dict(at.query_params) == {"lang": "zh-TW", "era": "roc"}
    assert ROC.search(Page(at).text())
    english = open_page("indicators", lang="en", era="roc")
    assert "era" not in {element.key for element in english.at.segmented_control}
    assert english.text() == see("indicators", "en").text()
