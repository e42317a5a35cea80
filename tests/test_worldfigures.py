import re
from dataclasses import replace

import pandas as pd
import pytest

from dashboard.catalog import today
from dashboard.language import LANGUAGES, Language, pick
from dashboard.linemarks import label_width
from dashboard.models import SeriesBreak
from dashboard.queries import IndicatorCard, get_cards, get_observations, get_places, get_study
from dashboard.store import Store
from dashboard.worldfigures import (
    MOST_ROWS,
    build_forest_figure,
    build_group_lines,
    build_path_figure,
    build_rank_figure,
    build_slope_figure,
    keep_neighbours,
    outcome_name,
)

CODE = "vdem_liberal_democracy"
HIGHLIGHT = ("TWN", "KOR")


@pytest.fixture(scope="module")
def card(real_sqlite_store: Store) -> IndicatorCard:
    return get_cards(real_sqlite_store)[CODE]


@pytest.fixture(scope="module")
def rows(real_sqlite_store: Store) -> pd.DataFrame:
    return get_observations(real_sqlite_store, CODE, today())


@pytest.fixture(scope="module")
def names(real_sqlite_store: Store) -> dict[str, str]:
    return {code: pick(place, "title", "en") for code, place in get_places(real_sqlite_store).items()}


def picked(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["ref_area"].isin(HIGHLIGHT)]


def test_the_middle_of_a_group_is_its_quartiles_and_is_cut_at_a_break(
    rows: pd.DataFrame, card: IndicatorCard, names: dict[str, str]
) -> None:
    figure = build_group_lines(picked(rows), rows, card, "en", "light", names, HIGHLIGHT)
    median = next(trace for trace in figure.data if trace.name == "median")
    held = rows[rows["time_period"] == "2024"]["obs_value"]
    assert median.y[-1] == pytest.approx(held.median())
    half = next(trace for trace in figure.data if trace.name == "half")
    assert min(half.y) >= figure.layout.yaxis.range[0]
    broken = replace(card, breaks=[SeriesBreak(indicator_code=CODE, time_period="2010", note_zh_tw="", note_en="")])
    cut = build_group_lines(picked(rows), rows, broken, "en", "light", names, HIGHLIGHT)
    parts = [trace for trace in cut.data if trace.name == "median"]
    assert [len(part.x) for part in parts] == [10, 15]
    assert max(parts[0].x) == 2009


def test_a_group_too_small_has_no_middle(rows: pd.DataFrame, card: IndicatorCard, names: dict[str, str]) -> None:
    figure = build_group_lines(picked(rows), picked(rows), card, "en", "light", names, HIGHLIGHT)
    assert not [trace for trace in figure.data if trace.name in ("median", "half")]


def test_a_slope_joins_two_periods_with_the_intervals_of_those_picked(
    rows: pd.DataFrame, card: IndicatorCard, names: dict[str, str]
) -> None:
    figure = build_slope_figure(rows, card, "en", "light", names, ("TWN", "JPN"), ("2014", "2024"))
    own = rows[rows["ref_area"] == "TWN"].set_index("time_period")
    line = next(trace for trace in figure.data if trace.name == "Taiwan")
    assert list(line.y) == [own.loc["2014", "obs_value"], own.loc["2024", "obs_value"]]
    assert line.y[1] + line.error_y.array[1] == pytest.approx(own.loc["2024", "upper"])
    words = " ".join(mark.text for mark in figure.layout.annotations)
    assert words.count("Taiwan") == 2


def test_the_names_beside_a_slope_have_room_in_both_languages(
    rows: pd.DataFrame, card: IndicatorCard, real_sqlite_store: Store
) -> None:
    for language in LANGUAGES:
        titles = {code: pick(place, "title", language) for code, place in get_places(real_sqlite_store).items()}
        figure = build_slope_figure(rows, card, language, "light", titles, ("TWN", "EST", "BIH"), ("2014", "2024"))
        for mark in figure.layout.annotations:
            side = figure.layout.margin.r if mark.xanchor == "left" else figure.layout.margin.l
            assert label_width(re.sub(r"</?b>| ", "", mark.text)) + abs(mark.xshift) <= side
        assert figure.layout.margin.l + figure.layout.margin.r < 300, "a phone has 358 pixels"


def test_a_picked_country_of_another_group_has_no_rank(
    rows: pd.DataFrame, card: IndicatorCard, names: dict[str, str]
) -> None:
    latest = rows[(rows["time_period"] == "2024") & rows["ref_area"].isin(["TWN", "JPN", "KOR"])]
    figure = build_rank_figure(latest, card, "en", "light", names, HIGHLIGHT, {"TWN", "JPN"})
    words = dict(zip(("TWN", "JPN", "KOR"), ("Taiwan", "Japan", "South Korea"), strict=True))
    shown = [re.sub(r"</?b>", "", word) for word in figure.layout.yaxis.ticktext]
    assert words["KOR"] in shown
    assert sorted(word[0] for word in shown if word != words["KOR"]) == ["1", "2"]


def test_ranks_keep_the_best_those_picked_and_the_neighbours(
    rows: pd.DataFrame, card: IndicatorCard, names: dict[str, str]
) -> None:
    latest = rows[rows["time_period"] == "2024"]
    figure = build_rank_figure(latest, card, "en", "light", names, ("TWN", "TUR"))
    words = list(figure.layout.yaxis.ticktext)
    assert len(words) <= MOST_ROWS
    assert words[0].startswith("1. ")
    assert [word for word in words if word.startswith("<b>") and "Taiwan" in word]
    assert [word for word in words if word.startswith("<b>") and "Türkiye" in word]


@pytest.mark.parametrize("size", [1, MOST_ROWS, MOST_ROWS + 1, 200])
def test_the_chart_of_ranks_never_outgrows_its_room(size: int) -> None:
    ranked = pd.DataFrame({"ref_area": [f"P{place:03}" for place in range(size)], "rank": range(1, size + 1)})
    for highlight in ((), (f"P{size - 1:03}",), ("P000",), ("absent",)):
        assert 0 < len(keep_neighbours(ranked, highlight)) <= MOST_ROWS


@pytest.mark.parametrize("language", LANGUAGES)
def test_paths_and_checks_show_the_published_estimates(language: Language, real_sqlite_store: Store) -> None:
    study = get_study(real_sqlite_store)
    own = study[study["outcome"] == "government_effectiveness"]
    paths = own[own["variant"] == "path"]
    figure = build_path_figure(paths, language, "dark", ("did2s", "sun_abraham", "twfe"))
    lines = [trace for trace in figure.data if trace.name != "band"]
    assert len(lines) == 3
    first = paths[paths["estimator"] == "did2s"].set_index("distance")
    assert dict(zip(lines[0].x, lines[0].y, strict=True)) == first["value"].to_dict()
    low, high = figure.layout.yaxis.range
    assert low <= first["lower"].min() <= first["upper"].max() <= high
    averages = own[~own["variant"].isin(["path", "before"])].reset_index(drop=True)
    labels = [f"{row.variant} {row.estimator}" for row in averages.itertuples()]
    forest = build_forest_figure(averages, labels, language, "light")
    assert list(forest.data[0].x) == averages["value"].tolist()
    left, right = forest.layout.xaxis.range
    assert left < averages["lower"].min() < averages["upper"].max() < right, "no interval is cut"
    assert [(shape.x0, shape.x1) for shape in forest.layout.shapes][: len(averages)] == list(
        zip(averages["lower"], averages["upper"], strict=True)
    )


def test_an_outcome_is_named_by_the_indicator_of_its_estimates(real_sqlite_store: Store) -> None:
    card = get_cards(real_sqlite_store)["ogp_joining_estimates"]
    assert outcome_name(card, "control_of_corruption", "zh-TW") == "貪腐控制（世界銀行）"
    assert outcome_name(card, "unheard_of", "en") == "unheard_of"
