"""Where things are: addresses of pages, share pages, embeds, pictures and files, in one place.

The language stands in the query (``?lang=en``), as on every page of the app, so that one rule holds everywhere.
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

Query = Iterable[tuple[str, str]]


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

    Live pages (``/indicator?code=x``), short addresses (``/indicator/x``), share pages and embeds are understood.
    """
    try:
        parts = urlsplit(address)
        known = {urlsplit(base).netloc.lower() for base in bases}
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.netloc.lower() not in known:
        return None
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    steps = [step for step in parts.path.split("/") if step]
    if steps[:1] in (["share"], ["embed"]):
        steps = steps[1:]
    if not steps or steps[0] not in THINGS or len(steps) > 2:
        return None
    key = steps[1] if len(steps) == 2 else query.get(THINGS[steps[0]], "")
    return (steps[0], key, query) if key else None
