"""Whole HTML documents of ours, and the head of every page: what a link shows when it is pasted somewhere.

Everything that enters is escaped here or was made by ``dashboard.markup``, which escapes.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from dashboard.language import HTML_LANG, LANGUAGES, Language, close_colons, text
from dashboard.markup import escape
from dashboard.web.addresses import PICTURE_SIZES, find_depth, relate
from dashboard.web.assets import asset_url

CARD = "card"


@dataclass(frozen=True)
class Head:
    """What the head of a page says."""

    language: Language
    title: str
    description: str
    canonical: str
    alternates: Mapping[str, str]
    """``hreflang`` → whole address of the same page."""
    kind: str = "website"
    image: str = ""
    image_alt: str = ""
    links: Sequence[Mapping[str, str]] = ()
    """Further links: attributes of each."""
    machine: Mapping[str, Any] = field(default_factory=dict)


def machine_script(told: Mapping[str, Any]) -> str:
    """Return a description for machines as a data block; no text in it can end the block."""
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        body = body.replace(letter, f"\\u{ord(letter):04x}")
    return f'<script type="application/ld+json">{body}</script>'


def _link(attributes: Mapping[str, str]) -> str:
    return "<link " + " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items()) + ">"


def _meta(name: str, content: object) -> str:
    key = "property" if name.startswith(("og:", "article:")) else "name"
    return f'<meta {key}="{name}" content="{escape(content)}">'


def head_tags(head: Head) -> str:
    """Return the head's tags: title, description, cards, canonical address, other languages, feed, machine block."""
    whole = f"{head.title} · {text('product', head.language)}" if head.title else text("product", head.language)
    metas = {
        "description": head.description,
        "og:title": head.title,
        "og:description": head.description,
        "og:type": head.kind,
        "og:url": head.canonical,
        "og:site_name": text("product", head.language),
        "og:locale": head.language.replace("-", "_") if "-" in head.language else "en_GB",
        "twitter:card": "summary_large_image" if head.image else "summary",
        "twitter:title": head.title,
        "twitter:description": head.description,
    }
    if head.image:
        width, height = PICTURE_SIZES[CARD]
        metas |= {
            "og:image": head.image,
            "og:image:type": "image/png",
            "og:image:width": width,
            "og:image:height": height,
            "og:image:alt": head.image_alt,
            "twitter:image": head.image,
            "twitter:image:alt": head.image_alt,
        }
    feed = {"rel": "alternate", "type": "application/atom+xml", "href": f"/feed.xml?lang={head.language}"}
    links = [
        {"rel": "canonical", "href": head.canonical},
        *[{"rel": "alternate", "hreflang": tag, "href": href} for tag, href in head.alternates.items()],
        feed | {"title": text("feed_title", head.language)},
        *head.links,
    ]
    return (
        f"<title>{escape(whole)}</title>"
        + "".join(_meta(name, content) for name, content in metas.items())
        + "".join(_link(attributes) for attributes in links)
        + (machine_script(head.machine) if head.machine else "")
    )


def build_document(
    head: Head, body: str, css: str = "sheet", *, styles: Sequence[str] = ("app.css", "share.css")
) -> str:
    """Return a whole page that needs no script."""
    sheets = "".join(f'<link rel="stylesheet" href="{asset_url(name)}">' for name in styles)
    return (
        f'<!DOCTYPE html>\n<html lang="{HTML_LANG[head.language]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'{head_tags(head)}<link rel="icon" type="image/png" href="{asset_url("favicon.png")}">{sheets}</head>'
        f'<body class="plain {css}">{close_colons(body)}</body></html>\n'
    )


def build_notice(language: Language, words: str) -> str:
    """Return a small page with one sentence, and the way home."""
    return (
        f'<!DOCTYPE html>\n<html lang="{HTML_LANG[language]}"><head><meta charset="utf-8">'
        f"<title>{escape(text('product', language))}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<link rel="stylesheet" href="{asset_url("app.css")}"></head>'
        f'<body class="plain notice"><main><h1>{escape(words)}</h1>'
        f'<p><a href="/?lang={language}">{escape(text("back_home", language))}</a></p></main></body></html>\n'
    )


def answer_html(
    request: Request, page: str, status_code: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """Return the answer with a page, its addresses as seen from where the browser finds it."""
    return HTMLResponse(relate(page, find_depth(request)), status_code=status_code, headers=headers)


def by_language(address: Callable[[Language], str]) -> dict[str, str]:
    """Return the address of a page in each language by ``hreflang``."""
    return {HTML_LANG[language]: address(language) for language in LANGUAGES}
