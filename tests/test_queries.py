import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from samples import INDICATORS, SERIES, story_indicators

from dashboard import queries
from dashboard.evidence import fill
from dashboard.language import MINUS
from dashboard.models import (
    CaseStudy,
    Commitment,
    Event,
    Gap,
    IndicatorSource,
    Milestone,
    Observation,
    Plan,
    Project,
    Recommendation,
    Rule,
    Standard,
    Theme,
)
from dashboard.queries import (
    get_cards,
    get_claims,
    get_county_profile,
    get_latest_national,
    get_observations,
    get_places,
    get_summary,
    read_rows,
)
from dashboard.store import Store

DAY = dt.date(2026, 11, 23)
BEFORE = dt.date(2026, 10, 31)
FIRST, CORRECTED, LATER = dt.date(2026, 11, 5), dt.date(2026, 11, 15), dt.date(2026, 11, 21)
CODES = sorted({*INDICATORS, *story_indicators()})
COLUMNS = list(Observation.model_fields)
Row = dict[str, Any]


# The slow and obvious second implementation: plain loops over the rows of the file.


def _end(period: str) -> str:
    return period.split("/")[-1]


def _level(area: str) -> str:
    if area.startswith("TW-"):
        return "county"
    if re.fullmatch(r"\d{8}", area):
        return "township"
    return "country" if re.fullmatch(r"[A-Z]{3}", area) else "other"


def _rows(store: Store, day: dt.date) -> list[Row]:
    """Return the latest row published by a day for each key."""
    held: dict[tuple[Any, ...], Row] = {}
    for row in pq.read_table(store.observations).to_pylist():
        if row["published"] > day:
            continue
        key = tuple(row[name] for name in ("indicator_code", "ref_area", "time_period", "breakdown", "source_code"))
        if key not in held or held[key]["published"] < row["published"]:
            held[key] = row
    return list(held.values())


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.date()
    return None if value is None or value != value else value


def _as_rows(frame: pd.DataFrame) -> list[Row]:
    return [{name: _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _sorted(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: [str(row[name]) for name in sorted(row)])


@pytest.mark.parametrize("code", CODES)
def test_observations_are_those_of_the_indicator(code: str, store: Store) -> None:
    frame = get_observations(store, code, DAY)
    assert list(frame.columns) == COLUMNS
    assert _sorted(_as_rows(frame)) == _sorted(row for row in _rows(store, DAY) if row["indicator_code"] == code)
    assert len(frame) > 0


SELECTIONS: list[tuple[str, dict[str, Any], Callable[[Row], bool]]] = [
    ("cpi_score", {"ref_areas": ["TWN", "JPN"]}, lambda row: row["ref_area"] in ("TWN", "JPN")),
    ("cpi_score", {"ref_areas": []}, lambda row: False),
    ("cpi_score", {"level": "country"}, lambda row: _level(row["ref_area"]) == "country"),
    ("voting_age_turnout", {"level": "township"}, lambda row: _level(row["ref_area"]) == "township"),
    ("voting_age_turnout", {"level": "county"}, lambda row: _level(row["ref_area"]) == "county"),
    ("voting_age_turnout", {"level": "country"}, lambda row: row["ref_area"] == "TWN"),
    ("same_sex_marriages", {"breakdown": "women"}, lambda row: row["breakdown"] == "women"),
    ("same_sex_marriages", {"breakdown": "_T", "level": "county", "time_period": "2022"},
     lambda row: row["breakdown"] == "_T" and row["time_period"] == "2022" and row["ref_area"].startswith("TW-")),
    ("youth_committee_proposals", {"time_period": "2016-11/2018-10"},
     lambda row: row["time_period"] == "2016-11/2018-10"),
    ("youth_committee_proposals", {"time_period": "nonsense"}, lambda row: False),
    ("nothing_of_the_kind", {}, lambda row: False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "chosen", "keep"), SELECTIONS, ids=[f"{code} {chosen}" for code, chosen, _ in SELECTIONS]
)
def test_a_selection_keeps_what_it_names(code: str, chosen: Row, keep: Callable[[Row], bool], store: Store) -> None:
    frame = get_observations(store, code, DAY, **chosen)
    wanted = [row for row in _rows(store, DAY) if row["indicator_code"] == code and keep(row)]
    assert _sorted(_as_rows(frame)) == _sorted(wanted)
    assert list(frame.columns) == COLUMNS


@pytest.mark.parametrize("code", CODES)
def test_observations_come_oldest_first(code: str, store: Store) -> None:
    frame = get_observations(store, code, DAY)
    keys = [(_end(row["time_period"]), row["ref_area"], row["breakdown"]) for row in frame.to_dict("records")]
    assert keys == sorted(keys)


def test_words_of_an_attacker_are_only_words(store: Store) -> None:
    assert get_observations(store, "x' OR '1'='1", DAY).empty
    assert get_observations(store, SERIES, DAY, ref_areas=["TWN') --"]).empty
    assert len(get_observations(store, SERIES, DAY)) == 4


# As of a day.


def _values(store: Store, day: dt.date) -> dict[str, float]:
    frame = get_observations(store, SERIES, day)
    return dict(zip(frame["time_period"], frame["obs_value"], strict=True))


def test_a_correction_replaces_from_its_day_on(vintage_store: Store) -> None:
    assert _values(vintage_store, BEFORE) == {}
    assert _values(vintage_store, FIRST) == {"2019": 87.06, "2020": 85.7, "2021": 84.53, "2022": 83.9}
    assert _values(vintage_store, dt.date(2026, 11, 9))["2022"] == 83.9
    assert _values(vintage_store, dt.date(2026, 11, 10))["2022"] == 83.7
    assert _values(vintage_store, CORRECTED) == _values(vintage_store, FIRST) | {"2022": 83.7}
    assert _values(vintage_store, LATER) == _values(vintage_store, CORRECTED) | {"2023": 83.1}


def test_a_correction_comes_with_its_reason(vintage_store: Store) -> None:
    row = get_observations(vintage_store, SERIES, CORRECTED, time_period="2022").iloc[0]
    assert (row["note_en"], row["published"]) == ("Corrected by the publisher.", pd.Timestamp(2026, 11, 10))


@pytest.mark.parametrize("day", [BEFORE, FIRST, CORRECTED, LATER, DAY])
def test_every_question_sees_the_rows_of_its_day(day: dt.date, vintage_store: Store) -> None:
    rows = _rows(vintage_store, day)
    codes = {row["indicator_code"] for row in rows}
    assert set(get_summary(vintage_store, day).index) == codes
    for code in sorted({SERIES, "cpi_score", "same_sex_marriages"}):
        wanted = [row for row in rows if row["indicator_code"] == code]
        assert _sorted(_as_rows(get_observations(vintage_store, code, day))) == _sorted(wanted)


def test_a_row_under_embargo_is_nowhere(vintage_store: Store) -> None:
    summary = get_summary(vintage_store, CORRECTED).loc[SERIES]
    assert (summary["observations"], summary["last_period"]) == (4, "2022")
    assert get_latest_national(vintage_store, CORRECTED).set_index("indicator_code").at[SERIES, "obs_value"] == 83.7
    assert get_latest_national(vintage_store, LATER).set_index("indicator_code").at[SERIES, "obs_value"] == 83.1
    assert get_latest_national(vintage_store, BEFORE).empty
    assert get_county_profile(vintage_store, "TW-TPE", BEFORE).empty
    assert get_summary(vintage_store, BEFORE).empty


def test_claims_follow_the_day_too(vintage_store: Store) -> None:
    cards = get_cards(vintage_store)

    def written(day: dt.date) -> dict[str, str]:
        return {
            filled.claim.id: fill(filled.claim.sentence_en, filled.written["en"])
            for filled in get_claims(vintage_store, cards, day)
        }

    assert written(BEFORE) == {}
    # Only the plain series is published by then: claims that need anything else do not exist yet.
    assert written(FIRST)["open_share_fell_by"] == "It fell from 87.06% to 83.90%, by 3.16."
    assert "cpi_within_margin" not in written(FIRST) and "cpi_within_margin" in written(DAY)
    assert written(CORRECTED)["open_share_fell_by"] == "It fell from 87.06% to 83.70%, by 3.36."
    assert set(written(FIRST)) == set(written(CORRECTED)) < set(written(DAY))


def test_a_claim_tells_what_has_changed_since_it_was_checked(vintage_store: Store) -> None:
    cards = get_cards(vintage_store)

    def one(day: dt.date) -> Any:
        return next(row for row in get_claims(vintage_store, cards, day) if row.claim.id == "open_share_fell_by")

    assert one(FIRST).changed == []
    assert set(one(CORRECTED).changed) == {"last", "fall"}
    assert one(CORRECTED).before["en"] == one(CORRECTED).before["zh-TW"] == {"last": "83.90%", "fall": "3.16"}


# Summaries.


def test_the_summary_counts_what_is_there(store: Store) -> None:
    summary = get_summary(store, DAY)
    rows = _rows(store, DAY)
    assert set(summary.index) == set(CODES)
    for code in CODES:
        own = [row for row in rows if row["indicator_code"] == code]
        found = summary.loc[code]
        areas = {row["ref_area"] for row in own}
        assert found["observations"] == len(own)
        assert found["places"] == len(areas)
        assert found["periods"] == len({row["time_period"] for row in own})
        told = [(row["ref_area"], row["time_period"], row["breakdown"]) for row in own]
        values = {(*key, row["obs_value"]) for key, row in zip(told, own, strict=True)}
        assert found["contested"] == len(values) - len(set(told))
        for column, level in (("counties", "county"), ("townships", "township"), ("countries", "country")):
            assert found[column] == sum(_level(area) == level for area in areas)
        assert _end(found["first_period"]) == min(_end(row["time_period"]) for row in own)
        assert _end(found["last_period"]) == max(
            _end(row["time_period"]) for row in own if row["obs_value"] is not None
        )
        assert _plain(found["published"]) == max(row["published"] for row in own)


def test_the_latest_national_value_of_each_indicator(store: Store) -> None:
    wanted = []
    rows = _rows(store, DAY)
    for code in CODES:
        own = [
            row
            for row in rows
            if row["indicator_code"] == code
            and row["ref_area"] == "TWN"
            and row["breakdown"] == "_T"
            and row["obs_value"] is not None
        ]
        last = max((_end(row["time_period"]) for row in own), default="")
        wanted += [row for row in own if _end(row["time_period"]) == last]
    assert _sorted(_as_rows(get_latest_national(store, DAY))) == _sorted(wanted)
    assert len(wanted) > 10


def _profile(rows: list[Row], county: str) -> list[Row]:
    found = []
    valued = [row for row in rows if row["ref_area"].startswith("TW-") and row["obs_value"] is not None]
    for code, part in sorted({(row["indicator_code"], row["breakdown"]) for row in valued}):
        same = [row for row in valued if (row["indicator_code"], row["breakdown"]) == (code, part)]
        last = max((_end(row["time_period"]) for row in same if row["ref_area"] == county), default=None)
        for row in same:
            if row["ref_area"] != county or _end(row["time_period"]) != last:
                continue
            rivals = [
                other["obs_value"]
                for other in same
                if (other["time_period"], other["source_code"]) == (row["time_period"], row["source_code"])
            ]
            names = (
                "indicator_code",
                "breakdown",
                "source_code",
                "time_period",
                "obs_value",
                "obs_status",
                "lower",
                "upper",
            )
            kept = {name: row[name] for name in names}
            rank = 1 + sum(value > row["obs_value"] for value in rivals)
            found.append(kept | {"rank_high": rank, "counties": len(rivals)})
    return found


@pytest.mark.parametrize("county", ["TW-TPE", "TW-NWT", "TW-LIE", "TW-PEN", "TW-XXX"])
def test_a_county_is_ranked_among_the_counties(county: str, store: Store) -> None:
    assert _sorted(_as_rows(get_county_profile(store, county, DAY))) == _sorted(_profile(_rows(store, DAY), county))


def test_the_first_and_the_last_county_are_ranked_first_and_last(store: Store) -> None:
    places = [place.code for place in get_places(store).values() if place.level == "county"]
    ranks = []
    for code in places:
        profile = get_county_profile(store, code, DAY).set_index("indicator_code")
        ranks.append((profile.at["voting_age_turnout", "rank_high"], profile.at["voting_age_turnout", "obs_value"]))
        assert profile.at["voting_age_turnout", "counties"] == 22
    assert len(ranks) == 22
    by_rank = [value for _, value in sorted(ranks)]
    assert by_rank == sorted(by_rank, reverse=True)


# The whole of what is published, by the same two ways.


def test_all_published_data_give_the_same_by_both_ways(real_store: Store) -> None:
    rows = _rows(real_store, DAY)
    summary = get_summary(real_store, DAY)
    assert summary["observations"].sum() == len(rows) >= 12_000
    for county in ("TW-TPE", "TW-LIE"):
        assert _sorted(_as_rows(get_county_profile(real_store, county, DAY))) == _sorted(_profile(rows, county))
    for code in ("referendum_turnout", "open_tender_first_award_rate"):
        wanted = [row for row in rows if row["indicator_code"] == code]
        assert _sorted(_as_rows(get_observations(real_store, code, DAY))) == _sorted(wanted)


# Cards and claims.


def test_a_card_holds_everything_about_an_indicator(store: Store) -> None:
    cards = get_cards(store)
    assert set(cards) == set(CODES)
    card = cards["integrity_platforms"]
    assert card.preferred_source == "int_tf6_2022_04"
    assert [source.code for source in card.sources] == ["int_tf6_2022_04", "int_tf3_2021_05"]
    assert [part.code for part in card.breakdowns] == ["finished", "running"]
    assert [row.obs_value for row in card.disagreements] == [34, 52, 90]
    assert {event.code for event in card.events} == {"integrity_platforms_begin", "integrity_platform_commitment"}
    assert [row.time_period for row in cards["remote_broadband_coverage"].targets] == ["2014", "2015"]
    assert [row.time_period for row in cards["data_requests"].breaks] == ["2019"]
    assert cards[SERIES].unit.kind == "percent" and cards[SERIES].theme.code == "procurement"
    assert cards[SERIES].format(83.9, "en") == "83.90%"


def test_a_card_knows_whether_its_table_may_be_given_away(real_store: Store) -> None:
    cards = get_cards(real_store)
    assert cards["voting_age_turnout"].redistribute
    assert not cards["eiu_democracy_index"].redistribute
    assert all(card.sources for card in cards.values())


def test_claims_are_filled_in_both_languages(store: Store) -> None:
    claims = {filled.claim.id: filled for filled in get_claims(store, get_cards(store), DAY)}
    fell = claims["open_share_fell_by"]
    assert fell.values == {
        "first": 87.06,
        "last": 83.9,
        "fall": pytest.approx(3.16),
        "times": pytest.approx(83.9 / 87.06),
    }
    assert fell.written["en"]["fall"] == fell.written["zh-TW"]["fall"] == "3.16"
    assert fell.written["en"]["first"] == "87.06%"
    assert fell.last_period == "2022"
    assert fill(fell.claim.sentence_zh_tw, fell.written["zh-TW"]).count("3.16") == 1
    for filled in claims.values():
        for language in ("zh-TW", "en"):
            assert set(filled.written[language]) == set(filled.values)


def test_a_change_in_percent_is_written_without_its_sign(store: Store) -> None:
    claims = {filled.claim.id: filled for filled in get_claims(store, get_cards(store), DAY)}
    losses = claims["fraud_losses_fell_five_months"]
    (change,) = [key.name for key in losses.keys if key.operation == "percent_change"]
    assert losses.values[change] < 0
    assert losses.written["en"][change].endswith("%") and MINUS not in losses.written["en"][change]


def test_every_published_claim_can_be_written(real_store: Store) -> None:
    filled = get_claims(real_store, get_cards(real_store), DAY + dt.timedelta(days=1))
    assert len(filled) >= 60
    for claim in filled:
        for ending, language in (("zh_tw", "zh-TW"), ("en", "en")):
            for field in ("title", "sentence", "biggest_doubt"):
                words = fill(getattr(claim.claim, f"{field}_{ending}"), claim.written[language])
                assert "{" not in words and "nan" not in words.lower().split()


# Everything else.


@pytest.mark.parametrize(
    ("name", "model", "key"),
    [
        ("get_themes", Theme, lambda row: row.position),
        ("get_plans", Plan, lambda row: row.start),
        ("get_commitments", Commitment, lambda row: (row.plan, row.number)),
        ("get_milestones", Milestone, lambda row: (row.plan, row.commitment or "", row.number)),
        ("get_meetings", None, lambda row: row.date),
        ("get_rules", Rule, lambda row: row.code),
        ("get_recommendations", Recommendation, lambda row: row.code),
        ("get_standards", Standard, lambda row: row.position),
        ("get_projects", Project, lambda row: (row.kind, row.code)),
        ("get_events", Event, lambda row: row.date),
        ("get_gaps", Gap, lambda row: (row.theme, row.code)),
        ("get_case_studies", CaseStudy, lambda row: (row.position, row.slug)),
        ("get_members", None, lambda row: (row.term, row.side, row.role)),
        ("get_indicators", None, lambda row: (row.theme, row.code)),
    ],
)  # fmt: skip
def test_rows_come_whole_and_in_order(name: str, model: Any, key: Callable[[Any], Any], store: Store) -> None:
    rows = getattr(queries, name)(store)
    assert rows
    assert [key(row) for row in rows] == sorted(key(row) for row in rows)
    if model is not None:
        assert len(rows) == len(read_rows(store, model))


def test_places_sources_and_licences_are_found_by_code(store: Store) -> None:
    for found in (get_places(store), queries.get_sources(store), queries.get_licenses(store)):
        assert found and all(code == row.code for code, row in found.items())
    assert {row.outcome for row in queries.get_checks(store)} <= {"passed", "warned"}


def test_rows_can_be_chosen_by_a_condition(store: Store) -> None:
    rows = read_rows(store, IndicatorSource, IndicatorSource.indicator_code == "integrity_platforms")
    assert {row.source_code for row in rows} == {"int_tf6_2022_04", "int_tf3_2021_05"}


def test_a_bound_is_told_by_row_by_record_and_by_series(store: Store) -> None:
    card = get_cards(store)[SERIES]
    frame = pd.DataFrame([{"obs_value": 1.25, "lower": 1.25, "upper": None}, {"obs_value": 2.0}])
    assert [card.write(row, "en") for row in frame.itertuples()] == ["≥1.25%", "2.00%"]
    assert [card.write(row, "en") for row in frame.to_dict("records")] == ["≥1.25%", "2.00%"]
    assert card.write(frame.iloc[0], "zh-TW") == "≥1.25%"


def test_every_published_bound_says_so_in_its_note_and_every_such_note_is_of_a_bound(real_sqlite_store: Store) -> None:
    frame = pd.read_parquet(real_sqlite_store.observations).dropna(subset=["obs_value"])
    bounds = frame[frame["lower"].isna() != frame["upper"].isna()]
    assert len(bounds) > 70
    told = {"lower": r"超過|逾|以上|多|下限|餘|突破|衝破", "upper": r"近|不到|上限|尚未"}
    for end, words in told.items():
        notes = bounds[bounds[end].notna()]["note_zh_tw"]
        assert notes.str.contains(words).all(), notes[~notes.str.contains(words)].tolist()
    opens = r'(?i)^(?:the source says )?"?(?:more than|over|nearly|fewer than|at least|lower bound|upper bound)\b'
    said = frame[frame["note_en"].str.contains(opens, na=False)]
    assert len(said) > 60
    assert said.index.isin(bounds.index).all(), said[~said.index.isin(bounds.index)]["note_en"].tolist()


def test_a_headline_read_from_a_bound_has_its_sign(real_sqlite_store: Store) -> None:
    claims = {
        row.claim.id: row for row in get_claims(real_sqlite_store, get_cards(real_sqlite_store), dt.date(2099, 1, 1))
    }
    assert claims["company_filings_high_register_closed"].say_headline("en") == "≥90%"
    assert claims["oc_awarded_within_two_calls"].say_headline("zh-TW") == "≤45,000"
    guided = claims["sensors_guided_penalties"]
    assert (guided.say("penalties", "en"), guided.written["en"]["penalties"]) == ("≥1,333", "1,333")
    assert guided.bounds["en"] == {
        "inspections": "≥10,742", "penalties": "≥1,333", "fines": "≥NT$257 million",
    }, "nothing worked out of bounds is one"  # fmt: skip
