"""The published whole as one reader of a plain page sees it: on a day, in a language, under an address."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd
from starlette.requests import Request

from dashboard import queries
from dashboard.catalog import today
from dashboard.evidence import fill_story
from dashboard.language import DEFAULT_LANGUAGE, Language, parse_language
from dashboard.models import TOTAL, CaseStudy, Commitment, Place, Source, Theme
from dashboard.queries import FilledClaim, IndicatorCard
from dashboard.reading import Voice, story_values
from dashboard.rows import split_sources
from dashboard.settings import get_settings
from dashboard.store import Store, current_store
from dashboard.vintages import DayProblem, read_day
from dashboard.web.addresses import base_address
from dashboard.web.asking import list_days


@dataclass(frozen=True)
class Holdings:
    """What is published by a day, read once."""

    cards: Mapping[str, IndicatorCard]
    claims: Mapping[str, FilledClaim]
    stories: Mapping[str, CaseStudy]
    places: Mapping[str, Place]
    sources: Mapping[str, Source]
    themes: Mapping[str, Theme]
    commitments: Mapping[str, Commitment]
    published: Mapping[str, dt.date]
    """Day of the latest publication of each indicator that has observations."""


@lru_cache(maxsize=8)
def load_holdings(store: Store, day: dt.date) -> Holdings:
    """Return everything published by a day; kept for the days asked for last.

    Raises:
        StoreError: when the store cannot be read.
    """
    cards = queries.get_cards(store, day)
    summary = queries.get_summary(store, day)
    return Holdings(
        cards=cards,
        claims={filled.claim.id: filled for filled in queries.get_claims(store, cards, day)},
        stories={story.slug: story for story in queries.get_case_studies(store, day)},
        places=queries.get_places(store),
        sources=queries.get_sources(store),
        themes={theme.code: theme for theme in queries.get_themes(store)},
        commitments={row.code: row for row in queries.get_commitments(store)},
        published={str(code): pd.Timestamp(value).date() for code, value in summary["published"].items()},
    )


@dataclass(frozen=True)
class Edition(Voice):
    """Who a plain page is made for. Hashable: equal editions give equal pages."""

    store: Store
    day: dt.date
    language: Language
    base: str
    asof: str = ""
    """The day the address fixes; empty for the live edition."""
    roc: bool = False
    problem: DayProblem | None = None
    """What was wrong with the day the address asked for."""

    @property
    def held(self) -> Holdings:
        """Return what is published by this edition's day."""
        return load_holdings(self.store, self.day)

    def observations(self, code: str) -> pd.DataFrame:
        """Return every observation of an indicator as of this edition's day."""
        return queries.get_observations(self.store, code, self.day)

    def fill(self, story: CaseStudy, field: str) -> str:
        """Return a story's title, summary or body with its numbers."""
        written = story_values(self.held.claims, story.slug, self.language)
        return fill_story(self.pick(story, field), written, self.language)

    def absolute(self, path: str) -> str:
        """Return a path of ours as a whole address."""
        return f"{self.base}{path}"


def find_edition(request: Request, language: Language, asked: str | None) -> Edition:
    """Return the edition of the day an address asks for, or of the nearest one that can be shown, and why.

    As on the live pages: before the first publication it is the first; a day that has not come, or is none, gives the
    live edition.

    Raises:
        StoreError: when there is nothing to read.
    """
    store, base, now = current_store(get_settings()), base_address(request), today()
    if not asked:
        return Edition(store, now, language, base)
    found = read_day(asked, list_days(store, now), now)
    asof = "" if found.problem in ("asof_malformed", "asof_future") else found.day.isoformat()
    return Edition(store, found.day, language, base, asof, problem=found.problem)


def open_edition(request: Request) -> Edition:
    """Return the edition an address asks for: its language (or the browser's), its day (or today).

    Raises:
        StoreError: when there is nothing to read.
    """
    query = request.query_params
    language = parse_language(query.get("lang") or request.headers.get("accept-language"))
    return find_edition(request, language, query.get("asof"))


def live_edition(request: Request, language: Language = DEFAULT_LANGUAGE) -> Edition:
    """Return today's edition in a language, whatever the address says.

    Raises:
        StoreError: when there is nothing to read.
    """
    return Edition(current_store(get_settings()), today(), language, base_address(request))


def main_rows(card: IndicatorCard, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows an indicator is first read by: the nation before places, the total before parts."""
    rows = split_sources(frame, card)[0]
    if (rows["ref_area"] == "TWN").any():
        rows = rows[rows["ref_area"] == "TWN"]
    parts = list(dict.fromkeys(rows["breakdown"]))
    if TOTAL in parts and card.indicator.chart not in ("stacked", "bar"):
        return rows[rows["breakdown"] == TOTAL]
    if len(parts) > 1 and rows["ref_area"].nunique() > 1:
        listed = [row.code for row in card.breakdowns if row.code in parts]
        return rows[rows["breakdown"] == (TOTAL if TOTAL in parts else [*listed, *parts][0])]
    return rows
