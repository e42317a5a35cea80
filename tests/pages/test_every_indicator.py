import base64
import re
import tomllib
from typing import Any

import numpy as np
import pytest
from depth import some
from reading import Page, interface_phrases, new_session, other_language, visit
from test_views import check_words, own_words

from dashboard import maps, queries
from dashboard.catalog import today
from dashboard.language import LANGUAGES, Language, format_period, load_texts, pick, text
from dashboard.models import TOTAL
from dashboard.queries import IndicatorCard
from dashboard.settings import ROOT
from dashboard.store import Store

THEMES = list(tomllib.loads((ROOT / "data" / "themes.toml").read_text(encoding="utf-8")))
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


@in_both_languages
@pytest.mark.parametrize("theme", THEMES)
def test_every_indicator_opens_with_all_it_takes_to_judge_it(
    theme: str, language: Language, cards: dict[str, IndicatorCard], site: Store
) -> None:
    # In one of the languages, turn about: both languages of every kind of view are opened in test_views.
    turn = LANGUAGES.index(language)
    chosen = {code: card for code, card in cards.items() if card.indicator.theme == theme}
    chosen = dict(some(list(chosen.items())[turn::2], 3))
    at = new_session()
    foreign = {held[other_language(language)] for held in load_texts().values()}
    foreign -= {held[language] for held in load_texts().values()}
    phrases = interface_phrases(other_language(language))
    for code, card in chosen.items():
        page = visit(at, "indicator", lang=language, code=code)
        assert not at.exception, code
        assert page.title, code
        words = own_words(page, language)
        shown = "\n".join(words)
        row = card.indicator
        for field in ("definition", "custodian", "processing", "usage_warnings"):
            assert pick(row, field, language) in shown, (code, field)
        for source in card.sources:
            assert source.url in page.links, (code, source.code)
            assert pick(card.licenses[source.license], "title", language) in shown, (code, source.code)
        assert text("source", language) in shown, code
        assert f"/data/{code}.csv" in "".join(page.links), code
        assert not [found for found in words if found in foreign or any(phrase in found for phrase in phrases)], code
        check_words(words, site)


def test_there_are_themes_for_all_indicators(cards: dict[str, IndicatorCard]) -> None:
    assert len(cards) >= 90
    assert {card.indicator.theme for card in cards.values()} <= set(THEMES)


@in_both_languages
@pytest.mark.parametrize("theme", THEMES)
def test_the_table_of_an_indicator_is_its_rows(
    theme: str, language: Language, cards: dict[str, IndicatorCard], site: Store
) -> None:
    """Every row of the query stands in the table once, in words, newest first; parts in the catalogue's order."""
    places = queries.get_places(site)
    at = new_session()
    chosen = some([code for code, card in cards.items() if card.indicator.theme == theme], 3)
    if language == "zh-TW":
        # The rows are the same, and only words can differ: one indicator of each theme, unit and frequency has every
        # way a value and a period are written, at three fifths of the time all of them take.
        chosen = list({(cards[code].unit.code, cards[code].indicator.frequency): code for code in chosen}.values())
    for code in chosen:
        rows = queries.get_observations(site, code, today())
        page = visit(at, "indicator", lang=language, code=code, view="table")
        table = page.tables[0]
        card = cards[code]
        assert len(table) == len(rows), code
        value = next(name for name in table.columns if name.startswith(text("column_value", language)))
        # In Chinese the unit's own brackets become a comma inside those of the heading.
        assert all(words in value for words in re.split("[（）]", pick(card.unit, "title", language))), code
        expected = rows.iloc[::-1]
        order = {part.code: place for place, part in enumerate(card.breakdowns)} | {TOTAL: -1}
        groups = zip(expected["time_period"], expected["ref_area"], strict=True)
        met = {key: place for place, key in enumerate(dict.fromkeys(groups))}
        stands = [
            (met[row.time_period, row.ref_area], order.get(row.breakdown, 0))
            for row in expected.itertuples(index=False)
        ]
        expected = expected.iloc[sorted(range(len(stands)), key=stands.__getitem__)]
        low, high = expected["lower"].notna(), expected["upper"].notna()
        signs = np.select([low & ~high, high & ~low], ["≥", "≤"], "")
        plain = [card.format(number, language) for number in expected["obs_value"]]
        assert table[value].tolist() == [f"{sign}{number}" for sign, number in zip(signs, plain, strict=True)], code
        assert table[text("column_period", language)].tolist() == [
            format_period(period, language) for period in expected["time_period"]
        ], code
        assert table[text("column_place", language)].tolist() == [
            maps.full_name(places, place, language) for place in expected["ref_area"]
        ], code


def values_drawn(page: Page) -> list[float]:
    """Return the numbers of a chart that has one line or one row of bars and nothing else."""
    return [value for trace in page.figures[0]["data"] for value in numbers(trace)]


def numbers(trace: dict[str, Any]) -> list[float]:
    """Return the values of a trace, read as Plotly does: plain, or packed as base64."""
    held = trace.get("z", trace.get("y"))
    if isinstance(held, dict):
        return np.frombuffer(base64.b64decode(held["bdata"]), dtype=held["dtype"]).tolist()
    return [value for value in held or [] if isinstance(value, int | float)]


@pytest.mark.parametrize("code", ["procurement_open_share_count", "procurement_open_share_value"])
def test_a_plain_line_is_drawn_through_the_rows_of_its_query(code: str, site: Store) -> None:
    page = visit(new_session(), "indicator", lang="en", code=code)
    rows = queries.get_observations(site, code, today(), ref_areas=["TWN"])["obs_value"].tolist()
    drawn = values_drawn(page)
    assert [value for value in drawn if value in rows][: len(rows)] == rows
    assert set(drawn) <= set(rows)


@pytest.mark.parametrize(
    ("code", "level", "part", "period"),
    [
        ("voting_age_yes_share", "township", "_T", "2022-11-26"),
        ("women_share_of_councillors_elected", "county", "_T", "2022"),
    ],
    ids=["townships", "counties"],
)
def test_a_map_its_legend_and_the_table_beside_it_hold_the_rows_of_their_query(
    code: str, level: str, part: str, period: str, site: Store, cards: dict[str, IndicatorCard]
) -> None:
    page = visit(new_session(), "places", lang="en", indicator=code)
    periods = queries.get_observations(site, code, today(), level=level, breakdown=part)["time_period"]
    newest = max(periods)
    rows = queries.get_observations(site, code, today(), level=level, breakdown=part, time_period=newest)
    held = rows.dropna(subset=["obs_value"])
    assert newest[:4] == period[:4]
    drawn = [trace for trace in page.figures[0]["data"] if trace["name"] == "values"]
    shown = {place: tint for trace in drawn for place, tint in zip(trace["locations"], numbers(trace), strict=True)}
    words = {place: told for trace in drawn for place, told in zip(trace["locations"], trace["text"], strict=True)}
    for place, value in zip(held["ref_area"], held["obs_value"], strict=True):
        assert cards[code].format(value, "en") in words[place]
    ordered = held.sort_values("obs_value")["ref_area"].tolist()
    tints = [shown[place] for place in ordered]
    assert tints == sorted(tints)
    assert len(set(tints)) > 1
    table = page.tables[0]
    assert len(table) == len(rows)
    best = held.sort_values("obs_value", ascending=False).iloc[0]
    assert table.iloc[0].tolist()[0] == "1"
    assert table.iloc[0].tolist()[2] == cards[code].format(best["obs_value"], "en")
    legend = next(body for body in page.html if 'class="legend"' in body)
    counts = [int(part.partition("<")[0]) for part in legend.split("<em>")[1:]]
    assert sum(counts) == len(held)


@pytest.mark.parametrize("county", ["TW-TPE", "TW-KIN", "TW-LIE"])
def test_a_county_profile_has_a_line_for_each_of_its_rows(
    county: str, site: Store, cards: dict[str, IndicatorCard]
) -> None:
    page = visit(new_session(), "places", lang="en", county=county)
    rows = queries.get_county_profile(site, county, today())
    with_total = set(rows[rows["breakdown"] == "_T"]["indicator_code"])
    kept = rows[(rows["breakdown"] == "_T") | ~rows["indicator_code"].isin(with_total)]
    body = next(body for body in page.html if "<table>" in body and "alternative" not in body)
    assert body.count("<tr>") - 1 == len(kept) > 10
    shown = page.text()
    for row in kept.to_dict("records"):
        assert cards[row["indicator_code"]].indicator.title_en in shown
        assert cards[row["indicator_code"]].format(row["obs_value"], "en") in shown
