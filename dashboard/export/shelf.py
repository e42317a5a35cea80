"""What every export needs beside its rows, read once for each version of the store and each day."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import pandas as pd

from dashboard.evidence import fill_story
from dashboard.language import Language
from dashboard.models import CaseStudy, Gap, Place, Source
from dashboard.queries import (
    FilledClaim,
    IndicatorCard,
    get_cards,
    get_case_studies,
    get_claims,
    get_gaps,
    get_observations,
    get_places,
    get_publication_days,
    get_sources,
)
from dashboard.reading import story_values
from dashboard.store import Store
from dashboard.views import Selection, list_earlier


@dataclass(frozen=True, eq=False)
class Shelf:
    """The catalogue as of a day."""

    store: Store
    day: dt.date
    cards: Mapping[str, IndicatorCard]
    claims: Mapping[str, FilledClaim]
    places: Mapping[str, Place]
    stories: Mapping[str, CaseStudy]
    sources: Mapping[str, Source]
    gaps: list[Gap]
    published: dt.date | None
    """The last day a row became public, one that withdraws another among them; None when none has."""

    @property
    def edition(self) -> str:
        """Return a name of exactly this content: it changes with the store and when an embargo lifts."""
        return f"{self.store.fingerprint[:10]}-{self.published:%Y%m%d}" if self.published else self.store.fingerprint

    def rows(self, code: str) -> pd.DataFrame:
        """Return every observation of an indicator."""
        return get_observations(self.store, code, self.day)

    def select(self, selection: Selection) -> pd.DataFrame:
        """Return exactly the rows of a selection; those it is compared with come after its own."""
        own = self._select(selection)
        earlier = self.find_earlier(selection)
        return own if earlier is None else pd.concat([own, self._select(earlier)], ignore_index=True)

    def find_earlier(self, selection: Selection) -> Selection | None:
        """Return what a map is compared with; None where it is not, or there is no such earlier map."""
        if selection.since is None or selection.part is None or selection.period is None:
            return None
        held = self._select(replace(selection, part=None, period=None))[["breakdown", "time_period"]]
        maps = held.drop_duplicates().itertuples(index=False, name=None)
        found = list_earlier(maps, selection.part, selection.period).get(selection.since)
        return None if found is None else replace(selection, part=found[0], period=found[1], since=None)

    def _select(self, selection: Selection) -> pd.DataFrame:
        return get_observations(
            self.store,
            selection.code,
            self.day,
            ref_areas=selection.areas,
            level=selection.level,
            breakdown=selection.part,
            time_period=selection.period,
        )

    def fill_story(self, story: CaseStudy, words: str, language: Language) -> str:
        """Return a story's words with every ``{claim.value}`` replaced by its number."""
        return fill_story(words, story_values(self.claims, story.slug, language), language)


@lru_cache(maxsize=8)
def open_shelf(store: Store, day: dt.date) -> Shelf:
    """Return the catalogue as of a day.

    Raises:
        StoreError: when the store cannot be read.
    """
    cards = get_cards(store, day)
    days = get_publication_days(store, day)
    claims = {filled.claim.id: filled for filled in get_claims(store, cards, day)}
    return Shelf(
        store,
        day,
        cards,
        claims,
        get_places(store),
        {story.slug: story for story in get_case_studies(store, day)},
        get_sources(store),
        get_gaps(store),
        days[-1] if days else None,
    )
