"""The HTML page that carries the app: right language, title, description, our stylesheet; and 404 where nothing is.

Streamlit's own ``index.html`` says ``lang="en"`` whatever it shows and answers 200 to any address.
"""

import html
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.exceptions import OpenGovError
from dashboard.language import HTML_LANG, Language, parse_language, text
from dashboard.markup import clauses
from dashboard.web.addresses import THINGS, base_address, find_depth, live_path
from dashboard.web.assets import asset_url
from dashboard.web.documents import Head, answer_html, build_notice, by_language, head_tags
from dashboard.web.edition import Edition, live_edition
from dashboard.web.heads import thing_head
from dashboard.web.middleware import WHOLE
from dashboard.web.things import find_thing

PAGES = ("overview", "indicators", "places", "world", "plans", "stories", "failures", "ledger", "about")
"""Pages in the order of the navigation; the first answers at the root. Titles are the texts ``page_<name>``."""
MORE = ("compare", "query", "changes", "voices", "decks")
"""Pages that are reached from figures, notices and the foot of every page, and not from the navigation."""
DETAILS = {**THINGS, "search": "q", "opinions": "c"}
"""Pages reached by links, and the parameter that says what they show: ``/search/x`` leads to ``/search?q=x``."""
PIECES = ("Html", "ButtonGroup")
"""The framework's scripts that every page needs but its own page asks for late."""
FORM_PIECES = ("Selectbox", "TextInput")
"""The same for pages on which something is chosen from a list or typed."""
FORMLESS = ("", "overview", "story", "claim", "about", "voices")
CHART = "PlotlyChart"
CHART_PAGES = ("", "overview", "indicator", "places", "world", "story", "claim", "compare", "opinions")
KEPT_HEADS = 500
"""Heads kept in each language: all there is to share. To work one out takes as long as the page's own first words."""


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


@lru_cache(maxsize=2 * KEPT_HEADS)
def _thing_head(edition: Edition, kind: str, key: str) -> Head:
    return thing_head(edition, find_thing(edition, kind, key), live_path)


def _describe(request: Request, page: str) -> Head:
    """Return the head of a page; that of a page on one thing tells the finding, where there is such a thing."""
    language = choose_language(request)
    base = base_address(request)
    others = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    path = quote(request.scope["path"])

    def address(code: Language) -> str:
        return f"{base}{path}?{urlencode([*others, ('lang', code)])}"

    head = Head(
        language,
        text(f"page_{page or 'overview'}", language),
        text("purpose", language),
        f"{base}{path}?lang={language}",
        by_language(address),
    )
    key = request.query_params.get(THINGS.get(page, ""), "")
    if not key:
        return head
    try:
        told = _thing_head(live_edition(request, language), page, key)
    except OpenGovError:
        # The page itself tells the reader what is wrong; its head stays general.
        return head
    return replace(told, alternates=head.alternates)


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


@lru_cache
def write_preloads(scripts: Path, index: str, *names: str) -> tuple[str, str]:
    """Return tags that fetch at once the pieces a page draws with, and what charts do; else it comes a second later.

    The pieces a page has are also run, so that no page is drawn with placeholders that then change their height.
    The chart library is large, so it waits behind what the headline needs. Worked out for the first page asked for,
    not at the start: some hundred scripts are read for it.
    """
    pieces = [name for name in list_scripts(scripts, *names) if name not in index]
    charts = [name for name in list_scripts(scripts, CHART) if name not in index and name not in pieces]
    charts += [f"{name}?{WHOLE}" for name in charts if name.startswith(f"{CHART}.")]
    link = '<link rel="modulepreload" crossorigin href="/static/js/{}"{}>'
    run = {name.partition(".")[0]: name for name in pieces if name.partition(".")[0] in names}
    return (
        "".join(link.format(name, "") for name in pieces)
        + f'<script type="module" crossorigin src="{asset_url("pieces.js")}?{html.escape(urlencode(run))}"></script>',
        "".join(link.format(name, ' fetchpriority="low"') for name in charts),
    )


def build_shell(index: str, request: Request, page: str, preloads: tuple[str, str] = ("", "")) -> str:
    """Return Streamlit's page with our head."""
    language = choose_language(request)
    head = _describe(request, page)
    tags = (
        f"{head_tags(head)}"
        f'<link rel="stylesheet" href="{asset_url("app.css")}">'
        f'<script defer src="{asset_url("app.js")}"></script>'
        f"{preloads[0]}{preloads[1] if page in CHART_PAGES else ''}"
    )
    page_html = index.replace('<html lang="en">', f'<html lang="{HTML_LANG[language]}">')
    page_html = re.sub(r"<title>.*?</title>", lambda _: tags, page_html, count=1)
    page_html = page_html.replace("</head>", f"{_letters(index)}</head>", 1)
    page_html = page_html.replace('<div id="root">', f'{_first_words(request, page, head)}<div id="root">', 1)
    page_html = re.sub(r'href="[^"]*favicon\.png"', f'href="{asset_url("favicon.png")}"', page_html)
    return re.sub(r"<noscript>.*?</noscript>", lambda _: _without_script(head), page_html, flags=re.DOTALL)


def _letters(index: str) -> str:
    """Return the style that lets the first words use the font the page fetches anyway; the app tells it later."""
    font = re.search(r'href="(\./static/media/SourceSans[^"]+\.woff2)"', index)
    face = '@font-face{{font-family:"Source Sans";src:url("{}") format("woff2");font-weight:200 900}}'
    return f"<style>{face.format(font[1])}</style>" if font else ""


def _first_words(request: Request, page: str, head: Head) -> str:
    """Return the page's heading, which a reader sees until the app, a second later, draws it at the same place.

    There is none where the app shows another: on an earlier day, whose notice stands above it, and where a page on one
    thing is asked for something else.
    """
    general = head.title == text(f"page_{page or 'overview'}", head.language)
    if "asof" in request.query_params or page == "opinions" or (page in THINGS and general):
        return ""
    title, above, below = head.title, "", ""
    if page in ("", "overview"):
        title = text("purpose", head.language)
    elif general:
        below = f'<p class="lead">{html.escape(text(f"{page}_lead", head.language))}</p>'
    else:
        above = f'<p class="kicker{" graded" if page == "claim" else ""}">&nbsp;</p>'
    words = f'<header class="heading">{above}<h1>{clauses(title)}</h1>{below}</header>'
    return f'<div class="first" aria-hidden="true">{words}</div>'


def _without_script(head: Head) -> str:
    """Return what a reader or a crawler without scripts gets: the finding, and the way to the plain page."""
    plain = next((link["href"] for link in head.links if link.get("type") == "text/html"), None)
    href = html.escape(plain or f"/share/?lang={head.language}")
    words = text("share_page" if plain else "share_index", head.language)
    return (
        f"<noscript><h1>{html.escape(head.title)}</h1><p>{html.escape(head.description)}</p>"
        f'<p><a href="{href}">{html.escape(words)}</a></p></noscript>'
    )


def shell_routes(index_path: Path) -> list[Route]:
    """Return a route for every page, a redirect for nested addresses of single things, and 404 for all else."""
    index = index_path.read_text(encoding="utf-8")
    scripts = index_path.parent / "static" / "js"

    async def show_page(request: Request) -> Response:
        name = request.scope["path"].strip("/")
        if name and name not in (*PAGES, *MORE, *DETAILS):
            return answer_html(request, _not_found(request), 404)
        pieces = PIECES if name in FORMLESS else PIECES + FORM_PIECES
        page = await run_in_threadpool(
            lambda: build_shell(index, request, name, write_preloads(scripts, index, *pieces))
        )
        return answer_html(request, page, headers={"Cache-Control": "no-cache"})

    async def go_to_detail(request: Request) -> Response:
        name = request.scope["path"].strip("/").split("/")[0]
        query = urlencode([*request.query_params.multi_items(), (DETAILS[name], request.path_params["key"])])
        return RedirectResponse(f"{'../' * find_depth(request)}{name}?{query}")

    async def show_nothing(request: Request) -> Response:
        return answer_html(request, _not_found(request), 404)

    async def go_home(request: Request) -> Response:
        return RedirectResponse(f"./?{request.url.query}" if request.url.query else "./")

    return [
        Route("/overview", go_home),
        Route("/", show_page),
        *[Route(f"/{name}/{{key}}", go_to_detail) for name in DETAILS],
        Route("/{page}", show_page),
        Route("/{page:unreserved}/{rest:path}", show_nothing),
    ]


def _not_found(request: Request) -> str:
    language = choose_language(request)
    return build_notice(language, text("not_found", language))
