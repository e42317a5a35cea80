"""Where things are: addresses of pages, share pages, embeds, pictures and files, in one place.

The language stands in the query (``?lang=en``), as on every page of the app, so that one rule holds everywhere.

Paths begin at the root of the site, which is not always that of the host: some hosts show an app under a prefix, which
they take away before a request gets here. So what a page links to is written as seen from that page (``relate``).
"""

import re
from collections.abc import Iterable
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from starlette.requests import Request

from dashboard.language import Language
from dashboard.settings import get_settings

THINGS = {"indicator": "code", "story": "slug", "claim": "id"}
"""What can be shared, and the parameter that names it on its live page: ``/indicator?code=x``."""
PICTURE_SIZES = {"card": (1200, 628), "square": (1080, 1080), "wide": (1600, 900)}
"""Width and height of a picture of each size, in pixels."""

HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
"""What a host may look like; a forged one never gets into a page."""

ROOTED = re.compile(r'(\b(?:href|src|srcset|data-back)=")/(?!/)')
"""An address in our HTML that begins at the root of the site."""

Query = Iterable[tuple[str, str]]


def relate(page: str, depth: int = 0) -> str:
    """Return HTML with every address as seen from a page so many steps below the root of the site.

    All pages of the app stand at the root: ``/places`` links to ``./plans``. A share page is two steps below it.
    """
    return ROOTED.sub(rf"\1{'../' * depth or './'}", page)


def find_depth(request: Request) -> int:
    """Return how many steps below the root the address asked for is; an escaped slash is not a step to a browser."""
    path = request.scope.get("raw_path") or request.scope["path"].encode()
    return max(path.partition(b"?")[0].count(b"/") - 1, 0)


def base_address(request: Request) -> str:
    """Return the address of the site without a trailing slash: the operator's, else the one asked for."""
    host = request.headers.get("host", "")
    if not HOST.fullmatch(host):
        host = "localhost"
    return get_settings().public_url or f"{request.scope['scheme']}://{host}{request.scope.get('root_path', '')}"


def with_query(path: str, query: Query) -> str:
    """Return a path with the parameters that have a value."""
    kept = [(name, value) for name, value in query if value]
    return f"{path}?{urlencode(kept)}" if kept else path


def live_path(kind: str, key: str, language: Language) -> str:
    """Return where the live page of a thing is."""
    return with_query(f"/{kind}", [(THINGS[kind], key), ("lang", language)])


def share_path(kind: str, key: str, language: Language, asof: str = "") -> str:
    """Return where the plain page of a thing is; with ``asof`` as it stood on that day, for good."""
    return with_query(f"/share/{kind}/{quote(key, safe='')}", [("lang", language), ("asof", asof)])


def embed_path(kind: str, key: str, language: Language, asof: str = "") -> str:
    """Return where the small page for frames on other sites is."""
    return with_query(f"/embed/{kind}/{quote(key, safe='')}", [("lang", language), ("asof", asof)])


def picture_path(
    kind: str, key: str, language: Language, form: str, size: str = "wide", asof: str = "", query: Query = ()
) -> str:
    """Return where the picture of a thing is, as ``svg`` or ``png``."""
    pairs = [("lang", language), ("size", size), ("asof", asof), *query]
    return with_query(f"/picture/{kind}/{quote(key, safe='')}.{form}", pairs)


def data_path(code: str, form: str, language: Language, asof: str = "", query: Query = ()) -> str:
    """Return where the rows of an indicator are as a file."""
    return with_query(f"/data/{quote(code, safe='')}.{form}", [("lang", language), ("asof", asof), *query])


def read_address(address: str, bases: Iterable[str]) -> tuple[str, str, dict[str, str]] | None:
    """Return kind, key and parameters of the thing an address of ours shows; None for any other address.

    Live pages (``/indicator?code=x``), short addresses (``/indicator/x``), share pages and embeds are understood. Of
    two bases on one host the first counts.
    """
    try:
        parts = urlsplit(address)
        known = {base.netloc.lower(): base.path.rstrip("/") for base in map(urlsplit, reversed([*bases]))}
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.netloc.lower() not in known:
        return None
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    below = parts.path.removeprefix(f"{known[parts.netloc.lower()]}/")
    steps = [step for step in below.split("/") if step]
    if steps[:1] in (["share"], ["embed"]):
        steps = steps[1:]
    if not steps or steps[0] not in THINGS or len(steps) > 2:
        return None
    key = steps[1] if len(steps) == 2 else query.get(THINGS[steps[0]], "")
    return (steps[0], key, query) if key else None
