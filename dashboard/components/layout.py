"""What every page has: headings, links that keep language and day, switches, the banner of a day, footer."""

import base64
import mimetypes
from collections.abc import Mapping
from copy import copy
from functools import lru_cache
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import markup
from dashboard.components.choices import read_choices, url_choice
from dashboard.components.reader import Reader, show_html
from dashboard.language import LANGUAGES, NAMES, Language, text
from dashboard.settings import ROOT, get_settings
from dashboard.web.assets import load_asset
from dashboard.web.shell import DETAILS, MORE, PAGES


@lru_cache
def picture_address(name: str) -> str:
    """Return one of our own marks as an address that holds it, so that no run reads the file again."""
    kind = mimetypes.guess_type(name)[0]
    return f"data:{kind};base64,{base64.b64encode(load_asset(name)).decode()}"


@lru_cache
def _make_pages(language: Language) -> tuple[StreamlitPage, ...]:
    return tuple(
        st.Page(
            ROOT / "pages" / f"{name}.py",
            title=text(f"page_{name}", language),
            url_path=name,
            default=name == PAGES[0],
            visibility="visible" if name in PAGES else "hidden",
        )
        for name in (*PAGES, *MORE, *DETAILS)
    )


def list_pages(language: Language) -> list[StreamlitPage]:
    """Return every page for the navigation of one run, which marks them: copies of those made once.

    To make a page asks the disk several times where its script lies, and for all pages of each run that was half of
    the server's work with many readers.
    """
    return [copy(page) for page in _make_pages(language)]


def show_language_switch(reader: Reader) -> None:
    """Show the way to search, the language switch and, in Chinese, the switch to Republic-era years."""
    with st.container(key="switches", horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        name = reader.html("search_open")
        show_html(f'<a class="lens" href="{link("search", reader)}" title="{name}" aria-label="{name}"></a>')
        if reader.language == "zh-TW":
            url_choice(
                st.segmented_control,
                text("era", reader.language),
                {"ce": text("era_ce", reader.language), "roc": text("era_roc", reader.language)},
                key="era",
                default="ce",
                label_visibility="collapsed",
                required=True,
            )
        if st.session_state.get("language_switch") != reader.language:
            st.session_state["language_switch"] = reader.language

        def push() -> None:
            st.query_params["lang"] = st.session_state["language_switch"]

        st.segmented_control(
            "語言 / Language",
            list(LANGUAGES),
            format_func=lambda code: NAMES[code],
            key="language_switch",
            on_change=push,
            label_visibility="collapsed",
            required=True,
        )
        show_html(copy_button(reader, small=True))


def show_footer(reader: Reader, path: str) -> None:
    """Show the ways to share this view, licence, version and day of the data under every page."""
    frozen = reader.html("frozen_link", day=reader.period(reader.day.isoformat()))
    share = f'<p class="share">{copy_button(reader)}<a href="{_frozen_link(reader, path)}">{frozen}</a></p>'
    lines = [
        reader.text("footer_what"),
        reader.text(
            "footer_data",
            built=reader.period(reader.store.built_day.isoformat()),
            version=reader.store.fingerprint[:8],
        ),
        reader.text("footer_license"),
    ]
    body = share + "".join(markup.paragraph(words) for words in lines)
    tools = " · ".join(f'<a href="{link(name, reader)}">{reader.html(f"page_{name}")}</a>' for name in MORE)
    body += f"<p>{reader.html('tools_line')} {tools}</p>"
    if feedback := get_settings().feedback_url:
        body += f'<p><a href="{markup.escape(feedback)}">{reader.html("feedback")}</a></p>'
    show_html(f'<div class="footer" role="contentinfo">{body}</div>')


def tell_contact(reader: Reader) -> str:
    """Return a sentence with the address that takes corrections; nothing where the operator has named none."""
    href = get_settings().feedback_url
    if not href:
        return ""
    shown = get_settings().feedback_address
    way = f'<a href="{markup.escape(href)}">{markup.escape(shown)}</a>'
    return reader.html("contact_site", address=shown).replace(markup.escape(shown), way)


def show_stale_notice(reader: Reader) -> None:
    """Say in one sentence that the last good data are shown, when the newest text files could not be built."""
    if reader.store.stale_reason:
        built = reader.period(reader.store.built_day.isoformat())
        st.warning(reader.text("stale_store", built=built), icon=":material/history:")


def show_asof(reader: Reader, path: str) -> None:
    """Say whose day's data are shown, with the way back to today; say what was wrong with the day asked for."""
    if reader.problem:
        words = reader.text(reader.problem, day=reader.period(reader.day.isoformat()))
        show_html(f'<p class="asof" role="status">{markup.escape(words)}</p>')
    if reader.dated:
        since = {"from": reader.vintage.isoformat()}
        changes = (
            f"/changes?{urlencode({key: value for key, value in reader.carried.items() if key != 'asof'} | since)}"
        )
        back = f"/{path}?{urlencode({key: value for key, value in st.query_params.to_dict().items() if key != 'asof'})}"
        words = reader.text("asof_banner", day=reader.period(reader.day.isoformat()))
        show_html(
            f'<p class="asof" role="status"><b>{markup.escape(words)}</b> <span>{reader.html("asof_words")}</span> '
            f'<a href="{markup.escape(changes)}">{reader.html("asof_changes")}</a> '
            f'<a href="{markup.escape(back)}">{reader.html("asof_back")}</a></p>'
        )


def _frozen_link(reader: Reader, path: str) -> str:
    """Return the address of the view that is shown, with the data fixed at its day."""
    thing = DETAILS.get(path, "")
    named = {thing: st.query_params[thing]} if thing in st.query_params else {}
    view = reader.carried | named | read_choices() | {"asof": reader.day.isoformat()}
    return markup.escape(f"/{path}?{urlencode(view)}")


def copy_button(reader: Reader, *, small: bool = False) -> str:
    """Return the button that copies the address of the view; the site's script does it and says so."""
    words = reader.html("copy_link")
    face = f'<span class="link-sign" role="img" aria-label="{words}"></span>' if small else words
    return (
        f'<span class="copy"><button type="button" class="copy-link" title="{words}" '
        f'data-done="{reader.html("copied")}" data-failed="{reader.html("copy_failed")}">{face}</button>'
        '<span role="status"></span></span>'
    )


def link(path: str, reader: Reader, **query: str) -> str:
    """Return an address inside the site that keeps language, era and day; escaped, so that HTML takes it as it is."""
    return markup.escape(address(path, reader, **query))


def address(path: str, reader: Reader, **query: str) -> str:
    """Return the same address as plain words, for what escapes by itself."""
    return f"/{path}?{urlencode(reader.carried | query)}"


def show_nearest(reader: Reader, page: str, key: str, names: Mapping[str, str], index: str) -> None:
    """Show the things an address may have meant, and the way to the list of all."""
    items = "".join(
        f'<li><a href="{link(page, reader, **{key: code})}">{markup.escape(name)}</a></li>'
        for code, name in names.items()
    )
    asked = f'<p>{reader.html("nearest")}</p><ul class="plain-list">{items}</ul>' if items else ""
    show_html(f'{asked}<p><a href="{link(index, reader)}">{reader.html(f"page_{index}")}</a></p>')


def show_heading(title: str, lead: str = "", kicker: str = "") -> None:
    """Show a page's title with one sentence under it."""
    above = f'<p class="kicker">{kicker}</p>' if kicker else ""
    below = f'<p class="lead">{markup.escape(lead)}</p>' if lead else ""
    show_html(f'<header class="heading">{above}<h1>{markup.clauses(title)}</h1>{below}</header>')


def show_section(title: str, note: str = "") -> None:
    """Show the heading of a section."""
    below = f'<p class="muted">{markup.escape(note)}</p>' if note else ""
    show_html(f'<div class="section"><h2>{markup.clauses(title)}</h2>{below}</div>')


def small(words: str) -> str:
    """Return a quiet small paragraph."""
    return markup.paragraph(words, "muted small")


def reading(words: str) -> str:
    """Return what a figure says, in words, set to be read before it."""
    return markup.paragraph(words, "reading")


def announce(words: str) -> str:
    """Return a line that assistive technology reads out when it changes."""
    return f'<p role="status" class="count">{markup.escape(words)}</p>'
