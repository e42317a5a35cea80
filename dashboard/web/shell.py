"""The HTML page that carries the app: right language, title, description, our stylesheet; and 404 where nothing is.

Streamlit's own ``index.html`` says ``lang="en"`` whatever it shows and answers 200 to any address.
"""

import html
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlencode

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.language import HTML_LANG, LANGUAGES, Language, parse_language, text
from dashboard.settings import get_settings
from dashboard.web.assets import asset_url

PAGES = ("overview", "indicators", "places", "plans", "stories", "failures", "ledger", "about")
"""Pages in the order of the navigation; the first answers at the root. Titles are the texts ``page_<name>``."""
DETAILS = {"indicator": "code", "story": "slug", "claim": "id", "search": "q", "opinions": "c"}
"""Pages reached by links, and the parameter that says what they show: ``/search/x`` leads to ``/search?q=x``."""
PIECES = ("Html", "ButtonGroup", "Selectbox", "TextInput")
"""The framework's scripts that every page needs but its own page asks for late."""
CHART = "PlotlyChart"
CHART_PAGES = ("", "overview", "indicator", "places", "story", "claim", "opinions")

TOOLS = ("voices",)
"""Pages that are neither in the navigation nor on one thing; other pages lead to them."""


class Unreserved(Convertor[str]):
    """A first segment that is neither the framework's nor that of our own files."""

    regex = r"(?!(?:_stcore|static|media|component|app|assets|data|oauth2callback|auth)/)[^/]+"

    def convert(self, value: str) -> str:
        """Return the segment as it is."""
        return value

    def to_string(self, value: str) -> str:
        """Return the segment as it is."""
        return value


register_url_convertor("unreserved", Unreserved())


def choose_language(request: Request) -> Language:
    """Return the language the address asks for, else the browser's first choice."""
    asked = request.query_params.get("lang")
    return parse_language(asked or request.headers.get("accept-language"))


def _alternates(request: Request) -> str:
    base = get_settings().public_url or str(request.base_url).rstrip("/")
    others = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    links = []
    for language in LANGUAGES:
        query = urlencode([*others, ("lang", language)])
        address = html.escape(f"{base}{quote(request.url.path)}?{query}")
        links.append(f'<link rel="alternate" hreflang="{HTML_LANG[language]}" href="{address}">')
    return "".join(links)


def list_scripts(scripts: Path, *names: str) -> list[str]:
    """Return the files of some of the framework's pieces and all they import, in a fixed order."""
    found: dict[str, None] = {}
    waiting = [path.name for name in names for path in sorted(scripts.glob(f"{name}.*.js"))]
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = None
            words = (scripts / name).read_text(encoding="utf-8")
            waiting += re.findall(r'(?:from|import)"\./([^"]+\.js)"', words)
    return list(found)


def write_preloads(scripts: Path, index: str) -> tuple[str, str]:
    """Return links that fetch at once what pages draw with, and what charts do; else it comes a second later.

    The chart library is large, so it waits behind what the headline needs.
    """
    pieces = [name for name in list_scripts(scripts, *PIECES) if name not in index]
    charts = [name for name in list_scripts(scripts, CHART) if name not in index and name not in pieces]
    link = '<link rel="modulepreload" crossorigin href="/static/js/{}"{}>'
    return (
        "".join(link.format(name, "") for name in pieces),
        "".join(link.format(name, ' fetchpriority="low"') for name in charts),
    )


def build_shell(index: str, request: Request, page: str, preloads: tuple[str, str] = ("", "")) -> str:
    """Return Streamlit's page with our head."""
    language = choose_language(request)
    name = page or "overview"
    title = html.escape(f"{text(f'page_{name}', language)} · {text('product', language)}")
    description = html.escape(text("purpose", language))
    head = (
        f"<title>{title}</title>"
        f'<meta name="description" content="{description}">'
        f'<meta property="og:title" content="{title}"><meta property="og:description" content="{description}">'
        f'<link rel="stylesheet" href="{asset_url("app.css")}">'
        f'<script defer src="{asset_url("app.js")}"></script>'
        f"{_alternates(request)}{preloads[0]}{preloads[1] if page in CHART_PAGES else ''}"
    )
    page_html = index.replace('<html lang="en">', f'<html lang="{HTML_LANG[language]}">')
    page_html = re.sub(r"<title>.*?</title>", lambda _: head, page_html, count=1)
    page_html = re.sub(r'href="[^"]*favicon\.png"', f'href="{asset_url("favicon.png")}"', page_html)
    # Assets are addressed from the root, so that a page below the root finds them too.
    return re.sub(r'((?:src|href)=")\./', r"\1/", page_html)


def shell_routes(index_path: Path) -> list[Route]:
    """Return a route for every page, a redirect for nested addresses of single things, and 404 for all else."""
    index = index_path.read_text(encoding="utf-8")
    preloads = write_preloads(index_path.parent / "static" / "js", index)

    async def show_page(request: Request) -> Response:
        name = request.url.path.strip("/")
        if name and name not in (*PAGES, *DETAILS, *TOOLS):
            return HTMLResponse(_not_found(request), status_code=404)
        return HTMLResponse(build_shell(index, request, name, preloads), headers={"Cache-Control": "no-cache"})

    async def go_to_detail(request: Request) -> Response:
        name = request.url.path.strip("/").split("/")[0]
        query = urlencode([*request.query_params.multi_items(), (DETAILS[name], request.path_params["key"])])
        return RedirectResponse(str(request.url.replace(path=f"/{name}", query=query)))

    async def show_nothing(request: Request) -> Response:
        return HTMLResponse(_not_found(request), status_code=404)

    async def go_home(request: Request) -> Response:
        return RedirectResponse(str(request.url.replace(path="/")))

    return [
        Route("/overview", go_home),
        Route("/", show_page),
        *[Route(f"/{name}/{{key}}", go_to_detail) for name in DETAILS],
        Route("/{page}", show_page),
        Route("/{page:unreserved}/{rest:path}", show_nothing),
    ]


def _not_found(request: Request) -> str:
    language = choose_language(request)
    words = {key: html.escape(text(key, language)) for key in ("not_found", "back_home", "product")}
    return (
        f'<!DOCTYPE html><html lang="{HTML_LANG[language]}"><head><meta charset="utf-8">'
        f'<title>{words["product"]}</title><meta name="viewport" content="width=device-width">'
        f'<link rel="stylesheet" href="{asset_url("app.css")}"></head>'
        f'<body class="plain"><main><h1>{words["not_found"]}</h1>'
        f'<p><a href="/?lang={language}">{words["back_home"]}</a></p></main></body></html>'
    )


def content_security_policy(index: str) -> Mapping[str, str]:
    """Return headers that keep every request at home; the one inline script of the page is allowed by its hash."""
    import base64
    import hashlib

    inline = re.findall(r"<script>(.*?)</script>", index, flags=re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() for body in inline]
    allowed = " ".join(f"'sha256-{value}'" for value in hashes)
    policy = (
        f"default-src 'self'; script-src 'self' {allowed}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; "
        "worker-src 'self' blob:; frame-src 'self'; frame-ancestors 'self'; base-uri 'self'; form-action 'self'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
    }
