"""What happened to a published cell, in words: the page of changes and the feed tell it from here, so they agree."""

from collections.abc import Mapping
from typing import Any, Literal

from dashboard.language import bound_sign
from dashboard.maps import full_name
from dashboard.queries import IndicatorCard
from dashboard.reading import Places, Voice

CellChange = Literal["new", "scheduled", "correction", "withdrawn"]


def find_kind(row: Mapping[Any, Any]) -> CellChange:
    """Return what happened to a changed cell; of a changed value whether that was announced.

    ``row`` is one of ``vintages.get_changes`` or ``vintages.get_corrections``.
    """
    if row["change"] == "revised":
        return "scheduled" if row["scheduled"] else "correction"
    return row["change"]


def say_kind(voice: Voice, kind: CellChange) -> str:
    """Return the word for what happened to a cell."""
    return voice.text(f"change_{kind}")


def say_where(voice: Voice, card: IndicatorCard, places: Places, row: Mapping[Any, Any]) -> str:
    """Return place, period and part of a cell."""
    part = next((voice.pick(item, "title") for item in card.breakdowns if item.code == row["breakdown"]), "")
    place = full_name(places, row["ref_area"], voice.language)
    return " · ".join(filter(None, (place, voice.period(row["time_period"]), part)))


def say_cell(voice: Voice, card: IndicatorCard, row: Mapping[Any, Any], side: Literal["old", "new"]) -> str:
    """Return what a cell held: value, interval and a status that is worth a word."""
    status, value = row[f"{side}_status"], row[f"{side}_value"]
    if not isinstance(status, str):
        return "–"
    if value != value or value is None:
        return voice.text(f"status_{status}")
    words = card.format(value, voice.language)
    both = (row["old_value"], row["new_value"])
    if both[0] != both[1] and len({card.format(item, voice.language) for item in both}) == 1:
        # The change is smaller than what is usually shown: here all the digits of the file stand.
        words = f"{value:,.10g}"
    ends = [row[f"{side}_{end}"] for end in ("lower", "upper")]
    words = f"{bound_sign(value, *ends)}{words}"
    if all(end is not None and end == end for end in ends):
        bounds = (card.format(end, voice.language) for end in ends)
        words = voice.text("value_interval", value=words, interval="–".join(bounds))
    told = voice.text("value_status", value=words, status=voice.text(f"status_{status}"))
    return words if status in ("A", "B") else told
