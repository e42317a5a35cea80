"""What an address asks for: which rows, in which language, as of which day."""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress

from starlette.datastructures import QueryParams

from dashboard import views
from dashboard.language import Language, parse_language
from dashboard.views import Selection

LEVELS = ("country", "county", "township")
MOST_AREAS = 400
"""Places one address may name: every township fits."""
LONGEST = 80
"""Letters of a parameter that are read."""


def _last(values: Sequence[str]) -> str | None:
    return values[-1][:LONGEST] if values else None


def ask_language(query: QueryParams) -> Language:
    """Return the language asked for."""
    return parse_language(_last(query.getlist("lang")))


def ask_selection(query: QueryParams, code: str) -> Selection:
    """Return the rows of an indicator an address asks for; an unknown level is no choice."""
    level = _last(query.getlist("level"))
    areas = tuple(area[:LONGEST] for area in query.getlist("place")[:MOST_AREAS])
    return Selection(
        code,
        areas or None,
        level if level in LEVELS else None,
        _last(query.getlist("part")),
        _last(query.getlist("period")),
        _last(query.getlist("since")),
        views.MAP_SIZES[1] if _last(query.getlist("by")) == views.MAP_SIZES[1] else None,
    )


def ask_day(query: QueryParams, newest: dt.date) -> dt.date:
    """Return the day the rows are asked as of: never one that has not come, since its rows are not public."""
    with suppress(ValueError):
        return min(dt.date.fromisoformat(_last(query.getlist("asof")) or ""), newest)
    return newest
