"""What crawlers need: every page in both languages with the day it last changed, and where that list is.

There is no sitemap of an earlier day: it lists what can be asked for now, and pages of an earlier day are the same
pages with ``asof``, which crawlers shall not index a second time. A parameter ``asof`` is not read.
"""

import gzip
from collections.abc import Mapping
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.exceptions import OpenGovError
from dashboard.language import HTML_LANG, LANGUAGES, Language
from dashboard.web.addresses import base_address, live_path, share_path, with_query
from dashboard.web.edition import Edition, live_edition
from dashboard.web.shell import PAGES
from dashboard.web.things import shared_keys


@lru_cache(maxsize=4)
def build_sitemap(edition: Edition) -> bytes:
    """Return the sitemap, compressed.

    Raises:
        StoreError: when the store cannot be read.
    """
    things = shared_keys(edition)
    newest = max(changed for _, _, changed in things).isoformat()
    rows = [_page(edition, "" if name == PAGES[0] else name, newest) for name in PAGES]
    rows.append(_page(edition, "share/", newest))
    for kind, key, changed in things:
        for path in (live_path, share_path):
            addresses: dict[Language, str] = {
                language: edition.absolute(path(kind, key, language)) for language in LANGUAGES
            }
            rows.append(_urls(addresses, changed.isoformat()))
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
    )
    return gzip.compress((head + "".join(rows) + "</urlset>\n").encode("utf-8"), 6, mtime=0)


def _page(edition: Edition, path: str, changed: str) -> str:
    addresses: dict[Language, str] = {
        code: edition.absolute(with_query(f"/{path}", [("lang", code)])) for code in LANGUAGES
    }
    return _urls(addresses, changed)


def _urls(addresses: Mapping[Language, str], changed: str) -> str:
    """Return one page's entries: one for each language, each naming all of them, as the format asks."""
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{HTML_LANG[code]}" href={quoteattr(address)}/>'
        for code, address in addresses.items()
    )
    return "".join(
        f"<url><loc>{escape(address)}</loc><lastmod>{changed}</lastmod>{links}</url>\n"
        for address in addresses.values()
    )


async def show_sitemap(request: Request) -> Response:
    """Answer with the sitemap, compressed where the crawler takes it."""
    try:
        packed = await run_in_threadpool(lambda: build_sitemap(live_edition(request)))
    except OpenGovError:
        return PlainTextResponse("the data cannot be read at the moment\n", status_code=503)
    headers = {"Vary": "Accept-Encoding", "Cache-Control": "public, max-age=3600"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, media_type="application/xml", headers=headers | {"Content-Encoding": "gzip"})
    return Response(gzip.decompress(packed), media_type="application/xml", headers=headers)


async def tell_robots(request: Request) -> Response:
    """Answer what crawlers may read: everything; and where the list of pages is."""
    return PlainTextResponse(f"User-agent: *\nAllow: /\n\nSitemap: {base_address(request)}/sitemap.xml\n")


routes = [Route("/sitemap.xml", show_sitemap), Route("/robots.txt", tell_robots)]
