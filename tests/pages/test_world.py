"""The world page: what it says of Taiwan is what the rows and their intervals carry."""

import re

import pytest
from reading import new_session, open_page, visit

from dashboard.catalog import today
from dashboard.language import LANGUAGES, Language, text
from dashboard.queries import get_memberships, get_observations, get_study
from dashboard.store import Store


@pytest.mark.parametrize("language", LANGUAGES)
def test_better_than_a_decade_ago_and_who_says_so_is_answered_before_anything_is_chosen(
    language: Language, site: Store
) -> None:
    page = open_page("world", lang=language)
    table = next(body for body in page.html if "scoreboard" in body)
    rows = get_observations(site, "wgi_control_of_corruption", today(), ref_areas=["TWN"]).set_index("time_period")
    then, now = rows.loc["2013"], rows.loc["2023"]
    line = next(part for part in table.split("<tr>") if "i=wgi_control_of_corruption" in part)
    assert f"<b>{then['obs_value']:.1f}</b>" in line
    assert f"{now['lower']:.1f}–{now['upper']:.1f}" in line
    apart = then["upper"] < now["lower"]
    assert text("verdict_better" if apart else "verdict_overlap", language) in line
    assert {"zh-TW": "世界銀行", "en": "World Bank"}[language] in line


def test_overlapping_intervals_are_said_to_be_no_significant_change() -> None:
    page = open_page("world", lang="en", i="vdem_participatory_democracy")
    assert text("reading_overlap", "en") in page.text()
    assert " of 47" in page.text()


def test_a_rating_without_intervals_is_not_judged() -> None:
    page = open_page("world", lang="en", i="eiu_democracy_index")
    assert text("reading_no_interval", "en") in page.text()


def test_the_group_changes_who_is_ranked(site: Store) -> None:
    seen = open_page("world", lang="en", group="ogp", view="table")
    joined = get_memberships(site)["ogp"]
    table = seen.tables[0]
    assert len(table) <= len({*joined, "TWN", "JPN", "KOR", "EST"})
    years = dict(zip(table["Country"], table[text("joined_ogp", "en")], strict=True))
    assert years["Brazil"] == "2011"
    assert years["Taiwan"] == ""
    assert years["Hungary"] == "2013 (left 2016)"


def test_words_chart_and_table_give_taiwan_the_same_rank(site: Store) -> None:
    query = {"lang": "en", "group": "ogp", "place": ["JPN", "CHE"]}
    page = open_page("world", view="rank", **query)
    rank, count = re.search(r"was (\d+) of (\d+);", page.text()).groups()
    labels = [re.sub(r"</?b>", "", word) for word in page.figures[0]["layout"]["yaxis"]["ticktext"]]
    assert f"{rank}. Taiwan" in labels
    assert {"Japan", "Switzerland"} <= set(labels), "neither joined, so neither is ranked"
    assert text("world_note_outside", "en") in page.text()
    table = open_page("world", view="table", **query).tables[0]
    ranks = dict(zip(table["Country"], table["Rank"], strict=True))
    assert ranks["Taiwan"] == rank
    assert ranks["Japan"] == ""
    assert sum(bool(place) for place in ranks.values()) == int(count)


def test_picked_countries_stand_in_the_address_and_unknown_ones_are_dropped() -> None:
    at = new_session()
    page = visit(at, "world", lang="en", place=["KOR", "XXX", "NZL"])
    assert at.multiselect[0].value == ["KOR", "NZL"]
    names = [trace.get("name") for figure in page.figures for trace in figure["data"]]
    assert {"Taiwan", "South Korea", "New Zealand"} <= set(names)
    at.multiselect[0].set_value(["USA"]).run()
    assert at.query_params["place"] == "USA"


def test_the_middle_of_the_group_is_drawn_behind_the_lines() -> None:
    figure = open_page("world", lang="en").figures[0]
    names = [trace.get("name") for trace in figure["data"]]
    assert names[:2] == ["half", "median"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", ["control_of_corruption", "voice_accountability"])
def test_the_study_says_what_its_numbers_say(outcome: str, language: Language, site: Store) -> None:
    query = {} if outcome == "control_of_corruption" else {"outcome": outcome}
    words = open_page("world", lang=language, **query).text()
    study = get_study(site)
    own = study[study["outcome"] == outcome]
    main = own[(own["variant"] == "main") & (own["estimator"] == "did2s")].iloc[0]
    assert main["lower"] < 0 < main["upper"]
    null = {"zh-TW": "查無差異也是一種結果", "en": "A null result is a result"}[language]
    parted = {"zh-TW": "兩組已經分歧", "en": "had already parted"}[language]
    assert null in words
    before = own[own["variant"] == "before"].iloc[0]
    assert (parted in words) == (before["p_value"] < 0.05)
    assert {"zh-TW": "與他們一致", "en": "in agreement with them"}[language] in words
    assert "E2" in words
