"""What an address asks for: which rows, in which language, as of which day."""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache

from starlette.datastructures import QueryParams

from dashboard import views
from dashboard.exceptions import OpenGovError
from dashboard.language import Language, parse_language, text
from dashboard.queries import get_publication_days
from dashboard.store import Store
from dashboard.views import Selection
from dashboard.vintages import read_day

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


class DayError(OpenGovError):
    """Raised when a file is asked for as of a day that cannot be given."""

    def __init__(self, first: dt.date, last: dt.date) -> None:
        super().__init__(f"asof lies outside {first} … {last} or is no day")
        self.bounds = {"first": first.isoformat(), "last": last.isoformat()}

    def say(self, language: Language) -> str:
        """Return the sentence for whoever asked."""
        return text("asof_file", language, **self.bounds)


@lru_cache(maxsize=8)
def list_days(store: Store, last: dt.date) -> list[dt.date]:
    """Return the days of publication until a day; kept for the versions asked for last."""
    return get_publication_days(store, last)


def ask_day(query: QueryParams, store: Store, last: dt.date, name: str = "asof") -> dt.date:
    """Return the day a file is asked for; ``last``, today, when none is.

    A file has no room for a notice, so a day it cannot give is refused, not replaced.

    Raises:
        DayError: when it is no day, has not come, or nothing was published by then.
    """
    asked = _last(query.getlist(name))
    if asked is None:
        return last
    days = list_days(store, last)
    found = read_day(asked, days, last)
    if found.problem:
        raise DayError(days[0] if days else last, last)
    return found.day
