"""The whole presentation as one HTML document; nothing is fetched after it has come."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.export.deck import Change, Deck, tell_slides
from dashboard.export.shelf import Shelf
from dashboard.export.stage.slide import write_slide
from dashboard.export.stage.words import tell, tell_text
from dashboard.language import HTML_LANG, Language, format_period, text
from dashboard.markup import escape

KEYS = (
    ("→ ↓ Space PageDown", "stage_key_next"),
    ("← ↑ PageUp", "stage_key_previous"),
    ("Home End", "stage_key_ends"),
    ("Q", "stage_questions"),
    ("P", "stage_presenter"),
    ("F", "stage_full"),
    ("B", "stage_blank"),
    ("D", "stage_theme"),
    ("?", "stage_keys"),
    ("Esc", "stage_leave"),
)
SPOKEN = (
    "stage_slide",
    "stage_now",
    "stage_next",
    "stage_notes",
    "stage_elapsed",
    "stage_end",
    "stage_presenter",
    "stage_blocked",
    "stage_previous",
)
"""Texts the script says by itself, in the presenter's window and to screen readers."""


@dataclass(frozen=True)
class Dress:
    """Stylesheet and script: addresses for a page of the site, contents for a file that stands alone."""

    css: str
    js: str
    icon: str
    inside: bool = False

    @property
    def tags(self) -> str:
        """Return the elements of the head."""
        if self.inside:
            return f'<link rel="icon" href="{self.icon}"><style>{self.css}</style>'
        links = f'<link rel="icon" href="{self.icon}"><link rel="stylesheet" href="{escape(self.css)}">'
        return f'{links}<script defer src="{escape(self.js)}"></script>'

    @property
    def tail(self) -> str:
        """Return the script where it stands inside; nothing in it may end the element."""
        closed = self.js.replace("</", "<\\/")
        return f"<script>{closed}</script>" if self.inside else ""


@dataclass(frozen=True)
class Ways:
    """Where the presentation leads: back, to its files and to its questions; a file that stands alone has none.

    Attributes:
        back: path of the page it was opened from.
        links: text key → address, in order.
        base: the site's address for links of slides.
        asof: the day the address fixes, ISO 8601; each slide says it, and its link leads to that day.
        notice: what was wrong with the day asked for, as HTML; said before the first slide.
    """

    back: str = ""
    links: Mapping[str, str] | None = None
    base: str = ""
    asof: str = ""
    notice: str = ""


def write_presentation(
    shelf: Shelf,
    deck: Deck,
    dress: Dress,
    ways: Ways,
    *,
    changes: Sequence[Change] = (),
    made: str = "",
) -> str:
    """Return the document of present mode.

    Args:
        shelf: the catalogue the deck was built from.
        deck: slides and languages.
        dress: stylesheet and script.
        ways: where it leads.
        changes: what is no longer as it was on the day the deck was made.
        made: that day, ISO 8601.
    """
    language = deck.languages[0]
    since = format_period(made, language) if made else ""
    slides = "".join(
        write_slide(
            shelf,
            slide,
            (place, len(deck.slides)),
            deck.languages,
            ways.base,
            [change for change in changes if change.item == slide.item],
            since,
            ways.asof,
        )
        for place, slide in enumerate(deck.slides, 1)
    )
    return (
        f"{_write_head(deck.title[language], language, dress)}"
        f'<body class="stage{" both" if len(deck.languages) > 1 else ""}" data-back="{escape(ways.back)}">'
        f'<h1 class="unseen">{tell(deck.title, deck.languages)}</h1>'
        f'<main id="deck">{slides}</main>'
        f"{_write_bar(ways, language)}"
        f"{_write_notice(deck, changes, since, ways.notice)}{_write_keys(language)}"
        f'<div class="blank" hidden></div><p class="unseen" role="status" aria-live="polite"></p>'
        f'<script type="application/json" id="words">{_write_words(deck, language)}</script>'
        f"{dress.tail}</body></html>\n"
    )


def _write_head(title: str, language: Language, dress: Dress) -> str:
    name = f"{title} · {text('product', language)}"
    return (
        f'<!DOCTYPE html><html lang="{HTML_LANG[language]}"><head><meta charset="utf-8">'
        f'<title>{escape(name)}</title><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex">{dress.tags}</head>'
    )


def _write_words(deck: Deck, language: Language) -> str:
    words = {key: text(key, language) for key in SPOKEN} | {"title": deck.title[language]}
    return json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")


def _button(act: str, words: str, sign: str, key: str) -> str:
    return (
        f'<button type="button" data-act="{act}" aria-keyshortcuts="{key}" title="{escape(words)}">'
        f'{sign}<span class="word">{escape(words)}</span></button>'
    )


def _write_bar(ways: Ways, language: Language) -> str:
    """Return the quiet row of controls, shown while the mouse moves or the keyboard is in it."""
    acts = (
        ("leave", "stage_leave", "×", "Escape"),
        ("previous", "stage_previous", "←", "ArrowLeft"),
        ("next", "stage_next", "→", "ArrowRight"),
        ("questions", "stage_questions", "?", "Q"),
        ("presenter", "stage_presenter", "", "P"),
        ("full", "stage_full", "", "F"),
        ("theme", "stage_theme", "", "D"),
        ("keys", "stage_keys", "", "Shift+?"),
    )
    shown = acts if ways.back else acts[1:]
    signs = {"×": "×", "←": "←", "→": "→"}
    buttons = "".join(
        _button(act, text(key, language), f'<i aria-hidden="true">{signs[sign]}</i>' if sign in signs else "", keys)
        for act, key, sign, keys in shown
    )
    links = "".join(
        f'<a href="{escape(href)}"{" download" if key in ("stage_pptx", "stage_html") else ""}>'
        f"{escape(text(key, language))}</a>"
        for key, href in (ways.links or {}).items()
    )
    return f'<nav class="bar" aria-label="{escape(text("stage_controls", language))}">{buttons}{links}</nav>'


def _write_notice(deck: Deck, changes: Sequence[Change], since: str, day: str) -> str:
    """Return what must be said before the first slide: a day not given, what changed, slides that are not there."""
    language = deck.languages[0]
    parts = [day] if day else []
    if changes:
        rows = "".join(
            f"<li>{escape(change.title[language])}<b>{escape(change.sentence[language])}</b></li>" for change in changes
        )
        parts.append(f"<h2>{escape(text('deck_changed_since', language, day=since))}</h2>")
        if slides := tell_slides(changes):
            parts.append(f'<p class="slides">{escape(slides[language])}</p>')
        parts.append(f"<ul>{rows}</ul>")
    if deck.missing:
        parts.append(f"<p>{escape(text('deck_missing_items', language, count=len(deck.missing)))}</p>")
    if not parts:
        return ""
    close = escape(text("stage_close", language))
    label = escape(text("stage_notice", language))
    return (
        f'<dialog class="notice" aria-label="{label}">{"".join(parts)}'
        f'<button type="button" data-act="close">{close}</button></dialog>'
    )


def _write_keys(language: Language) -> str:
    rows = "".join(
        f"<dt>{''.join(f'<kbd>{escape(key)}</kbd> ' for key in keys.split())}</dt>"
        f"<dd>{escape(text(name, language))}</dd>"
        for keys, name in KEYS
    )
    return (
        f'<dialog class="keys" aria-labelledby="keys"><div class="head">'
        f'<h2 id="keys">{tell_text("stage_keys", (language,))}</h2>'
        f'<button type="button" data-act="close">{escape(text("stage_close", language))}</button></div>'
        f"<dl>{rows}</dl></dialog>"
    )
