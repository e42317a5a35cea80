"""Questions a listener may ask, answered by rule from metadata and data: no sentence is written for one slide.

Every number is an observation's or counts observations.
"""

from collections.abc import Sequence

from dashboard.export.deck.charts import part_names, say, say_field, say_period, say_place, say_point, say_value
from dashboard.export.deck.model import QUESTIONS, Chart, Point, QuestionCard, Words
from dashboard.export.deck.setbacks import Move, list_national_moves, list_own_moves
from dashboard.export.shelf import Shelf
from dashboard.language import LANGUAGES, close_han, period_end
from dashboard.markup import fill_claim
from dashboard.models import TOTAL, ClaimValue
from dashboard.queries import FilledClaim, IndicatorCard
from dashboard.rows import split_sources
from dashboard.views import NATION

LISTED = 3
"""Things an answer names before it counts the rest."""


def build_questions(
    shelf: Shelf, card: IndicatorCard, chart: Chart | None, filled: FilledClaim | None
) -> tuple[QuestionCard, ...]:
    """Return the five questions of a slide with their answers."""
    answers = {
        "compared": _compared(shelf, card, chart, filled),
        "who": _who(card, filled),
        "worse": _worse(shelf, card),
        "missing": _missing(shelf, card, chart, filled),
        "sure": _sure(card, chart, filled),
    }
    return tuple(QuestionCard(kind, say(f"deck_q_{kind}"), tuple(map(_close, answers[kind]))) for kind in QUESTIONS)


def _close(words: Words) -> Words:
    return {language: close_han(words[language]) for language in LANGUAGES}


# ---- compared with what ----------------------------------------------------------------------------------------------


def _compared(shelf: Shelf, card: IndicatorCard, chart: Chart | None, filled: FilledClaim | None) -> list[Words]:
    answers = _own_values(shelf, filled) if filled else _ends(card, chart)
    answers += _targets(card)
    return [*answers, _other_places(shelf, card)]


def _own_values(shelf: Shelf, filled: FilledClaim) -> list[Words]:
    """Return the observations a claim compares, each with what it is of."""
    observed = [key for key in filled.keys if key.operation is None and key.time_period]
    return [
        say(
            "deck_a_value",
            what=_name_key(shelf, filled, key),
            period=say_period(str(key.time_period)),
            value={language: filled.say(key.name, language) for language in LANGUAGES},
        )
        for key in observed[: LISTED + 2]
    ]


def _name_key(shelf: Shelf, filled: FilledClaim, key: ClaimValue) -> Words:
    card = shelf.cards[key.indicator_code or filled.claim.indicator]
    names = [say_field(card.indicator, "title")]
    if key.breakdown != TOTAL:
        names.append(part_names(card)[key.breakdown])
    if key.ref_area and key.ref_area != NATION:
        names.append(say_place(shelf, key.ref_area))
    return {language: " · ".join(name[language] for name in names) for language in LANGUAGES}


def _ends(card: IndicatorCard, chart: Chart | None) -> list[Words]:
    if chart is None or chart.kind in ("bar_places", "bar_parts"):
        return []
    series = chart.series[0]
    known = [point for point in series.points if point.value is not None]
    return [
        say("deck_a_value", what=series.name, period=point.label, value=say_point(card, point))
        for point in (known[:1] + known[-1:] if len(known) > 1 else known)
    ]


def _targets(card: IndicatorCard) -> list[Words]:
    if not card.targets:
        return [say("deck_a_no_target")]
    return [
        say("deck_a_target", period=say_period(row.time_period), value=say_value(card, row.obs_value))
        for row in card.targets[-LISTED:]
    ]


def _other_places(shelf: Shelf, card: IndicatorCard) -> Words:
    """Return the span over counties, else countries, of the latest period they share."""
    rows = split_sources(shelf.rows(card.indicator.code), card)[0].dropna(subset=["obs_value"])
    for pattern in ("TW-.*", "[A-Z]{3}"):
        kept = rows[rows["ref_area"].str.fullmatch(pattern)]
        part = TOTAL if TOTAL in set(kept["breakdown"]) else next(iter(kept["breakdown"]), TOTAL)
        kept = kept[kept["breakdown"] == part]
        latest = max(kept["time_period"], key=period_end, default="")
        kept = kept[kept["time_period"] == latest].sort_values("obs_value", kind="stable")
        if kept["ref_area"].nunique() > 1:
            low, high = kept.iloc[0], kept.iloc[-1]
            return say(
                "deck_a_places",
                period=say_period(latest),
                count=kept["ref_area"].nunique(),
                low=say_value(card, low["obs_value"]),
                low_place=say_place(shelf, low["ref_area"]),
                high=say_value(card, high["obs_value"]),
                high_place=say_place(shelf, high["ref_area"]),
            )
    return say("deck_a_no_places")


# ---- who says so -----------------------------------------------------------------------------------------------------


def _who(card: IndicatorCard, filled: FilledClaim | None) -> list[Words]:
    answers = [
        say(
            "deck_a_source",
            publisher=say_field(row, "publisher"),
            title=row.title,
            kind=say(f"source_{row.kind}"),
            day=say_period(row.accessed.isoformat()),
        )
        for row in card.sources[:LISTED]
    ]
    if len(card.sources) > LISTED:
        answers.append(say("deck_a_more_sources", count=len(card.sources) - LISTED))
    if card.disagreements:
        answers.append(say("deck_a_disagree", count=len(card.disagreements)))
    if filled is None:
        return [*answers, say("deck_a_ungraded")]
    claim = filled.claim
    answers.append(say("deck_a_independence", words=say(f"independence_{claim.independence}")))
    verdict = say_field(claim, "independent_verdict")
    answers.append(say("deck_a_verdict", verdict=verdict) if verdict["en"] else say("no_verdict_claim"))
    return [*answers, say("deck_a_checked", day=say_period(claim.checked.isoformat()))]


# ---- what got worse --------------------------------------------------------------------------------------------------


def _worse(shelf: Shelf, card: IndicatorCard) -> list[Words]:
    """Return parts and counties of the indicator, then indicators of its theme, that moved against their direction."""
    answers = _own_setbacks(shelf, card)
    theme = [move for move in list_national_moves(shelf) if shelf.cards[move.indicator].theme.code == card.theme.code]
    worse = [move for move in theme if move.worse]
    answers.append(say("deck_a_theme_count", count=len(theme), worse=len(worse)))
    recent = sorted(worse, key=lambda move: (move.indicator != card.indicator.code, -int(move.end[:4]), move.indicator))
    return [*answers, *(say_move(shelf, move) for move in recent[:LISTED])]


def _own_setbacks(shelf: Shelf, card: IndicatorCard) -> list[Words]:
    moves = list_own_moves(shelf, card)
    parts = [move for move in moves if move.ref_area == NATION and move.breakdown != TOTAL and move.worse]
    counties = [move for move in moves if move.ref_area.startswith("TW-") and move.breakdown == moves[0].breakdown]
    answers = [say_move(shelf, move) for move in parts[:LISTED]]
    if counties:
        count = sum(move.worse for move in counties)
        answers.append(say("deck_a_counties_worse", count=len(counties), worse=count))
    return answers


def say_move(shelf: Shelf, move: Move) -> Words:
    """Return first and last value of a series that moved, and which way is better."""
    card = shelf.cards[move.indicator]
    name = say_field(card.indicator, "title")
    if move.breakdown != TOTAL:
        part = part_names(card)[move.breakdown]
        name = {language: f"{name[language]} · {part[language]}" for language in LANGUAGES}
    return say(
        "deck_a_move",
        what=name,
        start=say_period(move.start),
        first=say_value(card, move.first),
        end=say_period(move.end),
        last=say_value(card, move.last),
        direction=say(f"direction_{card.indicator.direction}"),
    )


# ---- what is missing -------------------------------------------------------------------------------------------------


def _missing(shelf: Shelf, card: IndicatorCard, chart: Chart | None, filled: FilledClaim | None) -> list[Words]:
    answers = _empty_rows(shelf, card) + _empty_counties(shelf, card)
    if filled is not None and filled.claim.partial_coverage:
        answers.append(say("reason_partial_coverage"))
    if chart is not None and chart.breaks:
        answers += [
            say("deck_a_break", period=say_period(row.time_period), note=say_field(row, "note")) for row in card.breaks
        ]
    gaps = [row for row in shelf.gaps if row.theme == card.theme.code]
    if gaps:
        names = [say_field(row, "title") for row in gaps[: LISTED + 1]]
        listed = {language: say("semicolon")[language].join(name[language] for name in names) for language in LANGUAGES}
        answers.append(say("deck_a_gaps", count=len(gaps), listed=listed))
    return answers or [say("deck_a_nothing_missing")]


def _empty_rows(shelf: Shelf, card: IndicatorCard) -> list[Words]:
    """Return the rows of the nation that have no value, by the reason they have none."""
    rows = shelf.rows(card.indicator.code)
    empty = rows[rows["obs_value"].isna() & (rows["ref_area"] == NATION)]
    answers = []
    for status, held in empty.groupby("obs_status", sort=True):
        periods = sorted(set(held["time_period"]), key=period_end)
        listed = {
            language: say("comma")[language].join(say_period(period)[language] for period in periods[: LISTED + 3])
            for language in LANGUAGES
        }
        answers.append(say("deck_a_empty", periods=listed, count=len(periods), status=say(f"status_{status}")))
    return answers


def _empty_counties(shelf: Shelf, card: IndicatorCard) -> list[Words]:
    rows = shelf.rows(card.indicator.code)
    kept = rows[rows["ref_area"].str.startswith("TW-")]
    if kept.empty:
        return []
    whole = sum(place.level == "county" for place in shelf.places.values())
    latest = max(kept["time_period"], key=period_end)
    held = kept[(kept["time_period"] == latest) & kept["obs_value"].notna()]["ref_area"].nunique()
    return [say("deck_a_counties_missing", period=say_period(latest), total=whole, count=whole - held)]


# ---- how sure --------------------------------------------------------------------------------------------------------


def _sure(card: IndicatorCard, chart: Chart | None, filled: FilledClaim | None) -> list[Words]:
    answers = [_say_interval(card, chart)]
    if filled is None:
        return [say("deck_a_ungraded"), *answers, say_field(card.indicator, "usage_warnings")]
    claim = filled.claim
    grade = say(f"grade_{claim.grade}")
    reasons = [say(f"reason_{code}") for code in claim.grade_reasons]
    listed = {language: say("semicolon")[language].join(row[language] for row in reasons) for language in LANGUAGES}
    doubt = {language: fill_claim(filled, "biggest_doubt", language) for language in LANGUAGES}
    answers.insert(0, say("deck_a_grade", code=claim.grade, grade=grade, reasons=listed))
    answers.append(say("deck_a_doubt", doubt=doubt))
    rivals = zip(claim.rival_explanations_zh_tw, claim.rival_explanations_en, strict=True)
    for chinese, english in list(rivals)[:LISTED]:
        answers.append(say("deck_a_rival", words={"zh-TW": chinese, "en": english}))
    return answers


def _say_interval(card: IndicatorCard, chart: Chart | None) -> Words:
    point = _latest_with_interval(chart)
    if point is None:
        return say("deck_a_no_interval")
    return say(
        "deck_a_interval",
        label=point.label,
        low=say_value(card, point.lower),
        high=say_value(card, point.upper),
    )


def _latest_with_interval(chart: Chart | None) -> Point | None:
    points: Sequence[Point] = [point for row in chart.series for point in row.points] if chart else []
    known = [point for point in points if point.has_interval]
    return max(known, key=lambda point: period_end(point.period), default=None)
