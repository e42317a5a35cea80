import datetime as dt

import pandas as pd
import pytest

from dashboard import reading
from dashboard.language import Language
from dashboard.models import Kind
from dashboard.queries import IndicatorCard, get_cards, get_observations, get_places
from dashboard.rows import split_sources
from dashboard.store import Store


class Speaker(reading.Voice):
    """Somebody who speaks one language, without Republic-era years."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.roc = False


def preferred(store: Store, card: IndicatorCard) -> pd.DataFrame:
    return split_sources(get_observations(store, card.indicator.code, dt.date(2026, 11, 29), ref_areas=["TWN"]), card)[
        0
    ]


def progress(store: Store, code: str, language: Language = "en") -> dict[str, str]:
    card = get_cards(store)[code]
    return dict(reading.describe_progress(Speaker(language), card, preferred(store, card)))


@pytest.mark.parametrize(
    ("language", "term", "words"), [("en", "Note", '"More than 28".'), ("zh-TW", "說明", "原文為超過 28 件。")]
)
def test_a_lower_bound_is_told_beside_the_latest_value(
    language: Language, term: str, words: str, real_sqlite_store: Store
) -> None:
    told = progress(real_sqlite_store, "vtaiwan_cases", language)
    assert list(told)[1] == term and told[term] == words
    assert term not in progress(real_sqlite_store, "water_leakage_rate", language)


CHANGES = {
    "water_leakage_rate": "−8.0 percentage points (better)",
    "procurement_open_share_value": "+8.62 percentage points (better)",
    "presidential_turnout": "−4.5 percentage points",
    "vdem_participatory_democracy": "+0.086 (intervals overlap: no change can be asserted)",
    "eiu_democracy_index": "+0.96",
    "cpi_score": "+6 (intervals overlap: no change can be asserted), until 2024; the latest value is another source's",
    "cpi_rank": "−12, until 2024; the latest value is another source's",
    "digital_opportunity_centres": "not computed: the two values come from different sources",
    "leak_location_days": "not computed: one of the two values is of low reliability",
    "plan_cocreation_participations": "not computed: the two periods differ in length",
    "data_requests": "not computed: the definition changed in between",
}


@pytest.mark.parametrize(("code", "words"), CHANGES.items(), ids=list(CHANGES))
def test_a_change_is_told_of_values_that_compare_and_judged_by_what_is_known(
    code: str, words: str, real_sqlite_store: Store
) -> None:
    assert progress(real_sqlite_store, code)["Change"] == words


def test_no_rating_whose_intervals_overlap_or_are_unknown_is_called_better_or_worse(real_sqlite_store: Store) -> None:
    judged = 0
    for code, card in get_cards(real_sqlite_store).items():
        rows = preferred(real_sqlite_store, card)
        if card.indicator.kind == Kind.MEASURED or rows["breakdown"].nunique() != 1:
            continue
        change = progress(real_sqlite_store, code).get("Change", "")
        judged += bool(change)
        if "(better)" in change or "(worse)" in change:
            known = rows.dropna(subset=["lower", "upper"])
            assert len(known) and known.iloc[0]["upper"] < known.iloc[-1]["lower"]
    assert judged


def test_progress_is_told_where_the_baseline_had_not_reached_the_target(real_sqlite_store: Store) -> None:
    told = progress(real_sqlite_store, "water_leakage_rate")
    assert (told["Target"], told["Progress to target"]) == ("9.8%, 2032", "82%")
    assert progress(real_sqlite_store, "women_on_committees_one_third")["Progress to target"] == (
        "reached by the latest value"
    )
    assert progress(real_sqlite_store, "open_datasets", "zh-TW")["達成進度"] == "最新數值已達到"


def test_a_single_value_is_not_told_as_a_range(real_sqlite_store: Store) -> None:
    card = get_cards(real_sqlite_store)["water_leakage_rate"]
    one = preferred(real_sqlite_store, card).tail(1)
    places = get_places(real_sqlite_store)
    title = card.indicator.title_en
    assert reading.describe(Speaker("en"), card, one, places) == f"{title}: one value, 11.5% in 2025."


def test_a_sentence_in_chinese_has_no_space_between_two_han_characters(real_sqlite_store: Store) -> None:
    card = get_cards(real_sqlite_store)["integrity_platforms_value"]
    places = get_places(real_sqlite_store)
    words = reading.describe(Speaker("zh-TW"), card, preferred(real_sqlite_store, card), places)
    assert "為新臺幣" in words


def test_a_table_has_the_newest_first_and_parts_in_the_order_of_the_catalogue(real_sqlite_store: Store) -> None:
    places = get_places(real_sqlite_store)
    card = get_cards(real_sqlite_store)["award_notices_by_tenderers"]
    table = reading.build_observation_table(Speaker("en"), card, preferred(real_sqlite_store, card), places)
    assert table["Part"].tolist() == ["All", *(part.title_en for part in card.breakdowns)]
    card = get_cards(real_sqlite_store)["referendum_turnout"]
    table = reading.build_observation_table(Speaker("en"), card, preferred(real_sqlite_store, card), places)
    assert [period[-4:] for period in table["Period"]] == sorted((row[-4:] for row in table["Period"]), reverse=True)
