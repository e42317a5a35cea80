"""An Atom feed of what changed: new data, revisions, corrections, changed claims and grades.

An entry's id is made of what it tells, so it stays the same in every build; its date is the day of publication. There
is no feed of an earlier day: whoever subscribes asks the same address again and again, every entry has its day, and
``/changes`` compares any two days. A parameter ``asof`` is not read.
"""

import logging
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pandas as pd
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard import queries
from dashboard.changed import CellChange, find_kind, say_cell, say_kind, say_where
from dashboard.evidence import list_regrades
from dashboard.exceptions import OpenGovError
from dashboard.language import HTML_LANG, parse_language, text
from dashboard.markup import escape as escape_html
from dashboard.markup import fill_claim, paragraph
from dashboard.vintages import get_corrections
from dashboard.web.addresses import share_path
from dashboard.web.edition import Edition, live_edition
from dashboard.web.things import claim_day

logger = logging.getLogger(__name__)

NAMESPACE = uuid.UUID("6f1c3f0e-7c57-4d2b-9c1e-0f6a2f3f5d11")
"""Of the ids of this feed; changing it would make every entry new to every reader."""
MOST_ENTRIES = 100
MOST_LINES = 40
"""Changed cells an entry lists; the rest is counted."""
TERMS: dict[CellChange, str] = {"scheduled": "revised", "correction": "corrected", "withdrawn": "withdrawn"}
"""What happened to a cell → the term of its entries; ids are made of terms, so these stay as they were published."""
MEDIA = "application/atom+xml"


@dataclass(frozen=True)
class Entry:
    """One change."""

    code: str
    """What its id is made of."""
    kind: str
    day: date
    title: str
    path: str
    content: str
    """HTML."""


def list_entries(edition: Edition) -> list[Entry]:
    """Return the changes, newest first.

    Raises:
        StoreError: when the store cannot be read.
    """
    publications = queries.get_publications(edition.store, edition.day)
    corrections = get_corrections(edition.store, edition.day)
    entries = [
        *_new_indicators(edition, publications),
        *_added_rows(edition, publications),
        *_changed_rows(edition, corrections),
        *_changed_claims(edition),
        *_regraded_claims(edition),
    ]
    return sorted(entries, key=lambda entry: (entry.day, entry.code), reverse=True)[:MOST_ENTRIES]


def _day(value: Any) -> date:
    return pd.Timestamp(value).date()


def _new_indicators(edition: Edition, publications: pd.DataFrame) -> Iterator[Entry]:
    """Yield one entry for the new indicators of a theme on a day, so that a first day is not hundreds of entries."""
    held = edition.held
    groups: dict[tuple[date, str], list[str]] = {}
    for row in publications[publications["first"]].to_dict("records"):
        code = row["indicator_code"]
        groups.setdefault((_day(row["published"]), held.cards[code].indicator.theme), []).append(code)
    for (day, theme), codes in groups.items():
        items = "".join(
            f'<li><a href="{escape_html(edition.absolute(share_path("indicator", code, edition.language)))}">'
            f"{edition.words(held.cards[code].indicator, 'title')}</a></li>"
            for code in codes
        )
        name = edition.pick(held.themes[theme], "title")
        title = edition.text("feed_new", theme=name, count=len(codes))
        yield Entry(f"new/{day}/{theme}", "new", day, title, f"/indicators?theme={theme}&lang={edition.language}",
                    f"<ul>{items}</ul>")  # fmt: skip


def _added_rows(edition: Edition, publications: pd.DataFrame) -> Iterator[Entry]:
    rows = publications[~publications["first"] & (publications["added"] > 0)]
    for row in rows.to_dict("records"):
        code, day = row["indicator_code"], _day(row["published"])
        name = edition.pick(edition.held.cards[code].indicator, "title")
        title = edition.text("feed_added", title=name, count=row["added"])
        path = share_path("indicator", code, edition.language)
        yield Entry(f"added/{day}/{code}", "added", day, title, path, paragraph(title))


def _changed_rows(edition: Edition, corrections: pd.DataFrame) -> Iterator[Entry]:
    """Yield one entry for what happened to the cells of an indicator on a day, by kind as on the page of changes."""
    groups: dict[tuple[CellChange, date, str], list[Mapping[Any, Any]]] = {}
    for row in corrections.to_dict("records"):
        groups.setdefault((find_kind(row), _day(row["published"]), row["indicator_code"]), []).append(row)
    for (kind, day, code), rows in groups.items():
        term = TERMS[kind]
        name = edition.pick(edition.held.cards[code].indicator, "title")
        title = edition.text(f"feed_{term}", title=name, count=len(rows))
        lines = "".join(f"<li>{escape_html(_change(edition, row))}</li>" for row in rows[:MOST_LINES])
        path = share_path("indicator", code, edition.language)
        yield Entry(f"{term}/{day}/{code}", term, day, title, path, f"<ul>{lines}</ul>")


def _change(edition: Edition, row: Mapping[Any, Any]) -> str:
    card = edition.held.cards[row["indicator_code"]]
    return edition.text(
        "feed_change",
        where=say_where(edition, card, edition.held.places, row),
        was=say_cell(edition, card, row, "old"),
        now=say_cell(edition, card, row, "new"),
        note=edition.pick(row, "note"),
    )


def _changed_claims(edition: Edition) -> Iterator[Entry]:
    for filled in edition.held.claims.values():
        if not filled.changed:
            continue
        claim, day = filled.claim, claim_day(edition, filled)
        lines = "".join(
            f"<li>{edition.html('was_now', was=was, now=filled.written[edition.language][name])}</li>"
            for name, was in filled.before[edition.language].items()
        )
        title = edition.text("feed_claim", title=fill_claim(filled, "title", edition.language))
        sentence = paragraph(fill_claim(filled, "sentence", edition.language))
        path = share_path("claim", claim.id, edition.language)
        yield Entry(f"claim/{day}/{claim.id}", "claim", day, title, path, f"{sentence}<ul>{lines}</ul>")


def _regraded_claims(edition: Edition) -> Iterator[Entry]:
    for filled in edition.held.claims.values():
        claim = filled.claim
        name = fill_claim(filled, "title", edition.language)
        for day, before, after, reason in list_regrades(claim, edition.day):
            title = edition.text("feed_grade", title=name, before=before, after=after)
            path = share_path("claim", claim.id, edition.language)
            yield Entry(f"grade/{day}/{claim.id}", "grade", day, title, path, paragraph(reason[edition.language]))


@lru_cache(maxsize=8)
def build_feed(edition: Edition) -> bytes:
    """Return the feed.

    Raises:
        StoreError: when the store cannot be read.
    """
    entries = list_entries(edition)
    updated = _stamp(max((entry.day for entry in entries), default=edition.store.built_day))
    own = edition.absolute(f"/feed.xml?lang={edition.language}")
    home = edition.absolute(f"/?lang={edition.language}")
    body = "".join(_write_entry(edition, entry) for entry in entries)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{HTML_LANG[edition.language]}">\n'
        f"<id>{_identify(edition, 'feed')}</id><title>{escape(edition.text('feed_title'))}</title>"
        f"<updated>{updated}</updated><author><name>{escape(edition.text('product'))}</name></author>"
        f'<link rel="self" type="{MEDIA}" href={quoteattr(own)}/>'
        f'<link rel="alternate" type="text/html" href={quoteattr(home)}/>'
        f"<rights>CC BY 4.0</rights>\n{body}</feed>\n"
    ).encode()


def _identify(edition: Edition, code: str) -> str:
    return uuid.uuid5(NAMESPACE, f"{edition.language}/{code}").urn


def _stamp(day: date) -> str:
    """Return the beginning of a day in Taiwan, where publication days are counted."""
    return f"{day.isoformat()}T00:00:00+08:00"


def _write_entry(edition: Edition, entry: Entry) -> str:
    stamp = _stamp(entry.day)
    changes = [say_kind(edition, kind) for kind in TERMS if TERMS[kind] == entry.kind]
    label = changes[0] if changes else edition.text(f"feed_kind_{entry.kind}")
    return (
        f"<entry><id>{_identify(edition, entry.code)}</id><title>{escape(entry.title)}</title>"
        f"<updated>{stamp}</updated><published>{stamp}</published>"
        f'<category term="{entry.kind}" label={quoteattr(label)}/>'
        f'<link rel="alternate" type="text/html" href={quoteattr(edition.absolute(entry.path))}/>'
        f'<content type="html">{escape(entry.content)}</content></entry>\n'
    )


async def show_feed(request: Request) -> Response:
    """Answer with the feed in the language of the address, else of the reader."""
    language = parse_language(request.query_params.get("lang") or request.headers.get("accept-language"))
    try:
        body = await run_in_threadpool(lambda: build_feed(live_edition(request, language)))
    except OpenGovError as error:
        logger.error("the feed could not be made: %s", error)
        return PlainTextResponse(text("error_store", language), status_code=503)
    headers = {"Cache-Control": "public, max-age=900", "Vary": "Accept-Language"}
    return Response(body, media_type=f"{MEDIA}; charset=utf-8", headers=headers)


routes = [Route("/feed.xml", show_feed)]
