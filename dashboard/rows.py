"""Rows of a frame as figures read them: the preferred source, the latest period, the words shown at a point."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard.language import (
    Language,
    bound_sign,
    format_large,
    format_period,
    period_end,
    pick,
    round_bound,
    text,
)
from dashboard.models import TOTAL, Source
from dashboard.queries import IndicatorCard


def split_sources(frame: pd.DataFrame, card: IndicatorCard) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the preferred row for each place, period and part, and the rows of other sources that disagree with it."""
    keys = ["ref_area", "time_period", "breakdown"]
    order = {source.code: place for place, source in enumerate(card.sources)}
    ranked = frame.assign(_order=frame["source_code"].map(order)).sort_values("_order", kind="stable")
    other = ranked.duplicated(keys, keep="first")
    preferred = ranked[~other].drop(columns="_order").sort_index()
    rivals = ranked[other]
    if len(rivals):  # a source that gives the same value confirms the first and is no rival
        held = ranked.groupby(keys)["obs_value"].transform("first")
        rivals = rivals[rivals["obs_value"] != held[other]]
    return preferred, rivals.drop(columns="_order").sort_index()


def cite_rows(frame: pd.DataFrame, card: IndicatorCard) -> list[Source]:
    """Return the sources of some rows, those of the latest value first; all of the card's where no row has a value."""
    valued = frame.dropna(subset=["obs_value"])
    if valued.empty:
        return card.sources
    ends = valued["time_period"].map(period_end)
    used, latest = set(valued["source_code"]), set(valued["source_code"][ends == ends.max()])
    return sorted((row for row in card.sources if row.code in used), key=lambda row: row.code not in latest)


def credit(sources: Sequence[Source], card: IndicatorCard, language: Language) -> tuple[str, str]:
    """Return who is to be named under what rests on some sources, and under which licences it stands."""
    more = len(sources) - 1
    gap = " " if language == "en" else ""
    others = f"{gap}{text('and_more_sources', language, count=more)}" if more else ""
    licenses = dict.fromkeys(pick(card.licenses[row.license], "title", language) for row in sources)
    return f"{pick(sources[0], 'publisher', language)}{others}", text("comma", language).join(licenses)


def has_interval(frame: pd.DataFrame) -> pd.Series:
    """Return for each row whether its source gives it an interval; one that gives one end only gives a bound."""
    return frame["lower"].notna() & frame["upper"].notna()


def is_bound(frame: pd.DataFrame) -> pd.Series:
    """Return for each row whether its value is only a bound: its interval is open at one end."""
    return frame["lower"].notna() ^ frame["upper"].notna()


def latest_period(frame: pd.DataFrame) -> str:
    """Return the latest period that has a value."""
    periods = frame.dropna(subset=["obs_value"])["time_period"]
    return max(periods, key=period_end, default="")


def latest_of_each(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the latest row with a value of each part."""
    rows = frame.dropna(subset=["obs_value"])
    order = rows["time_period"].map(period_end)
    return rows.loc[order.groupby(rows["breakdown"]).idxmax().sort_values()]


def order_parts(frame: pd.DataFrame, card: IndicatorCard) -> pd.DataFrame:
    """Return rows by part in the catalogue's order, in which ages, stages and pairs make sense; the total first."""
    order = {part.code: place for place, part in enumerate(card.breakdowns)} | {TOTAL: -1}
    return frame.sort_values("breakdown", key=lambda codes: codes.map(order), kind="stable")


def short_value(card: IndicatorCard, row: Any, language: Language) -> str:
    """Return a row's value beside a mark, where there is little room: amounts without their currency, as on an axis."""
    if card.unit.kind != "money":
        return card.write(row, language)
    sign = bound_sign(row.obs_value, row.lower, row.upper)
    value = round_bound(row.obs_value, sign, card.unit.kind, card.decimals) if sign else row.obs_value
    return f"{sign}{format_large(value, language)}"


def publisher_names(card: IndicatorCard, language: Language) -> dict[str, str]:
    """Return the publisher of each of an indicator's sources, by the source's code."""
    return {source.code: pick(source, "publisher", language) for source in card.sources}


def hover_words(row: Any, card: IndicatorCard, language: Language, name: str) -> str:
    """Return what a point or bar says when pointed at: value, whose, when, interval, status."""
    lines = [f"<b>{card.write(row, language)}</b> {_unit_words(card, language)}".rstrip()]
    if name:
        lines.append(name)
    lines.append(format_period(row.time_period, language))
    if row.lower == row.lower and row.upper == row.upper and row.lower is not None:
        interval = f"{card.format(row.lower, language)} – {card.format(row.upper, language)}"
        lines.append(f"{text('interval', language)} {interval}")
    if row.obs_status not in ("A", "B"):
        lines.append(text(f"status_{row.obs_status}", language))
    if getattr(row, "replaced", False):
        lines.append(text("replaced", language))
    return "<br>".join(lines)


def _unit_words(card: IndicatorCard, language: Language) -> str:
    return "" if card.unit.kind in ("percent", "money") else pick(card.unit, "title", language)
