"""Pages that need no script: ``/share/indicator/<code>``, ``/share/claim/<id>``, ``/share/story/<slug>``, ``/share/``.

Each page is made once for its edition (store, day, language, address) and kept in a bounded memory; browsers ask with
the page's tag whether theirs still holds.
"""

import hashlib
import logging
from collections.abc import Callable
from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.exceptions import OpenGovError, UnknownCodeError
from dashboard.language import parse_language, text
from dashboard.markup import escape, fill_claim
from dashboard.web.addresses import share_path
from dashboard.web.documents import Head, answer_html, build_document, build_notice, by_language
from dashboard.web.edition import Edition, open_edition
from dashboard.web.heads import thing_head
from dashboard.web.sheet_parts import bottom, day_problem
from dashboard.web.sheets import build_sheet
from dashboard.web.things import find_thing, shared_keys

logger = logging.getLogger(__name__)

KEPT_PAGES = 256
"""Pages kept in memory; about 40 kB each."""
POLICY = "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {}"
"""A plain page runs no script and takes nothing but our pictures and our stylesheet."""


@lru_cache(maxsize=KEPT_PAGES)
def build_page(edition: Edition, kind: str, key: str) -> str:
    """Return the plain page of a thing.

    Raises:
        UnknownCodeError: when there is no such thing on the edition's day.
        StoreError: when the store cannot be read.
    """
    thing = find_thing(edition, kind, key)
    return build_document(thing_head(edition, thing, share_path), build_sheet(edition, thing))


@lru_cache(maxsize=8)
def build_index(edition: Edition, _: str, __: str) -> str:
    """Return the list of everything that has a plain page."""
    groups: dict[str, list[str]] = {"story": [], "claim": [], "indicator": []}
    for kind, key, _changed in shared_keys(edition):
        href = escape(share_path(kind, key, edition.language, edition.asof))
        groups[kind].append(f'<li><a href="{href}">{escape(_title(edition, kind, key))}</a></li>')
    names = {"story": "page_stories", "claim": "page_ledger", "indicator": "page_indicators"}
    body = "".join(
        f'<section class="part"><h2>{edition.html(names[kind])}</h2>'
        f'<ul class="plain-list">{"".join(items)}</ul></section>'
        for kind, items in groups.items()
    )
    head = Head(
        edition.language,
        edition.text("share_index"),
        edition.text("share_index_note"),
        edition.absolute(f"/share/?lang={edition.language}"),
        by_language(lambda language: edition.absolute(f"/share/?lang={language}")),
    )
    title = f'<div class="heading"><h1>{edition.html("share_index")}</h1></div>'
    home = (
        f'<header class="site"><a class="home" href="/?lang={edition.language}">{edition.html("product")}</a></header>'
    )
    return build_document(head, f"{home}{day_problem(edition)}<main>{title}{body}</main>{bottom(edition)}")


def _title(edition: Edition, kind: str, key: str) -> str:
    if kind == "claim":
        return fill_claim(edition.held.claims[key], "title", edition.language)
    if kind == "story":
        return edition.fill(edition.held.stories[key], "title")
    return edition.pick(edition.held.cards[key].indicator, "title")


def _make(request: Request, build: Callable[[Edition, str, str], str]) -> str:
    kind, key = request.path_params.get("kind", ""), request.path_params.get("key", "")
    return build(open_edition(request), kind, key)


async def answer_page(
    request: Request, build: Callable[[Edition, str, str], str], *, frames: str = "'self'"
) -> Response:
    """Answer with a page built from the address; 304 when the reader has it, 404 and 503 in one sentence.

    Args:
        request: what was asked for.
        build: makes the page of an edition.
        frames: whose pages may hold this one in a frame.
    """
    language = parse_language(request.query_params.get("lang") or request.headers.get("accept-language"))
    headers = {"Content-Security-Policy": POLICY.format(frames), "Vary": "Accept-Language, Accept-Encoding"}
    try:
        page = await run_in_threadpool(_make, request, build)
    except UnknownCodeError:
        return answer_html(request, build_notice(language, text("not_found", language)), 404, headers)
    except OpenGovError as error:
        logger.error("a plain page could not be made: %s", error)
        return answer_html(request, build_notice(language, text("error_store", language)), 503, headers)
    tag = f'W/"{hashlib.sha256(page.encode()).hexdigest()[:20]}"'
    headers |= {"ETag": tag, "Cache-Control": "public, no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return answer_html(request, page, headers=headers)


async def show_share_page(request: Request) -> Response:
    """Answer with the plain page of an indicator, a claim or a story."""
    return await answer_page(request, build_page)


async def show_index(request: Request) -> Response:
    """Answer with the list of all plain pages."""
    return await answer_page(request, build_index)


routes = [
    Route("/share/{kind}/{key}", show_share_page),
    Route("/share/", show_index),
    Route("/share", show_index),
]
