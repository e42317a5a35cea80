"""Decks: what is on a slide, in both languages, as of a day; who may say what."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from depth import some
from samples import SERIES, change_rows

from dashboard import views
from dashboard.evidence import list_regrades
from dashboard.exceptions import UnknownCodeError, WordingError
from dashboard.export.deck import (
    MOST_SLIDES,
    QUESTIONS,
    Deck,
    Slide,
    build_deck,
    build_named,
    charts,
    list_changes,
    list_decks,
    parse_items,
    parse_languages,
)
from dashboard.export.deck.model import Point, both
from dashboard.export.deck.scales import clear_side
from dashboard.export.deck.setbacks import list_national_moves
from dashboard.export.deck.slides import check_words
from dashboard.export.deck.titles import fits, measure_title
from dashboard.export.shelf import Shelf, open_shelf
from dashboard.language import LANGUAGES
from dashboard.settings import Settings
from dashboard.store import Store, build_store

BEFORE, FIRST, CORRECTED, LATER = (dt.date(2026, *day) for day in ((10, 31), (11, 1), (11, 10), (11, 20)))
READY = ["overview", "theme-participation", "plan-nap1", "story-open-contracting"]
SHOWN = [
    "indicator:vdem_electoral_democracy",
    "indicator:oversight_budget_share",
    "indicator:council_candidates",
    "indicator:open_data_downloads_by_county_per_100k",
    "indicator:internet_use_rate",
    "indicator:join_visits",
]


@pytest.fixture(scope="module")
def ready(shelf: Shelf) -> list[Deck]:
    """Hold one ready-made deck of each kind, and one of every kind of chart."""
    decks = [build_named(shelf.store, name, LANGUAGES, shelf.day) for name in READY]
    return [*decks, build_deck(shelf.store, SHOWN, LANGUAGES, shelf.day)]


def _slides(decks: list[Deck]) -> list[Slide]:
    return [slide for deck in decks for slide in deck.slides]


def _all_words(value: Any) -> Iterator[dict[str, str]]:
    """Yield every pair of words in a slide."""
    if isinstance(value, dict) and set(value) == set(LANGUAGES):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _all_words(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _all_words(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            if name not in ("frame", "notes", "unit"):
                yield from _all_words(getattr(value, name))


def test_every_slide_says_everything_in_both_languages(ready: list[Deck]) -> None:
    for slide in _slides(ready):
        pairs = list(_all_words(slide))
        assert len(pairs) > 12
        assert not [pair for pair in pairs if not pair["en"].strip() or not pair["zh-TW"].strip()], slide.item
        assert not [pair for pair in pairs for words in pair.values() if "{" in words], slide.item


def test_a_title_is_one_short_finding(ready: list[Deck]) -> None:
    long = [
        (slide.item, words) for slide in _slides(ready) for code, words in slide.title.items() if not fits(words, code)
    ]
    assert not long
    assert measure_title("It rose from NT$1.2 billion in 2019 to 3", "en") == 8
    assert measure_title("2019 年為 12.5%", "zh-TW") == 2


def test_every_title_computed_for_an_indicator_without_a_claim_is_short(shelf: Shelf) -> None:
    claimed = {filled.claim.indicator for filled in shelf.claims.values()}
    free = some([f"indicator:{code}" for code in shelf.cards if code not in claimed], 3)
    decks = [build_deck(shelf.store, free[start : start + 24], ["en"], shelf.day) for start in range(0, len(free), 24)]
    for slide in _slides(decks):
        assert slide.grade == "" and slide.grade_words == {"zh-TW": "未評等", "en": "Not graded"}
        assert all(fits(words, language) for language, words in slide.title.items()), slide.title


def test_the_overview_follows_the_rule_of_the_headlines(shelf: Shelf) -> None:
    slides = build_named(shelf.store, "overview", ["en"], shelf.day).slides
    assert len(slides) == 6
    assert all(slide.grade != "E0" and slide.kind == "claim" for slide in slides)
    assert len({slide.theme["en"] for slide in slides}) == 6, "no theme twice before every theme had its turn"


def test_ready_made_decks_are_named_in_both_languages(shelf: Shelf) -> None:
    decks = list_decks(shelf.store, shelf.day)
    assert {"overview", "theme-integrity", "plan-nap1", "story-open-contracting"} <= set(decks)
    assert all(set(title) == set(LANGUAGES) and all(title.values()) for title in decks.values())
    with pytest.raises(UnknownCodeError):
        build_named(shelf.store, "theme-none", ["en"], shelf.day)


@pytest.mark.parametrize("kind", QUESTIONS)
def test_every_slide_answers_every_question(kind: str, ready: list[Deck]) -> None:
    for slide in _slides(ready):
        (card,) = [card for card in slide.questions if card.kind == kind]
        assert card.answers and all(answer["en"].strip() for answer in card.answers), slide.item


def test_who_says_so_names_the_publisher_and_whether_anybody_outside_checked(ready: list[Deck]) -> None:
    for slide in ready[0].slides:
        answers = [answer["en"] for answer in slide.questions[1].answers]
        assert any("read on" in answer for answer in answers)
        assert any(answer.startswith("Independence: ") for answer in answers)
        assert any("outside" in answer.lower() for answer in answers)


def test_what_got_worse_counts_series_that_moved_against_their_direction(shelf: Shelf) -> None:
    moves = list_national_moves(shelf)
    assert any(move.worse for move in moves) and not all(move.worse for move in moves)
    for move in moves:
        direction = shelf.cards[move.indicator].indicator.direction
        assert move.worse == ((move.last < move.first) if direction == "higher_is_better" else (move.last > move.first))


def test_chosen_countries_and_different_periods_are_not_ranked(shelf: Shelf) -> None:
    """Of the countries we hold Taiwan has the lowest of these values, and is 20th of all that were rated."""
    items = ["global_data_barometer_modules", "local_youth_council_proposals", "technology_aided_fines"]
    titles = [
        slide.title["en"]
        for slide in build_deck(shelf.store, [f"indicator:{item}" for item in items], ["en"], shelf.day).slides
    ]
    assert titles == [
        "Taiwan stood at 51 in 2021",
        "Yunlin County stood at 87 in 2025",
        "Changhua County stood at NT$38.53 million in 2025",
    ]


def test_numbers_in_answers_are_numbers_of_the_rows(shelf: Shelf) -> None:
    (slide,) = build_deck(shelf.store, ["indicator:same_sex_marriages"], ["en"], shelf.day).slides
    rows = shelf.rows("same_sex_marriages")
    last = rows[(rows["ref_area"] == "TWN") & (rows["time_period"] == "2025")]["obs_value"].iloc[0]
    assert any(f"{last:,.0f}" in answer["en"] for answer in slide.questions[0].answers)
    counties = rows[rows["ref_area"].str.startswith("TW-") & (rows["time_period"] == "2025")]
    told = next(answer["en"] for answer in slide.questions[0].answers if "places can be compared" in answer["en"])
    assert f"{counties['ref_area'].nunique()} places" in told
    assert f"{counties['obs_value'].max():,.0f}" in told


def test_a_chart_draws_the_number_set_large_or_is_not_there(shelf: Shelf) -> None:
    """Bars of other places in another year beside a number would be read as its proof."""
    found = {filled.claim.indicator for filled in shelf.claims.values()}
    items = some([*(f"claim:{key}" for key in shelf.claims), *(f"indicator:{code}" for code in sorted(found))], 3)
    decks = [
        build_deck(shelf.store, items[start : start + 24], ["en"], shelf.day) for start in range(0, len(items), 24)
    ]
    drawn = 0
    for slide in _slides(decks):
        if slide.kind == "claim":
            filled = shelf.claims[slide.key]
        else:
            filled = views.find_claim(shelf.claims.values(), slide.key)
        key = next((key for key in filled.keys if key.name == filled.claim.headline), None) if filled else None
        if slide.chart is None or slide.number is None or key is None or key.time_period is None:
            continue
        values = [p.value for row in slide.chart.series for p in row.points if p.period == key.time_period]
        assert slide.number.value in values, slide.item
        drawn += 1
    assert drawn > len(items) / 3


def test_years_without_a_value_are_told_as_a_span() -> None:
    told = charts._list_periods(["2006", "2007", "2008", "2010", "2011", "2013-Q1"], "en")
    assert told == "2006 – 2008, 2010, 2011, Q1 2013"


# Words.


@pytest.mark.parametrize(
    ("language", "words", "named"),
    [("en", "The share fell because of the platform.", "because"), ("zh-TW", "平臺促使比率下降。", "促使")],
)
def test_causal_words_below_e3_are_refused_by_name(language: Any, words: str, named: str, ready: list[Deck]) -> None:
    slide = next(slide for slide in _slides(ready) if slide.grade in ("E1", "E2"))
    for field in ("title", "sentence"):
        with pytest.raises(WordingError) as refused:
            check_words(replace(slide, **{field: {**getattr(slide, field), language: words}}))
        assert named in refused.value.words and named in str(refused.value)


def test_an_output_may_not_be_told_as_a_result_for_people(ready: list[Deck]) -> None:
    slide = next(slide for slide in _slides(ready) if slide.level == "output")
    with pytest.raises(WordingError, match="prevented"):
        check_words(replace(slide, sentence={**slide.sentence, "en": "46 platforms prevented corruption."}))


# Data change, days.


def _built(settings: Settings, open_built: Callable[..., Store]) -> Store:
    build_store(settings)
    return open_built(settings, build=False)


@pytest.mark.parametrize(
    ("last", "source", "bound", "title"),
    [
        ("99.5", "incl_ncc_2017", "", "It rose from 96% in 2017 to 100% in 2019"),
        ("90", "incl_ncc_2017", "", "It fell from 96% in 2017 to 90% in 2019"),
        ("96", "incl_ncc_2017", "", "It was 96% in 2017 and in 2019"),
        ("90", "incl_ey_2019", "", "It was 96% in 2017, 90% in 2019"),
        ("99.5", "incl_ncc_2017", "lower", "It was ≥96% in 2017, 100% in 2019"),
        ("90", "incl_ncc_2017", "lower", "It was ≥96% in 2017, 90% in 2019"),
        ("96", "incl_ncc_2017", "lower", "It was ≥96% in 2017, 96% in 2019"),
        ("99.5", "incl_ncc_2017", "upper", "It was ≤96% in 2017, 100% in 2019"),
        ("90", "incl_ncc_2017", "upper", "It was ≤96% in 2017, 90% in 2019"),
    ],
    ids=[
        "rose",
        "fell",
        "held",
        "of two sources",
        "more than, and more",
        "more than, and less",
        "more than, and as much",
        "less than, and more",
        "less than, and less",
    ],
)
def test_a_computed_title_follows_the_data(
    last: str, source: str, bound: str, title: str, folders: Path, settings: Settings, open_built: Callable[..., Store]
) -> None:
    def change(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for row in rows:
            if row["time_period"] == "2019-08-15":
                yield row | {"obs_value": last, "source_code": source}
            else:
                yield row | {"lower": "", "upper": ""} | ({bound: row["obs_value"]} if bound else {})

    code = "remote_broadband_coverage"
    change_rows(folders / "data" / "indicators" / f"{code}.csv", change)
    claims = folders / "data" / "claims"
    assert not any(f'indicator = "{code}"' in path.read_text(encoding="utf-8") for path in claims.iterdir())
    store = _built(settings, open_built)
    (slide,) = build_deck(store, [f"indicator:{code}"], ["en"], dt.date(2026, 11, 25)).slides
    assert slide.title["en"] == title


def test_a_claims_title_follows_the_data(vintage_store: Store) -> None:
    titles = [
        build_deck(vintage_store, ["claim:open_share_fell_by"], ["en"], day).slides[0].title["en"]
        for day in (FIRST, CORRECTED)
    ]
    assert titles == ["The open share fell by 3.16 percentage points", "The open share fell by 3.36 percentage points"]


def test_what_changed_since_a_deck_was_made_is_told_old_and_new(vintage_store: Store) -> None:
    old, new = (build_deck(vintage_store, ["claim:open_share_fell_by"], ["en"], day) for day in (FIRST, CORRECTED))
    shelf = open_shelf(vintage_store, CORRECTED)
    found = list_changes(shelf, old, new)
    changes = {change.name: (change.old, change.new) for change in found}
    assert changes["last"] == ({"zh-TW": "83.90%", "en": "83.90%"}, {"zh-TW": "83.70%", "en": "83.70%"})
    assert "first" not in changes
    assert found[0].sentence == {
        "zh-TW": "數字由 83.90% 改為 83.70%。",
        "en": "A number changed from 83.90% to 83.70%.",
    }
    assert [change.kind for change in found if change.kind != "value"] == [], "what a number tells, the chart need not"
    assert list_changes(shelf, new, new) == []


def test_values_of_a_chart_that_came_or_changed_are_told_by_place_and_period(vintage_store: Store) -> None:
    item = f"indicator:{SERIES}"
    decks = [build_deck(vintage_store, [item], ["en"], day) for day in (FIRST, CORRECTED, LATER)]
    bare = [replace(deck, slides=(replace(deck.slides[0], values={}),)) for deck in decks]
    shelf = open_shelf(vintage_store, LATER)
    told = [change.sentence for change in list_changes(shelf, bare[0], bare[1])]
    assert told == [{"zh-TW": "圖中臺灣、2022 年的值由 83.90% 改為 83.70%。",
                     "en": "In the chart, the value for Taiwan, 2022 changed from 83.90% to 83.70%."}]  # fmt: skip
    told = [change.sentence["en"] for change in list_changes(shelf, bare[1], bare[2])]
    assert told == ["The chart gained the value for Taiwan, 2023: 83.10%."]
    told = [change.sentence["en"] for change in list_changes(shelf, bare[2], bare[1])]
    assert told == ["The chart no longer has the value for Taiwan, 2023; it was 83.10%."]


def test_many_changed_values_are_counted(vintage_store: Store) -> None:
    (slide,) = build_deck(vintage_store, [f"indicator:{SERIES}"], ["en"], LATER).slides
    deck = build_deck(vintage_store, [f"indicator:{SERIES}"], ["en"], LATER)
    assert slide.chart is not None
    moved = slide.chart.frame.assign(obs_value=slide.chart.frame["obs_value"] + 1)
    other = replace(deck, slides=(replace(slide, chart=replace(slide.chart, frame=moved)),))
    changes = list_changes(open_shelf(vintage_store, LATER), other, deck)
    assert [change.kind for change in changes] == ["point", "point", "point", "more"]
    count = len(moved.dropna(subset=["obs_value"])) - 3
    assert changes[-1].sentence["en"] == f"In the chart, {count} more values differ."


def test_a_grade_that_changed_is_told(vintage_store: Store) -> None:
    deck = build_deck(vintage_store, ["claim:open_share_fell_by"], ["en"], LATER)
    (slide,) = deck.slides
    shelf = open_shelf(vintage_store, LATER)
    past = replace(deck, slides=(replace(slide, grade="E1" if slide.grade != "E1" else "E2"),))
    (change,) = list_changes(shelf, past, deck)
    assert change.kind == "grade"
    assert change.sentence["en"].endswith(f"to {slide.grade_words['en']}.")
    assert slide.grade_words["zh-TW"] in change.sentence["zh-TW"]


def test_a_grade_the_record_says_was_changed_since_is_told(shelf: Shelf) -> None:
    record = next(
        (filled.claim, row)
        for filled in shelf.claims.values()
        for row in list_regrades(filled.claim, shelf.day)
        if len(filled.claim.regraded) == 1
    )
    claim, (day, before, _, _) = record
    deck = build_deck(shelf.store, [f"claim:{claim.id}"], ["en"], shelf.day)
    past = replace(deck, day=day - dt.timedelta(days=1))
    told = [change for change in list_changes(shelf, past, deck) if change.kind == "grade"]
    assert [change.old["en"][:2] for change in told if change.old] == [before]
    assert list_changes(shelf, replace(deck, day=day), deck) == []


def test_slides_that_are_gone_or_new_are_told(vintage_store: Store) -> None:
    items = ["claim:open_share_fell_by", f"indicator:{SERIES}"]
    both_slides = build_deck(vintage_store, items, ["en"], LATER)
    one = replace(both_slides, slides=both_slides.slides[:1], missing=(items[1],))
    shelf = open_shelf(vintage_store, LATER)
    (gone,) = list_changes(shelf, both_slides, one)
    assert (gone.kind, gone.item, gone.title) == ("gone", items[1], both_slides.slides[1].title)
    assert gone.sentence["en"] == "What this slide showed is no longer published."
    (new,) = list_changes(shelf, one, both_slides)
    assert (new.kind, new.item) == ("new", items[1])


def test_nothing_under_embargo_is_in_a_deck(vintage_store: Store) -> None:
    items = ["claim:open_share_fell_by", f"indicator:{SERIES}", "story:open-procedures"]
    with pytest.raises(UnknownCodeError):
        build_deck(vintage_store, items, ["en"], BEFORE)
    for day in (FIRST, CORRECTED):
        deck = build_deck(vintage_store, items, ["en"], day)
        assert not [slide for slide in deck.slides if "2023" in repr(slide) or "83.1" in repr(slide)]
        for slide in deck.slides:
            assert slide.chart is None or slide.chart.frame["published"].max().date() <= day
    (slide,) = build_deck(vintage_store, [f"indicator:{SERIES}"], ["en"], LATER).slides
    assert slide.chart is not None
    assert slide.chart.series[0].points[-1].value == 83.1
    assert not [name for name in list_decks(vintage_store, BEFORE) if name != "overview"]


# What is asked for.


def test_what_is_not_there_is_named_and_left_out(shelf: Shelf) -> None:
    deck = build_deck(shelf.store, ["claim:none", "indicator:cpi_score", "nonsense", "plan:nap1"], ["en"], shelf.day)
    assert [slide.item for slide in deck.slides] == ["indicator:cpi_score"]
    assert deck.missing == ("claim:none", "nonsense", "plan:nap1")


def test_items_are_bounded_and_each_stands_once() -> None:
    assert parse_items("claim:a, claim:b,,claim:a") == ("claim:a", "claim:b")
    assert len(parse_items(",".join(f"claim:{number}" for number in range(500)))) == MOST_SLIDES
    assert parse_items(None) == ()
    assert parse_languages("both") == ("zh-TW", "en")
    assert [parse_languages(asked) for asked in ("en", "EN-gb", "zh-TW", None, "<b>")] == [
        ("en",), ("en",), ("zh-TW",), ("zh-TW",), ("zh-TW",),
    ]  # fmt: skip


def test_a_break_and_a_missing_year_are_told_in_words(ready: list[Deck]) -> None:
    notes = {slide.key: slide.chart.notes["en"] for slide in _slides(ready) if slide.chart}
    assert "The definition changes from" in notes["join_visits"]
    assert "Periods without a value" in notes["oversight_budget_share"]
    assert "intervals" in notes["vdem_electoral_democracy"]
    assert "No line joins two values unusually far apart" in notes["internet_use_rate"]
    assert "No line joins" not in notes["vdem_electoral_democracy"] + notes["oversight_budget_share"]


@pytest.mark.parametrize(
    ("values", "place", "flipped", "side"),
    [
        ([3, 1, 2], 1, False, "b"),
        ([1, 3, 2], 1, False, "t"),
        ([1, 2, 3], 1, False, "l"),
        ([3, 2, 1], 1, False, "r"),
        ([2, 2, 3], 1, False, "b"),
        ([3, 1, 2], 1, True, "t"),
        ([1, 2, 3], 1, True, "r"),
    ],
)
def test_a_value_stands_where_its_line_leaves_room(values: list[int], place: int, flipped: bool, side: str) -> None:
    points = [Point(str(at), both(""), str(at), float(value)) for at, value in enumerate(values)]
    assert clear_side(points, place, flipped=flipped) == side
