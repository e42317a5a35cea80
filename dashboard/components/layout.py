"""What every page has: headings, links that keep the language, switches, footer."""

from urllib.parse import urlencode

import streamlit as st

from dashboard import markup
from dashboard.components.choices import url_choice
from dashboard.components.reader import Reader, show_html
from dashboard.language import LANGUAGES, NAMES, text
from dashboard.settings import get_settings


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


def show_footer(reader: Reader) -> None:
    """Show licence, version and day of the data under every page."""
    lines = [
        reader.text("footer_what"),
        reader.text(
            "footer_data",
            built=reader.period(reader.store.built.date().isoformat()),
            version=reader.store.fingerprint[:8],
        ),
        reader.text("footer_license"),
    ]
    body = "".join(markup.paragraph(words) for words in lines)
    feedback = get_settings().feedback_url
    if feedback:
        body += f'<p><a href="{markup.escape(feedback)}">{reader.html("feedback")}</a></p>'
    show_html(f'<div class="footer" role="contentinfo">{body}</div>')


def show_stale_notice(reader: Reader) -> None:
    """Say in one sentence that the last good data are shown, when the newest text files could not be built."""
    if reader.store.stale_reason:
        built = reader.period(reader.store.built.date().isoformat())
        st.warning(reader.text("stale_store", built=built), icon=":material/history:")


def link(path: str, reader: Reader, **query: str) -> str:
    """Return an address inside the site that keeps the language and the era; safe inside HTML."""
    kept = {"lang": reader.language, **({"era": "roc"} if reader.roc else {}), **query}
    return markup.escape(f"/{path}?{urlencode(kept)}")


def show_heading(title: str, lead: str = "", kicker: str = "") -> None:
    """Show a page's title with one sentence under it."""
    above = f'<p class="kicker">{kicker}</p>' if kicker else ""
    below = f'<p class="lead">{markup.escape(lead)}</p>' if lead else ""
    show_html(f'<header class="heading">{above}<h1>{markup.escape(title)}</h1>{below}</header>')


def show_section(title: str, note: str = "") -> None:
    """Show the heading of a section."""
    below = f'<p class="muted">{markup.escape(note)}</p>' if note else ""
    show_html(f'<div class="section"><h2>{markup.escape(title)}</h2>{below}</div>')


def small(words: str) -> str:
    """Return a quiet small paragraph."""
    return markup.paragraph(words, "muted small")


def reading(words: str) -> str:
    """Return what a figure says, in words, set to be read before it."""
    return markup.paragraph(words, "reading")


def announce(words: str) -> str:
    """Return a line that assistive technology reads out when it changes."""
    return f'<p role="status" class="count">{markup.escape(words)}</p>'
