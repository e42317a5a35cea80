"""Pieces all plain pages share: title, parts, pictures, foot."""

from collections.abc import Sequence
from urllib.parse import unquote

from dashboard import markup
from dashboard.markup import clauses, escape
from dashboard.models import Source
from dashboard.queries import IndicatorCard
from dashboard.web.addresses import PICTURE_SIZES, picture_path
from dashboard.web.edition import Edition


def bottom(edition: Edition) -> str:
    """Return the foot of every plain page: what this is, version and day, licence."""
    built = edition.period(edition.store.built_day.isoformat())
    lines = [
        edition.text("footer_what"),
        edition.text("footer_data", built=built, version=edition.store.fingerprint[:8]),
        edition.text("footer_license"),
    ]
    index = f'<p><a href="/share/?lang={edition.language}">{edition.html("share_index")}</a></p>'
    return f'<footer class="footer">{"".join(markup.paragraph(words) for words in lines)}{index}</footer>'


def day_problem(edition: Edition) -> str:
    """Return the notice that the day in the address cannot be shown, and what is shown instead; else nothing."""
    if edition.problem is None:
        return ""
    words = edition.html(edition.problem, day=edition.period(edition.day.isoformat()))
    return f'<p class="asof" role="note">{words}</p>'


def day_notice(edition: Edition, latest: str) -> str:
    """Return what is to be said of the day: what was wrong with it, and that the data are fixed at it.

    Args:
        edition: whose day it is.
        latest: the address of the same page with the latest data.
    """
    fixed = ""
    if edition.asof:
        words = edition.html("asof_notice", day=edition.period(edition.asof))
        link = f'<a href="{escape(latest)}">{edition.html("asof_latest")}</a>'
        fixed = f'<p class="asof" role="note">{words} {link}</p>'
    return day_problem(edition) + fixed


def heading(title: str, lead: str, kicker: str) -> str:
    """Return a page's title with one sentence under it."""
    return (
        f'<div class="heading"><p class="kicker">{kicker}</p><h1>{clauses(title)}</h1>'
        f'<p class="lead">{escape(lead)}</p></div>'
    )


def section(title: str, body: str, css: str = "") -> str:
    """Return a part of a page under its heading; nothing where it has no content."""
    return f'<section class="part {css}"><h2>{escape(title)}</h2>{body}</section>' if body else ""


def picture(
    edition: Edition, kind: str, key: str, alt: str, query: Sequence[tuple[str, str]] = (), caption: str = ""
) -> str:
    """Return a chart as a picture; the words beside it say the same."""
    width, height = PICTURE_SIZES["wide"]
    source = picture_path(kind, key, edition.language, "svg", "wide", edition.asof, query)
    return (
        f'<figure><img src="{escape(source)}" alt="{escape(alt)}" width="{width}" height="{height}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def printed_address(source: Source) -> str:
    """Return a source's address as paper shows it: decoded, without the mark of a passage."""
    address = unquote(source.url.partition("#")[0])
    return f'<span class="printed" aria-hidden="true"> {escape(address)}</span>'


def kicker(edition: Edition, card: IndicatorCard, level: str) -> str:
    """Return level, kind, theme and day, the line above a title."""
    theme = f'<span class="theme">{edition.words(card.theme, "title")}</span>'
    day = edition.html("day_of_data", day=edition.period(edition.day.isoformat()))
    kind = markup.kind_mark(card, edition.language)
    return f"{markup.level_mark(level, edition.language)}{kind}{theme}<span>{day}</span>"
