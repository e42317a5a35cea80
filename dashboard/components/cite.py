"""The panel that helps to quote what is on screen: sentence, citations, BibTeX and frames, each with a copy button."""

from urllib.parse import urlsplit

import streamlit as st

from dashboard.components.reader import Reader, kept, show_html
from dashboard.markup import escape
from dashboard.settings import get_settings
from dashboard.web.addresses import share_path
from dashboard.web.citations import list_citations
from dashboard.web.edition import Edition
from dashboard.web.sheets import cite_thing
from dashboard.web.things import find_thing, has_thing


def _base() -> str:
    """Return the address of the site: the operator's, else the one this reader came by."""
    if public := get_settings().public_url:
        return public
    parts = urlsplit(st.context.url or "")
    # Not its path: in a frame that is the path of the page around us. Under a prefix the operator has to tell.
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


@kept
def _show_panel(reader: Reader, kind: str, key: str, base: str) -> None:
    edition = Edition(reader.store, reader.day, reader.language, base)
    if not has_thing(edition, kind, key):
        return  # nothing of it is published by the reader's day, so there is nothing to quote
    cited = cite_thing(edition, find_thing(edition, kind, key))
    rows = []
    for name, words in list_citations(cited).items():
        label = reader.html(name)
        rows.append(
            f'<div class="copyable"><h4>{label}</h4><pre tabindex="0" aria-label="{label}">{escape(words)}</pre>'
            f'<button type="button" class="copy" data-copy="text" aria-label="{reader.html("copy")}: {label}">'
            f"{reader.html('copy')}</button></div>"
        )
    day = f"&asof={reader.day}" if reader.dated else ""
    plain = escape(f"{share_path(kind, key, reader.language)}{day}")
    show_html(
        f'<details class="cite"><summary>{reader.html("section_cite")}</summary>'
        f'<p class="muted small">{reader.html("cite_note")} <a href="{plain}">{reader.html("share_page")}</a></p>'
        f'{"".join(rows)}<p class="said" role="status" aria-live="polite" data-copied="{reader.html("copied")}" '
        f'data-failed="{reader.html("copy_selected")}"></p></details>'
    )


def show_citation(reader: Reader, kind: str, key: str) -> None:
    """Show how to quote and embed an indicator, a claim or a story as of the reader's day."""
    _show_panel(reader, kind, key, _base())
