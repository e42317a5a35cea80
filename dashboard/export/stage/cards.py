"""Question cards for paper: one sheet of A4 a slide, with the finding, its number, its doubt and every answer."""

from dashboard.export.deck import Deck, Slide, Words
from dashboard.export.stage.document import Dress
from dashboard.export.stage.slide import write_answers, write_level
from dashboard.export.stage.words import tell, tell_text
from dashboard.language import HTML_LANG, text
from dashboard.markup import escape


def write_question_sheets(deck: Deck, dress: Dress, back: str, *, notice: str = "") -> str:
    """Return the question cards of a deck as a page made for printing; ``notice`` tells of their day, as HTML."""
    language = deck.languages[0]
    name = f"{text('stage_questions', language)} · {deck.title[language]}"
    sheets = "".join(_write_sheet(deck, slide, place) for place, slide in enumerate(deck.slides, 1))
    return (
        f'<!DOCTYPE html><html lang="{HTML_LANG[language]}"><head><meta charset="utf-8">'
        f'<title>{escape(name)}</title><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex">{dress.tags}</head><body class="sheets">'
        f'<header class="top"><h1>{tell_text("stage_questions", deck.languages)}</h1>'
        f'<p>{tell(deck.title, deck.languages)}</p><p class="screen"><a href="{escape(back)}">'
        f'{escape(text("stage_to_slides", language))}</a><button type="button" data-act="print">'
        f"{escape(text('stage_print', language))}</button></p>{notice}</header><main>{sheets}</main></body></html>\n"
    )


def _write_sheet(deck: Deck, slide: Slide, place: int) -> str:
    number, shown = slide.number, ""
    if number is not None:
        below: Words = {
            code: " · ".join(filter(None, (number.unit[code], number.period[code]))) for code in deck.languages
        }
        shown = f"<b>{tell(number.words, deck.languages)}</b> {tell(below, deck.languages)}"
    return (
        f'<article class="sheet"><p class="kicker">{write_level(slide.level, deck.languages)}'
        f'<span class="theme">{tell(slide.theme, deck.languages)}</span>'
        f'<span class="of">{place} / {len(deck.slides)}</span></p>'
        f"<h2>{tell(slide.title, deck.languages)}</h2>"
        f'<p class="number">{shown}</p><p class="sentence">{tell(slide.sentence, deck.languages)}</p>'
        f'<div class="answers">{write_answers(slide, deck.languages)}</div>'
        f'<footer><p class="source">{tell(slide.source, deck.languages)} · {tell(slide.as_of, deck.languages)}</p>'
        "</footer></article>"
    )
