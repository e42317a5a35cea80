"""Small pages other sites hold in a frame, live or fixed at a day, and oEmbed, by which they find them.

Only these pages may be framed elsewhere; every other page of the site refuses it.
"""

import logging

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.exceptions import OpenGovError, UnknownCodeError
from dashboard.language import parse_language, text
from dashboard.markup import escape, fill_claim, grade_mark, level_mark
from dashboard.web.addresses import PICTURE_SIZES, base_address, picture_path, read_address, share_path
from dashboard.web.citations import EMBED_HEIGHT, EMBED_WIDTH, embed_code
from dashboard.web.documents import CARD, build_document
from dashboard.web.edition import Edition, find_edition
from dashboard.web.heads import thing_head
from dashboard.web.share import answer_page
from dashboard.web.sheet_parts import day_problem
from dashboard.web.things import find_thing

logger = logging.getLogger(__name__)

SMALLEST = (200, 200)
"""Pixels under which a frame holds nothing that can be read."""


def build_embed(edition: Edition, kind: str, key: str) -> str:
    """Return the page for a frame: a picture that holds its title, doubt of a claim, day, and the way to the proof.

    A narrow frame has the square picture, whose letters stay legible there.

    Raises:
        UnknownCodeError: when there is no such thing on the edition's day.
        StoreError: when the store cannot be read.
    """
    thing = find_thing(edition, kind, key)
    target = escape(share_path(kind, key, edition.language, edition.asof))
    wide, narrow = (
        f'="{escape(picture_path(kind, key, edition.language, "svg", size, edition.asof))}" '
        'width="{}" height="{}"'.format(*PICTURE_SIZES[size])
        for size in ("wide", "square")
    )
    words, grade, level = f"<p>{escape(thing.description)}</p>", "", ""
    if kind == "indicator":
        level = level_mark(edition.held.cards[key].indicator.result_level, edition.language)
    if kind == "claim":
        filled = edition.held.claims[key]
        sentence, doubt = (escape(fill_claim(filled, name, edition.language)) for name in ("sentence", "biggest_doubt"))
        words = f"<p>{sentence}</p><p><b>{edition.html('doubt')}</b> {doubt}</p>"
        grade = grade_mark(filled.claim.grade, edition.language)
        level = level_mark(filled.claim.result_level, edition.language)
    day = edition.html("day_of_data", day=edition.period(edition.day.isoformat()))
    body = (
        f'<main><h1><a href="{target}" target="_blank" rel="noopener"><picture>'
        f'<source media="(max-width: 480px)" srcset{narrow}>'
        f'<img src{wide} alt="{escape(thing.title)}"></picture></a></h1>'
        f'{words}{day_problem(edition)}<p class="foot">{level}{grade}<span>{day}</span>'
        f'<a href="{target}" target="_blank" rel="noopener">'
        f"{edition.html('embed_source')}</a></p></main>"
    )
    return build_document(thing_head(edition, thing, share_path), body, "embed")


async def show_embed(request: Request) -> Response:
    """Answer with the page for a frame; any site may hold it."""
    return await answer_page(request, build_embed, frames="*")


def _fit(request: Request, kind: str) -> tuple[int, int]:
    """Return width and height of a frame within what the asker can take."""
    width, height = EMBED_WIDTH, EMBED_HEIGHT[kind]
    for name, least in zip(("maxwidth", "maxheight"), SMALLEST, strict=True):
        asked = request.query_params.get(name, "")
        most = max(least, int(asked)) if asked.isdecimal() and asked.isascii() and len(asked) < 6 else None
        if most is not None and name == "maxwidth":
            width = min(width, most)
        elif most is not None:
            height = min(height, most)
    return width, height


def _answer(request: Request) -> dict[str, object]:
    asked = request.query_params.get("url", "")
    found = read_address(asked, [base_address(request), f"http://{request.headers.get('host', '')}"])
    if found is None:
        raise UnknownCodeError("addresses of this site", asked[:200])
    kind, key, query = found
    language = parse_language(query.get("lang"))
    edition = find_edition(request, language, query.get("asof"))
    thing = find_thing(edition, kind, key)
    width, height = _fit(request, kind)
    image = edition.absolute(picture_path(kind, key, language, "png", CARD, edition.asof))
    return {
        "version": "1.0",
        "type": "rich",
        "title": thing.title,
        "provider_name": edition.text("product"),
        "provider_url": edition.absolute("/"),
        "cache_age": 3600,
        "width": width,
        "height": height,
        "html": embed_code(edition.base, kind, key, language, thing.title, edition.asof, width, height),
        "thumbnail_url": image,
        "thumbnail_width": PICTURE_SIZES[CARD][0],
        "thumbnail_height": PICTURE_SIZES[CARD][1],
    }


async def tell_oembed(request: Request) -> Response:
    """Answer how an address of ours is embedded: 404 for anything else, 501 for another format than JSON."""
    language = parse_language(request.query_params.get("lang") or request.headers.get("accept-language"))
    headers = {"Access-Control-Allow-Origin": "*"}
    if request.query_params.get("format", "json") != "json":
        return PlainTextResponse(text("oembed_format", language), status_code=501, headers=headers)
    try:
        return JSONResponse(await run_in_threadpool(_answer, request), headers=headers)
    except UnknownCodeError:
        return PlainTextResponse(text("not_found", language), status_code=404, headers=headers)
    except OpenGovError as error:
        logger.error("an embed could not be described: %s", error)
        return PlainTextResponse(text("error_store", language), status_code=503, headers=headers)


routes = [Route("/embed/{kind}/{key}", show_embed), Route("/oembed", tell_oembed)]
