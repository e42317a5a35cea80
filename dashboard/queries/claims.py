"""Claims filled with their observations as of a day, and their values in words."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlmodel import col

from dashboard.evidence import resolve_values
from dashboard.exceptions import UnknownCodeError
from dashboard.language import LANGUAGES, Language, bound_sign, format_number, format_value, period_end
from dashboard.models import Claim, ClaimValue, Source
from dashboard.queries.access import AS_OF, ask, read_rows
from dashboard.queries.indicators import IndicatorCard
from dashboard.store import Store

CELL = "concat_ws('|', indicator_code, ref_area, time_period, breakdown)"
"""A cell of the observations, in SQL; of tens of thousands, claims rest on hundreds."""


class Cell(NamedTuple):
    """What a cell holds by one source."""

    value: float
    lower: float | None
    upper: float | None


Held = dict[tuple[str, ...], Cell]
"""Cells by indicator, place, period, part and source."""


@dataclass(frozen=True)
class FilledClaim:
    """A claim with its values as of a day, ready to be written in either language."""

    claim: Claim
    values: dict[str, float]
    written: dict[Language, dict[str, str]]
    keys: list[ClaimValue]
    last_period: str
    sources: list[Source]
    """What its values were read from: the headline's sources first, the latest of them before the earlier."""
    bounds: Mapping[Language, Mapping[str, str]] = field(default_factory=dict)
    """Values whose source gives only a bound, as they are written where they stand alone: with ≥ or ≤."""
    before: dict[Language, dict[str, str]] = field(default_factory=dict)
    """Values as they stood on the day the claim was checked, where they have changed since."""

    @property
    def changed(self) -> list[str]:
        """Return the names of the values that have changed since the claim was checked."""
        return list(self.before.get("en", {}))

    @property
    def headline(self) -> ClaimValue | None:
        """Return the value shown large."""
        return next((key for key in self.keys if key.name == self.claim.headline), None)

    def say_headline(self, language: Language) -> str:
        """Return the value shown large with its sign; nothing where none is named."""
        return self.say(self.claim.headline, language) if self.claim.headline else ""

    def say(self, name: str, language: Language) -> str:
        """Return a value as it stands alone, with a sign where it is only a bound, which prose says in words."""
        return self.bounds.get(language, {}).get(name) or self.written[language][name]

    def operands(self, key: ClaimValue, language: Language) -> dict[str, str]:
        """Return as written the two values another one is worked out from."""
        written = self.written[language]
        return {"a": written.get(key.operand_a or "", ""), "b": written.get(key.operand_b or "", "")}


def get_claims(store: Store, cards: dict[str, IndicatorCard], day: dt.date) -> list[FilledClaim]:
    """Return every claim whose observations are published by ``day``, filled with them.

    A claim that rests on an observation still under embargo, or whose indicator is not among the cards, is left out:
    it does not exist yet.
    """
    values: dict[str, list[ClaimValue]] = {}
    for value in (rows := read_rows(store, ClaimValue)):
        values.setdefault(value.claim_id, []).append(value)
    cells = list_cells(rows)
    claims = read_rows(store, Claim, order=[col(Claim.id)])
    days = {day, *(min(row.checked, day) for row in claims)}
    held = {when: _read_cells(store, when, cells) for when in days}
    filled = []
    for claim in claims:
        keys = values.get(claim.id, [])
        now = _resolve(keys, held[day], cards)
        if now is None or claim.indicator not in cards:
            continue
        then = _resolve(keys, held[min(claim.checked, day)], cards) or now
        written = _write_all(keys, now, cards)
        old = _write_all(keys, then, cards)
        moved = [key.name for key in keys if old["en"][key.name] != written["en"][key.name]]
        before: dict[Language, dict[str, str]] = {
            language: {name: words[name] for name in moved} for language, words in old.items()
        }
        periods = [key.time_period for key in keys if key.time_period]
        last = max(periods, key=lambda period: period.rpartition("/")[2], default="")
        cited, bounds = _cite(claim, keys, held[day], cards), _write_bounds(keys, held[day], cards)
        filled.append(FilledClaim(claim, now, written, keys, last, cited, bounds, before))
    return filled


def _write_bounds(
    keys: Sequence[ClaimValue], held: Held, cards: dict[str, IndicatorCard]
) -> dict[Language, dict[str, str]]:
    found = {
        key.name: (cards[key.indicator_code], pair[1])
        for key in keys
        if key.indicator_code and (pair := _find(held, cards, key)) and bound_sign(*pair[1])
    }
    return {
        language: {
            name: card.format(cell.value, language, cell.lower, cell.upper) for name, (card, cell) in found.items()
        }
        for language in LANGUAGES
    }


def _resolve(keys: Sequence[ClaimValue], held: Held, cards: dict[str, IndicatorCard]) -> dict[str, float] | None:
    try:
        return resolve_values(keys, lambda value: _look_up(held, cards, value))
    except UnknownCodeError:
        return None


def _cite(claim: Claim, keys: Sequence[ClaimValue], held: Held, cards: dict[str, IndicatorCard]) -> list[Source]:
    named = {key.name: key for key in keys}
    first: set[str] = set()
    waiting = [claim.headline]
    while waiting:  # down to the cells the headline is worked out from
        key = named.get(waiting.pop() or "")
        if key is not None and key.name not in first:
            first.add(key.name)
            waiting += [key.operand_a, key.operand_b]
    latest = sorted(keys, key=lambda key: period_end(key.time_period or "0"), reverse=True)
    found: dict[str, Source] = {}
    for key in sorted(latest, key=lambda key: key.name not in first):
        pair = _find(held, cards, key)
        if pair is not None:
            found.update({row.code: row for row in cards[key.indicator_code or ""].sources if row.code == pair[0]})
    return list(found.values()) or cards[claim.indicator].sources


def _write_all(
    keys: list[ClaimValue], numbers: dict[str, float], cards: dict[str, IndicatorCard]
) -> dict[Language, dict[str, str]]:
    return {language: {key.name: _write(key, numbers, keys, cards, language) for key in keys} for language in LANGUAGES}


def list_cells(keys: Iterable[ClaimValue]) -> list[str]:
    """Return the cells that values of claims are read from, written as ``CELL`` does."""
    parts = ((key.indicator_code, key.ref_area or "", key.time_period or "", key.breakdown) for key in keys)
    return sorted({"|".join((code, *rest)) for code, *rest in parts if code})


def _read_cells(store: Store, day: dt.date, cells: list[str]) -> Held:
    """Return what some cells hold as published by a day."""
    sql = f"""
        SELECT indicator_code, ref_area, time_period, breakdown, source_code, obs_value, lower, upper
        FROM ({AS_OF}) o
        WHERE {CELL} IN (SELECT unnest($cells))
    """
    frame = ask(store, sql, day, cells=cells)
    columns = [
        frame[name].tolist() for name in ("indicator_code", "ref_area", "time_period", "breakdown", "source_code")
    ]
    values = zip(*(frame[name].tolist() for name in ("obs_value", "lower", "upper")), strict=True)
    return dict(zip(zip(*columns, strict=True), map(Cell._make, values), strict=True))


def get_value_sources(
    store: Store, claims: Sequence[FilledClaim], cards: dict[str, IndicatorCard], day: dt.date
) -> dict[tuple[str, str], str]:
    """Return the source each value of the claims was read from, by claim and name of the value."""
    keys = [key for filled in claims for key in filled.keys if key.indicator_code]
    held = _read_cells(store, day, list_cells(keys))
    found = {(key.claim_id, key.name): _find(held, cards, key) for key in keys}
    return {name: pair[0] for name, pair in found.items() if pair is not None}


def _find(held: Held, cards: dict[str, IndicatorCard], value: ClaimValue) -> tuple[str, Cell] | None:
    """Return the first of the sources that gives a number, with its cell."""
    code = value.indicator_code or ""
    if code not in cards:
        return None
    sources = [value.source_code] if value.source_code else [source.code for source in cards[code].sources]
    for source in sources:
        cell = held.get((code, value.ref_area or "", value.time_period or "", value.breakdown, source))
        if cell is not None and cell.value == cell.value:
            return source, cell
    return None


def _look_up(held: Held, cards: dict[str, IndicatorCard], value: ClaimValue) -> float | None:
    found = _find(held, cards, value)
    return None if found is None else found[1].value


def _write(
    key: ClaimValue,
    numbers: dict[str, float],
    keys: list[ClaimValue],
    cards: dict[str, IndicatorCard],
    language: Language,
) -> str:
    """Return a claim's value in words; a difference of percentages is percentage points, so without a sign."""
    value = numbers[key.name]
    if key.operation is None:
        return cards[key.indicator_code or ""].format(value, language)
    origin: ClaimValue | None = key
    while origin is not None and origin.operation is not None:
        operand = origin.operand_a
        origin = next((item for item in keys if item.name == operand), None)
    card = cards[origin.indicator_code or ""] if origin else None
    if key.operation == "percent_change":
        return f"{format_number(abs(value), 0 if abs(value) >= 10 else 1)}%"
    if key.operation == "ratio" or card is None:
        return format_number(value, 1)
    kind = "points" if card.unit.kind == "percent" else card.unit.kind
    return format_value(abs(value), kind, card.decimals, language)


def get_claim_values(store: Store) -> list[ClaimValue]:
    """Return every named value of every claim."""
    return read_rows(store, ClaimValue, order=[col(ClaimValue.claim_id), col(ClaimValue.name)])
