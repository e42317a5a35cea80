"""The deck builder: a deck is its address, so it can be shared and opened again.

``items`` are the slides in order, ``lang2`` the language of the deck, ``made`` the day it was put together; ``asof``
fixes the day of all slides, as on every page.
"""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from dashboard import markup
from dashboard.components.choices import read_parameter, url_choice
from dashboard.components.findings import story_title
from dashboard.components.present import fixed_day, get_decks, present_address
from dashboard.components.reader import Reader, get_cards, get_claims, get_rows, get_summary, kept, show_html
from dashboard.exceptions import OpenGovError
from dashboard.export.deck import (
    MOST_SLIDES,
    Change,
    build_deck,
    list_changes,
    parse_items,
    parse_languages,
    tell_slides,
)
from dashboard.export.deck.ready import list_items
from dashboard.export.shelf import open_shelf
from dashboard.language import Language
from dashboard.store import Store

KINDS = ("claim", "indicator", "story")
DECK_LANGUAGES = ("zh-TW", "en", "both")


def list_choices(reader: Reader) -> dict[str, str]:
    """Return every slide there can be, item → its words; shared, so it is never changed."""
    return _cached_choices(reader.key, reader.language, reader)


@st.cache_resource(show_spinner=False, max_entries=8)
def _cached_choices(key: tuple[str, dt.date], language: Language, _reader: Reader) -> dict[str, str]:
    """Return every slide there can be, item → its words: stories, claims, then indicators that have rows."""
    claims = get_claims(_reader)
    cards, held = get_cards(_reader), get_summary(_reader)
    told = {filled.claim.case_study for filled in claims.values()}
    found = {
        f"story:{row.slug}": story_title(_reader, row)
        for row in get_rows(_reader, "get_case_studies")
        if row.slug in told
    }
    found |= {
        f"claim:{key}": markup.fill_claim(filled, "title", _reader.language)
        for key, filled in claims.items()
        if filled.claim.indicator in held
    }
    found |= {f"indicator:{key}": _reader.pick(card.indicator, "title") for key, card in cards.items() if key in held}
    kinds = {kind: _reader.text(f"deck_kind_{kind}") for kind in KINDS}
    return {item: f"{kinds[item.partition(':')[0]]} · {words}" for item, words in found.items()}


def _keep(reader: Reader, items: Sequence[str]) -> None:
    """Put a deck into the address, dated the day that is shown: whoever changes it takes that day's numbers."""
    if items:
        st.query_params["items"] = ",".join(items)
        st.query_params["made"] = reader.day.isoformat()
    else:
        st.query_params.pop("items", None)
        st.query_params.pop("made", None)
    st.session_state["deck"] = tuple(items)


def choose_slides(reader: Reader) -> tuple[str, ...]:
    """Show the field that adds a slide and the list that orders them; return the deck."""
    choices = list_choices(reader)
    items = _read_items(reader, choices)
    _show_adding(reader, items, choices)
    _show_order(reader, items, choices)
    return items


def _read_items(reader: Reader, choices: dict[str, str]) -> tuple[str, ...]:
    """Return the deck of the address, with what another page sent to be added; unknown slides are told and left out."""
    asked = parse_items(read_parameter("items"))
    added = parse_items(st.query_params.get("add"))
    if added:
        st.query_params.pop("add", None)
        asked = parse_items(",".join([*(asked or st.session_state.get("deck", ())), *added]))
    items = tuple(item for item in asked if item in choices)
    if len(items) < len(asked):
        st.caption(reader.text("deck_missing_items", count=len(asked) - len(items)))
        _show_gone(reader, tuple(item for item in asked if item not in choices))
        if items:
            st.query_params["items"] = ",".join(items)
        else:
            st.query_params.pop("items", None)
    if added:
        _keep(reader, items)
    st.session_state["deck"] = items
    return items


def _show_gone(reader: Reader, items: tuple[str, ...]) -> None:
    """Name the slides that were public when the deck was made and are not any more."""
    made = _read_made(reader)
    with suppress(OpenGovError):
        past = build_deck(reader.store, items, parse_languages("both"), dt.date.fromisoformat(made))
        shelf = open_shelf(reader.store, reader.day)
        gone = replace(past, slides=(), missing=past.items)
        if words := tell_slides(list_changes(shelf, past, gone)):
            st.caption(f"{words[reader.language]} {reader.text('deck_change_gone')}")


def _show_adding(reader: Reader, items: Sequence[str], choices: dict[str, str]) -> None:
    left, right = st.columns([3, 2], gap="medium", vertical_alignment="bottom")

    def add() -> None:
        item = st.session_state.get("deck_field")
        if item in choices and item not in items and len(items) < MOST_SLIDES:
            _keep(reader, [*items, item])
        st.session_state["deck_field"] = None

    free = [item for item in choices if item not in items]
    with left:
        st.selectbox(
            reader.text("deck_add_slide"),
            free,
            format_func=lambda item: choices.get(str(item), str(item)),
            index=None,
            key="deck_field",
            placeholder=reader.text("deck_add_hint"),
            on_change=add,
            disabled=len(items) >= MOST_SLIDES,
        )
    with right:
        _show_start(reader)


def _show_start(reader: Reader) -> None:
    decks = {name: words[reader.language] for name, words in get_decks(reader).items()}

    def start() -> None:
        name = st.session_state.get("deck_start")
        if name in decks:
            _keep(reader, list_items(open_shelf(reader.store, reader.day), name))
        st.session_state["deck_start"] = None

    st.selectbox(
        reader.text("deck_start"),
        list(decks),
        format_func=lambda name: decks.get(str(name), str(name)),
        index=None,
        key="deck_start",
        placeholder=reader.text("deck_start_hint"),
        on_change=start,
    )


def _show_order(reader: Reader, items: Sequence[str], choices: dict[str, str]) -> None:
    if not items:
        show_html(f'<p class="muted">{reader.html("deck_empty")}</p>')
        return
    show_html(f'<p role="status" class="count">{reader.html("deck_count", count=len(items), most=MOST_SLIDES)}</p>')
    with st.container(key="deck-slides", gap=None):
        for place, item in enumerate(items):
            _show_row(reader, items, place, choices[item])


def _show_row(reader: Reader, items: Sequence[str], place: int, words: str) -> None:
    def move(to: int) -> None:
        kept_items = [item for item in items if item != items[place]]
        kept_items.insert(to, items[place])
        _keep(reader, kept_items)

    def remove() -> None:
        _keep(reader, [item for item in items if item != items[place]])

    with st.container(horizontal=True, vertical_alignment="center", key=f"deck-row-{place}"):
        kind, _, title = words.partition(" · ")
        show_html(
            f'<p class="slide-row"><b>{place + 1}</b><span><small>{kind}</small>{markup.escape(title)}</span></p>'
        )
        named = {"number": place + 1}
        for act, icon, off, call, given in (
            ("deck_up", "arrow_upward", place == 0, move, (place - 1,)),
            ("deck_down", "arrow_downward", place == len(items) - 1, move, (place + 1,)),
            ("deck_remove", "close", False, remove, ()),
        ):
            # The words stay the button's name for those who do not see the sign.
            st.button(
                reader.text(act, **named), key=f"{act}_{place}", icon=f":material/{icon}:", disabled=off,
                on_click=call, args=given, type="tertiary",
            )  # fmt: skip


def choose_deck_language(reader: Reader) -> str:
    """Show the choice of the deck's language and return it: ``zh-TW``, ``en`` or ``both``."""
    labels = {code: reader.text(f"deck_language_{code.partition('-')[0]}") for code in DECK_LANGUAGES}
    chosen = url_choice(
        st.segmented_control, reader.text("deck_language"), labels, key="lang2", default=reader.language, required=True
    )
    return chosen or reader.language


def _read_made(reader: Reader) -> str:
    """Return the day the deck was made; the day that is shown for what is no day, or a later one."""
    with suppress(ValueError):
        day = dt.date.fromisoformat(read_parameter("made")[:10])
        return min(day, reader.day).isoformat()
    return reader.day.isoformat()


@kept
def show_deck_links(reader: Reader, items: Sequence[str], lang: str, made: str) -> None:
    """Show the ways out: present mode, PowerPoint, the copy that needs no network, the question cards."""
    query = {"lang": lang, "items": ",".join(items), "made": made} | fixed_day(reader)
    own = {"lang": reader.language, "lang2": lang, "items": ",".join(items), "made": made} | fixed_day(reader)
    back = f"/decks?{urlencode(own, safe=':,')}"
    ways = (
        ("present", f"/present?{urlencode(query | {'back': back}, safe=':,')}", ""),
        ("stage_pptx", f"/deck.pptx?{urlencode(query, safe=':,')}", " download"),
        ("stage_html", f"/present.html?{urlencode(query, safe=':,')}", " download"),
        ("stage_sheets", f"/questions?{urlencode(query, safe=':,')}", ""),
    )
    links = "".join(
        f'<a class="button{" main" if key == "present" else ""}" href="{markup.escape(href)}"{more}>'
        f"{reader.html(key)}</a>"
        for key, href, more in ways
    )
    show_html(f'<p class="present deck-ways">{links}</p><p class="muted small">{reader.html("deck_share")}</p>')


def show_deck_output(reader: Reader, items: Sequence[str]) -> None:
    """Show language and ways out of a deck, and which of its numbers changed since it was made."""
    if not items:
        return
    lang = choose_deck_language(reader)
    made = _read_made(reader)
    show_deck_links(reader, items, lang, made)
    _show_changes(reader, items, made)


@st.cache_resource(show_spinner=False, max_entries=64)
def _cached_changes(key: tuple[str, dt.date], items: tuple[str, ...], made: str, _store: Store) -> list[Change] | None:
    try:
        past = build_deck(_store, items, parse_languages("both"), dt.date.fromisoformat(made))
    except OpenGovError:
        # Nothing of the deck was public on that day, so there is nothing to compare with.
        return None
    shelf = open_shelf(_store, key[1])
    return list_changes(shelf, past, build_deck(_store, items, parse_languages("both"), key[1]))


def _show_changes(reader: Reader, items: Sequence[str], made: str) -> None:
    """Show what of the deck is no longer as it was, each in a sentence."""
    day = reader.day
    if made >= day.isoformat():
        return
    since = reader.period(made)
    changes = _cached_changes((reader.store.fingerprint, day), tuple(items), made, reader.store)
    if changes is None:
        return
    if not changes:
        show_html(f'<p class="muted">{reader.html("deck_unchanged", day=since)}</p>')
        return
    table = "".join(
        f"<tr><td>{markup.escape(change.title[reader.language])}</td>"
        f"<td>{markup.escape(change.sentence[reader.language])}</td></tr>"
        for change in changes
    )
    top = "".join(f'<th scope="col">{reader.html(key)}</th>' for key in ("deck_slide", "deck_change"))
    slides = tell_slides(changes)
    summary = f"<p>{markup.escape(slides[reader.language])}</p>" if slides else ""
    show_html(
        f'<div class="deck-changes" role="status"><p><b>{reader.html("deck_changed_since", day=since)}</b></p>{summary}'
        f'<div class="scroll"><table class="data"><thead><tr>{top}</tr></thead>'
        f"<tbody>{table}</tbody></table></div></div>"
    )
    st.button(reader.text("deck_redate"), key="deck_redate", on_click=_keep, args=(reader, tuple(items)))


@kept
def show_ready_decks(reader: Reader) -> None:
    """Show every ready-made deck with the ways to it."""
    groups: dict[str, list[str]] = {}
    for name, words in get_decks(reader).items():
        kind, _, key = name.partition("-")
        asked = urlencode({"lang": reader.language} | fixed_day(reader))
        query = markup.escape(asked)
        shown = markup.escape(present_address(reader, name, back=f"/decks?{asked}"))
        ways = (
            f'<a href="{shown}">{reader.html("present")}</a>'
            f'<a href="/deck/{name}.pptx?{query}" download>{reader.html("stage_pptx")}</a>'
            f'<a href="/present/{name}.html?{query}" download>{reader.html("stage_html")}</a>'
            f'<a href="/questions/{name}?{query}">{reader.html("stage_sheets")}</a>'
            + (f'<a href="/brief/theme/{key}?{query}">{reader.html("brief")}</a>' if kind == "theme" else "")
        )
        row = f'<li><b>{markup.escape(words[reader.language])}</b><span class="ways">{ways}</span></li>'
        groups.setdefault(kind, []).append(row)
    show_html(
        "".join(
            f'<div class="ready"><h3>{reader.html(f"deck_group_{kind}")}</h3>'
            f'<ul class="plain-list">{"".join(rows)}</ul></div>'
            for kind, rows in groups.items()
        )
    )
