"""Every list and every single thing that can be asked for: address, parameters, shape, and the question behind it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa

from dashboard.language import LANGUAGES
from dashboard.queries import Selection, get_observation_page
from dashboard.search import Hit, search
from dashboard.store import Store
from dashboard.web.api import parameters, rows, schemas
from dashboard.web.api.parameters import Asked, DatedOne, ObservationsAsked, Paged, SearchAsked
from dashboard.web.api.problems import Problem
from dashboard.web.api.rows import Row
from dashboard.web.api.shapes import Shape, join_languages, tabulate


@dataclass(frozen=True)
class Listing:
    """A list: ``/<name>`` as JSON, ``/<name>.csv`` and ``/<name>.parquet`` as files."""

    name: str
    asked: type[Paged]
    shape: type[Shape]
    find: Callable[[Store, dt.date, Any], tuple[pa.Table | list[Row], int]]
    """Gives one page and the number of rows on all pages."""


@dataclass(frozen=True)
class Single:
    """One thing: ``/<listing>/{<key>}``, as JSON."""

    name: str
    key: str
    asked: type[Asked]
    shape: type[Shape]
    find: Callable[[Store, dt.date, str], Row | None]


def find_observations(store: Store, day: dt.date, asked: ObservationsAsked) -> tuple[pa.Table, int]:
    """Return a page of observations."""
    chosen = Selection(
        indicators=asked.indicator or (),
        ref_areas=asked.place or (),
        breakdowns=asked.part or (),
        sources=asked.source or (),
        level=asked.level,
        start=asked.start,
        end=asked.end,
    )
    return get_observation_page(store, day, chosen, limit=asked.limit, offset=asked.offset)


def find_hits(store: Store, day: dt.date, asked: SearchAsked) -> tuple[list[Row], int]:
    """Return a page of what answers to the words; the order does not depend on the language."""
    found = {language: search(store, asked.q, day, language) for language in LANGUAGES}
    hits = found["en"]
    same = {language: {(hit.kind, hit.code): hit for hit in listed} for language, listed in found.items()}

    def both(hit: Hit, name: str) -> dict[str, str]:
        return {language: getattr(same[language][hit.kind, hit.code], name) for language in LANGUAGES}

    written = [
        {
            "kind": hit.kind,
            "code": hit.code,
            **{name: both(hit, name) for name in ("title", "context", "parent")},
            "result_level": hit.level,
            "grade": hit.grade,
            "score": hit.score,
            "page": f"/{hit.page}?{urlencode(hit.query)}",
        }
        for hit in hits[asked.offset : asked.offset + asked.limit]
    ]
    return written, len(hits)


def _among(listed: Callable[[Store, dt.date], list[Row]]) -> Callable[[Store, dt.date, Any], tuple[list[Row], int]]:
    """Return a question that keeps the rows whose columns have the values asked for."""

    def find(store: Store, day: dt.date, asked: Paged) -> tuple[list[Row], int]:
        paging = {"limit", "offset", "asof"}
        wanted = {key: value for key, value in asked if key not in paging and value is not None}
        kept = [
            row
            for row in listed(store, day)
            if all(row[key] in value if isinstance(value, list) else row[key] == value for key, value in wanted.items())
        ]
        return kept[asked.offset : asked.offset + asked.limit], len(kept)

    return find


LISTINGS = (
    Listing("observations", ObservationsAsked, schemas.ObservationRow, find_observations),
    Listing("indicators", parameters.IndicatorsAsked, schemas.IndicatorRow, _among(rows.list_indicators)),
    Listing("places", parameters.PlacesAsked, schemas.PlaceRow, _among(lambda store, _: rows.list_places(store))),
    Listing(
        "commitments", parameters.CommitmentsAsked, schemas.CommitmentRow,
        _among(lambda store, _: rows.list_commitments(store)),
    ),
    Listing("claims", parameters.ClaimsAsked, schemas.ClaimRow, _among(rows.list_claims)),
    Listing("stories", parameters.StoriesAsked, schemas.StoryRow, _among(rows.list_stories)),
    Listing("sources", parameters.SourcesAsked, schemas.SourceRow, _among(lambda store, _: rows.list_sources(store))),
    Listing("search", SearchAsked, schemas.HitRow, find_hits),
)  # fmt: skip
SINGLES = (
    Single("indicators", "code", DatedOne, schemas.IndicatorDetail, rows.get_indicator),
    Single("commitments", "code", Asked, schemas.CommitmentDetail, rows.get_commitment),
    Single("claims", "id", DatedOne, schemas.ClaimDetail, rows.get_claim),
    Single("stories", "slug", DatedOne, schemas.StoryDetail, rows.get_story),
)


def check_codes(store: Store, day: dt.date, asked: Asked) -> None:
    """Raise a problem when a parameter names a code that nothing published has."""
    known = rows.list_codes(store, day)
    for name, value in asked:
        for code in value if name in known and isinstance(value, list) else ():
            if code not in known[name]:
                raise Problem("unknown_code", faults=[{"parameter": name, "reason": code}], name=name, code=code)


def as_rows(found: pa.Table | list[Row]) -> list[Row]:
    """Return a page as the rows of a JSON answer."""
    return join_languages(found) if isinstance(found, pa.Table) else found


def as_table(found: pa.Table | list[Row], shape: type[Shape]) -> pa.Table:
    """Return a page as the plain columns of a file."""
    return found if isinstance(found, pa.Table) else tabulate(shape, found)
