"""The query and the comparison page: what is asked is answered, what cannot be is said, every chart has its words."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from reading import Page, open_page

from dashboard import queries
from dashboard.catalog import today
from dashboard.language import LANGUAGES, Language, text
from dashboard.models import Observation
from dashboard.sandbox import runner
from dashboard.sandbox.attacks import ATTACKS
from dashboard.sandbox.runner import QueryError, run_query
from dashboard.store import Store

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


def notes(page: Page) -> str:
    """Return what is said about choices that could not be met."""
    return " ".join(str(element.value) for element in page.at.caption)


# ---- query -----------------------------------------------------------------------------------------------------------


@in_both_languages
def test_a_query_of_the_address_is_answered_with_its_count_and_its_file(site: Store, language: Language) -> None:
    sql = "SELECT code, title_en FROM theme ORDER BY code"
    page = open_page("query", lang=language, sql=sql)
    (table,) = page.tables
    assert table["code"].tolist() == sorted(theme.code for theme in queries.get_themes(site))
    assert re.search(rf"\b{len(table)}\b", page.text())
    (file,) = [href for href in page.links if href.startswith("/query.csv")]
    assert parse_qs(urlsplit(file).query)["sql"] == [sql]
    assert page.at.text_area[0].value == sql


@in_both_languages
@pytest.mark.parametrize(
    ("sql", "kind"), [("DROP TABLE claim", "denied"), ("SELECT 1; SELECT 2", "several"), ("x" * 4001, "long")]
)
def test_a_refused_query_is_one_sentence(sql: str, kind: str, language: Language) -> None:
    page = open_page("query", lang=language, sql=sql)
    assert text(f"query_error_{kind}", language) in page.text()
    assert not page.tables


def test_the_engines_own_words_stand_with_a_query_that_cannot_run() -> None:
    assert "no such column: nowhere" in open_page("query", lang="en", sql="SELECT nowhere FROM theme").text()


def test_cells_of_mixed_kinds_and_columns_of_one_name_can_be_shown() -> None:
    page = open_page("query", lang="en", sql="SELECT 1 AS a, 2 AS a, NULL AS b UNION ALL SELECT 'x', 3, NULL")
    (table,) = page.tables
    assert list(table) == ["a", "a (2)", "b"]
    assert table["a"].tolist() == ["1", "x"]


def test_a_busy_server_asks_the_reader_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise QueryError("busy")

    monkeypatch.setattr(runner, "run_query", refuse)
    page = open_page("query", lang="en", sql="SELECT 'busy'")
    assert text("query_error_busy", "en") in page.text()


def test_more_rows_than_fit_are_said_to_be_left_out() -> None:
    page = open_page("query", lang="en", sql="SELECT indicator_code FROM observation")
    assert len(page.tables[0]) == runner.SHOWN_ROWS
    assert text("query_more", "en", count=f"{runner.SHOWN_ROWS:,}") in page.text()


@in_both_languages
def test_every_attack_stands_on_the_page_with_its_answer(language: Language) -> None:
    page = open_page("query", lang=language)
    (table,) = [body for body in page.html if "ATTACH" in body]
    assert table.count("<tr>") == len(ATTACKS) + 1


@pytest.mark.parametrize(
    "query",
    [
        {"code": "cpi_score"},
        {"code": "cpi_score", "view": "table"},
        {"code": "voting_age_yes_share", "view": "map"},
        {"code": "same_sex_marriages", "place": "TW-KHH"},
    ],
    ids=str,
)
def test_the_sql_behind_a_figure_gives_its_rows(site: Store, query: dict[str, str]) -> None:
    page = open_page("indicator", lang="en", **query)
    (way,) = [href for href in page.links if href.startswith("/query?") and "sql=" in href]
    (file,) = [href for href in page.links if re.match(r"/data/.*\.csv\?", href)]
    asked = parse_qs(urlsplit(file).query)
    frame = queries.get_observations(
        site, query["code"], today(), ref_areas=asked.get("place"), level=asked.get("level", [None])[0],
        breakdown=asked.get("part", [None])[0], time_period=asked.get("period", [None])[0],
    )  # fmt: skip
    result = run_query(site, today(), parse_qs(urlsplit(way).query)["sql"][0])
    assert result.columns == list(Observation.model_fields)
    keys = ["ref_area", "time_period", "breakdown", "source_code"]
    wanted = sorted(zip(*(frame[key] for key in keys), strict=True))
    assert sorted(tuple(row[result.columns.index(key)] for key in keys) for row in result.rows) == wanted


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("overview", {}),
        ("claim", {"id": "cpi_within_margin"}),
        ("story", {"slug": "open-contracting"}),
        ("world", {}),
        ("world", {"view": "rank"}),
    ],
    ids=str,
)
def test_the_sql_behind_every_figure_elsewhere_gives_rows(site: Store, page: str, query: dict[str, str]) -> None:
    seen = open_page(page, lang="en", **query)
    ways = [href for href in seen.links if href.startswith("/query?") and "sql=" in href]
    assert ways
    for way in ways:
        assert run_query(site, today(), parse_qs(urlsplit(way).query)["sql"][0]).rows


# ---- comparison ------------------------------------------------------------------------------------------------------


@in_both_languages
def test_two_indicators_stand_in_panels_with_words_numbers_and_correlation(language: Language) -> None:
    page = open_page("compare", lang=language, i=["cpi_score", "wgi_control_of_corruption"])
    assert len(page.figures) == 3
    ranges = {tuple(figure["layout"]["xaxis"]["range"]) for figure in page.figures[:2]}
    assert len(ranges) == 1
    words = page.text()
    assert text("compare_warning", language) in words
    assert "n = 12" in words
    assert "61" in next(found for found in words.splitlines() if "2012" in found and "2025" in found)


def test_a_rank_cannot_be_set_to_100_and_the_page_says_so() -> None:
    page = open_page("compare", lang="en", i=["cpi_rank", "cpi_score"], form="indexed")
    assert "is a rank" in page.text()
    assert len(page.figures) == 3


def test_few_common_points_give_words_and_no_coefficient() -> None:
    page = open_page("compare", lang="en", i=["cpi_score", "hackathon_proposals", "internet_use_rate"])
    assert "no correlation is worked out" in page.text()


def test_places_of_one_indicator_are_lines_of_which_four_are_coloured() -> None:
    page = open_page("compare", lang="en", i="wgi_rule_of_law")
    (lines, _) = page.figures
    coloured = {trace["line"]["color"] for trace in lines["data"] if trace["line"].get("width") == 2.5}
    assert len(coloured) == 4
    assert text("compare_note_grey", "en", count=4) in page.text()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"i": ["no_such_thing", "cpi_score"]}, "no_such_thing"),
        ({"i": "women_legislators_share_missing"}, "is not available here"),
        ({"place": "ATLANTIS"}, "ATLANTIS"),
        ({"form": "dual"}, "dual"),
        ({"i": ["cpi_score", "cpi_rank", "eiu_democracy_index", "eiu_democracy_rank", "wgi_rule_of_law"]}, "At most 4"),
    ],
    ids=str,
)
def test_what_cannot_be_compared_is_said_and_the_nearest_is_shown(query: dict[str, Any], said: str) -> None:
    page = open_page("compare", lang="en", **query)
    assert said in notes(page)
    assert page.figures
    assert "problem" not in page.classes


def test_an_indicator_of_one_period_is_named_as_such(site: Store) -> None:
    summary = queries.get_summary(site, today())
    single = summary.index[summary["periods"] == 1][0]
    page = open_page("compare", lang="en", i=[single, "cpi_score"])
    assert "holds a single period" in notes(page)
    assert page.at.query_params["i"] in ("cpi_score", ["cpi_score"])


def test_an_indicator_without_a_series_at_the_place_is_left_out_by_name() -> None:
    page = open_page("compare", lang="en", i=["cpi_score", "women_share_of_councillors_elected"], place="JPN")
    assert "has no series for Japan" in page.text()


# ---- words and numbers under every chart -----------------------------------------------------------------------------


@in_both_languages
@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("indicator", {"code": "cpi_score"}),
        ("indicator", {"code": "voting_age_yes_share", "view": "map"}),
        ("places", {}),
        ("places", {"show": "projects"}),
        ("overview", {}),
        ("overview", {"layer": "projects"}),
        ("claim", {"id": "cpi_within_margin"}),
        ("story", {"slug": "open-contracting"}),
        ("compare", {}),
        ("places", {"indicator": "presidential_turnout", "since": "2020"}),
        ("world", {}),
        ("world", {"view": "slope"}),
        ("world", {"view": "rank"}),
        ("opinions", {}),
    ],
    ids=str,
)
def test_every_chart_has_its_words_and_a_table(page: str, query: dict[str, str], language: Language) -> None:
    seen = open_page(page, lang=language, **query)
    assert seen.charts
    for chart in seen.charts:
        spread = text("compare_scatter_alt", language).split("{")[0]
        assert chart.alt in seen.text() or spread in chart.alt
    body = "".join(seen.html)
    if page != "compare" and query.get("show") != "projects":  # these two show their one table openly
        assert body.count('class="alternative"') == len(seen.charts)
    assert body.count('class="reading"') >= 1 or "projects" in query.values()
    assert "<table>" in body
