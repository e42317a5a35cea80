"""Indicators with everything a page says about them, but their observations."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sqlmodel import col

from dashboard.catalog import today
from dashboard.language import Language, bound_sign, format_value, round_bound
from dashboard.models import (
    Breakdown,
    Disagreement,
    Event,
    Indicator,
    IndicatorEvent,
    IndicatorSource,
    License,
    SeriesBreak,
    Source,
    Target,
    Theme,
    Unit,
)
from dashboard.queries.access import ask, read_rows
from dashboard.queries.catalogue import get_licenses, get_sources, get_themes
from dashboard.store import Store


@dataclass(frozen=True)
class IndicatorCard:
    """An indicator with everything a page says about it, but its observations."""

    indicator: Indicator
    theme: Theme
    unit: Unit
    sources: list[Source]
    licenses: dict[str, License]
    breakdowns: list[Breakdown] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    breaks: list[SeriesBreak] = field(default_factory=list)
    disagreements: list[Disagreement] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def preferred_source(self) -> str:
        """Return the code of the source that is drawn first where sources disagree."""
        return self.sources[0].code

    @property
    def redistribute(self) -> bool:
        """Tell whether every source's licence lets the table be offered for download as open data."""
        return all(self.licenses[source.license].redistribute for source in self.sources)

    @property
    def decimals(self) -> int:
        """Return how many decimals its source supports."""
        own = self.indicator.decimals
        return self.unit.decimals if own is None else own

    def format(
        self, value: float | None, language: Language, lower: float | None = None, upper: float | None = None
    ) -> str:
        """Return a value of this indicator in words, with ≥ or ≤ where its interval says that it is only a bound."""
        sign = bound_sign(value, lower, upper)
        if sign and value is not None:
            value = round_bound(value, sign, self.unit.kind, self.decimals)
        return f"{sign}{format_value(value, self.unit.kind, self.decimals, language)}"

    def write(self, row: Any, language: Language) -> str:
        """Return the value of an observation in words: anything with obs_value, lower and upper, by key or by name."""
        keyed = isinstance(row, Mapping | pd.Series)
        value, lower, upper = (row[name] if keyed else getattr(row, name) for name in ("obs_value", "lower", "upper"))
        return self.format(value, language, lower, upper)


def get_indicators(store: Store) -> list[Indicator]:
    """Return every indicator, by theme and code."""
    return read_rows(store, Indicator, order=[col(Indicator.theme), col(Indicator.code)])


def get_first_days(store: Store) -> dict[str, dt.date]:
    """Return the day each indicator becomes public: that of its first row; its own ``published`` while it has none."""
    sql = "SELECT indicator_code, min(published) AS first FROM read_parquet($path) WHERE published <= $day GROUP BY 1"
    rows = ask(store, sql, dt.date.max)
    first = dict(zip(rows["indicator_code"], pd.to_datetime(rows["first"]).dt.date, strict=True))
    return {row.code: first.get(row.code, row.published) for row in get_indicators(store)}


def get_cards(store: Store, day: dt.date | None = None) -> dict[str, IndicatorCard]:
    """Return the card of every indicator public by a day (today when none is given), by code; each table read once."""
    by, first = day or today(), get_first_days(store)
    themes = {row.code: row for row in get_themes(store)}
    units = {row.code: row for row in read_rows(store, Unit)}
    sources = get_sources(store)
    licenses = get_licenses(store)
    events = {row.code: row for row in read_rows(store, Event)}
    links: dict[str, list[Source]] = {}
    for link in read_rows(store, IndicatorSource, order=[col(IndicatorSource.position)]):
        links.setdefault(link.indicator_code, []).append(sources[link.source_code])
    drawn: dict[str, list[Event]] = {}
    for link in read_rows(store, IndicatorEvent):
        drawn.setdefault(link.indicator_code, []).append(events[link.event_code])
    parts = _by_indicator(read_rows(store, Breakdown, order=[col(Breakdown.position)]))
    targets = _by_indicator(read_rows(store, Target, order=[col(Target.time_period)]))
    breaks = _by_indicator(read_rows(store, SeriesBreak, order=[col(SeriesBreak.time_period)]))
    rivals = _by_indicator(read_rows(store, Disagreement, order=[col(Disagreement.id)]))
    return {
        row.code: IndicatorCard(
            row,
            themes[row.theme],
            units[row.unit],
            links.get(row.code, []),
            licenses,
            parts.get(row.code, []),
            targets.get(row.code, []),
            breaks.get(row.code, []),
            rivals.get(row.code, []),
            drawn.get(row.code, []),
        )
        for row in get_indicators(store)
        if first[row.code] <= by
    }


def _by_indicator(rows: Sequence[Any]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.indicator_code, []).append(row)
    return grouped
