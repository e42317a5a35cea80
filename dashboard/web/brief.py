"""Two pages of paper on a theme or a commitment: ``/brief/theme/<code>``, ``/brief/commitment/<code>``.

Plain pages that print on at most two sheets of A4, with the numbers, sources, grades and doubts of the live pages, what
got worse and what is missing.
"""

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import markup
from dashboard.exceptions import UnknownCodeError
from dashboard.export.deck import Slide, build_items
from dashboard.export.deck.questions import say_move
from dashboard.export.deck.setbacks import list_national_moves
from dashboard.export.shelf import Shelf, open_shelf
from dashboard.language import HTML_LANG, LANGUAGES, NAMES, Language
from dashboard.markup import escape
from dashboard.models import Commitment, Milestone
from dashboard.queries import get_commitments, get_milestones
from dashboard.web.addresses import picture_path, with_query
from dashboard.web.documents import Head, build_document, by_language
from dashboard.web.edition import Edition
from dashboard.web.share import answer_page
from dashboard.web.sheet_parts import bottom, day_notice, heading, section

FINDINGS = 4
PICTURES = 2
LISTED = 5
"""Setbacks and gaps a brief names; the rest is counted."""
STEPS = 6


def brief_path(kind: str, key: str, language: Language, asof: str = "") -> str:
    """Return where a brief is."""
    return with_query(f"/brief/{kind}/{key}", [("lang", language), ("asof", asof)])


def build_brief(edition: Edition, kind: str, key: str) -> str:
    """Return the brief of a theme or a commitment.

    Raises:
        UnknownCodeError: when there is no such theme or commitment, or nothing on it is public by the edition's day.
        StoreError: when the store cannot be read.
    """
    builders: dict[str, Callable[[Edition, Shelf, str], tuple[str, str, str]]] = {
        "theme": _theme,
        "commitment": _commitment,
    }
    if kind not in builders:
        raise UnknownCodeError("briefs", f"{kind}/{key}")
    shelf = open_shelf(edition.store, edition.day)
    title, lead, body = builders[kind](edition, shelf, key)
    head = Head(
        edition.language,
        f"{edition.text('brief')} – {title}",
        lead,
        edition.absolute(brief_path(kind, key, edition.language, edition.asof)),
        by_language(lambda language: edition.absolute(brief_path(kind, key, language, edition.asof))),
    )
    others = "".join(
        f'<a hreflang="{HTML_LANG[code]}" lang="{HTML_LANG[code]}" '
        f'href="{escape(brief_path(kind, key, code, edition.asof))}">{NAMES[code]}</a>'
        for code in LANGUAGES
        if code != edition.language
    )
    top = (
        f'<header class="site"><a class="home" href="/?lang={edition.language}">{edition.html("product")}</a>'
        f'<nav aria-label="{edition.html("share_languages")}">{others}</nav></header>'
        f"{day_notice(edition, brief_path(kind, key, edition.language))}"
    )
    return build_document(head, f"{top}<main>{body}</main>{bottom(edition)}", "sheet brief")


def _theme(edition: Edition, shelf: Shelf, code: str) -> tuple[str, str, str]:
    theme = edition.held.themes.get(code)
    if theme is None:
        raise UnknownCodeError("themes", code)
    slides = build_items(shelf, f"theme-{code}", FINDINGS)
    if not slides:
        raise UnknownCodeError("themes", code)
    title, lead = edition.pick(theme, "title"), edition.pick(theme, "description")
    body = heading(title, lead, _kicker(edition, "brief_theme"))
    body += _findings(edition, slides) + _limits(edition, shelf, code) + _questions(edition, slides[0])
    return title, lead, body + _sources(edition, shelf, slides)


def _commitment(edition: Edition, shelf: Shelf, code: str) -> tuple[str, str, str]:
    row = next((row for row in get_commitments(edition.store) if row.code == code), None)
    if row is None:
        raise UnknownCodeError("commitments", code)
    slides = build_items(shelf, f"commitment-{code}", FINDINGS - 1)
    title, lead = f"{row.number} {edition.pick(row, 'title')}", edition.pick(row, "aim") or edition.pick(row, "status")
    steps = [step for step in get_milestones(edition.store) if step.commitment == code]
    body = heading(title, lead, _kicker(edition, "brief_commitment"))
    body += section(edition.text("brief_state"), _state(edition, row)) + _milestones(edition, steps)
    body += _findings(edition, slides) if slides else section(
        edition.text("brief_findings"), markup.paragraph(edition.text("brief_no_finding"))
    )  # fmt: skip
    body += _limits(edition, shelf, row.theme)
    return title, lead, body + _sources(edition, shelf, slides, row.sources)


def _kicker(edition: Edition, kind: str) -> str:
    day = edition.html("day_of_data", day=edition.period(edition.day.isoformat()))
    return f"<span>{edition.html(kind)}</span><span>{day}</span>"


def _findings(edition: Edition, slides: Sequence[Slide]) -> str:
    """Return the findings, each with level, grade, number, doubt and source; the first ones with their picture."""
    return section(edition.text("brief_findings"), "".join(
        _finding(edition, slide, pictured=place < PICTURES) for place, slide in enumerate(slides)
    ), "findings")  # fmt: skip


def _finding(edition: Edition, slide: Slide, *, pictured: bool) -> str:
    language = edition.language
    grade = markup.grade_mark(slide.grade, language) if slide.grade else escape(slide.grade_words[language])
    reasons = escape(edition.text("semicolon").join(words[language] for words in slide.reasons))
    picture = ""
    if pictured and slide.chart is not None:
        source = picture_path(slide.kind, slide.key, language, "svg", "card", edition.asof)
        picture = f'<img src="{escape(source)}" alt="{escape(slide.chart.alt[language])}" width="1200" height="628">'
    link = escape(with_query(slide.path, [("lang", language), ("asof", edition.asof)]))
    return (
        f'<article class="finding"><div><p class="kicker">{markup.level_mark(slide.level, language)}</p>'
        f'<h3><a href="{link}">{escape(slide.title[language])}</a></h3>'
        f"<p>{escape(slide.sentence[language])}</p>"
        f'<p class="foot">{grade} <span class="muted">{reasons}</span></p>'
        f'<p class="doubt"><b>{edition.html("doubt")}</b> {escape(slide.doubt[language])}</p>'
        f'<p class="source">{escape(slide.source[language])} · {escape(slide.as_of[language])}</p></div>'
        f"{picture}</article>"
    )


def _limits(edition: Edition, shelf: Shelf, theme: str) -> str:
    """Return what moved the wrong way in a theme, and what was looked for and not found."""
    moves = [move for move in list_national_moves(shelf) if shelf.cards[move.indicator].theme.code == theme]
    worse = sorted((move for move in moves if move.worse), key=lambda move: (-int(move.end[:4]), move.indicator))
    counted = edition.text("deck_a_theme_count", count=len(moves), worse=len(worse))
    items = "".join(f"<li>{escape(say_move(shelf, move)[edition.language])}</li>" for move in worse[:LISTED])
    first = section(edition.text("deck_q_worse"), f"{markup.paragraph(counted)}<ul>{items}</ul>")
    gaps = [row for row in shelf.gaps if row.theme == theme]
    listed = "".join(
        f"<li><b>{edition.words(row, 'title')}</b> {edition.words(row, 'note')}</li>" for row in gaps[:LISTED]
    )
    if len(gaps) > LISTED:
        listed += f"<li>{edition.html('brief_more_gaps', count=len(gaps) - LISTED)}</li>"
    second = section(edition.text("deck_q_missing"), f"<ul>{listed}</ul>" if listed else "")
    return f'<div class="limits">{first}{second}</div>'


def _questions(edition: Edition, slide: Slide) -> str:
    """Return what may be asked of the first finding: compared with what, and who says so."""
    language = edition.language
    items = "".join(
        f"<div><dt>{escape(card.question[language])}</dt>"
        f"<dd>{escape((' ' if language == 'en' else '').join(words[language] for words in card.answers))}</dd></div>"
        for card in slide.questions
        if card.kind in ("compared", "who")
    )
    return section(edition.text("brief_questions", title=slide.title[language]), f"<dl>{items}</dl>")


def _state(edition: Edition, row: Commitment) -> str:
    """Return the commitment's agency, what is known of it, and the independent reviewer's reading beside it."""
    ours = markup.state_mark(row.completion, edition.text(f"completion_{row.completion}"))
    when = f' <span class="muted">{edition.when(row.status_date)}</span>' if row.status_date else ""
    outside = edition.html(f"early_{row.early_results}") if row.early_results else edition.html("no_verdict")
    reading = edition.words(row, "early_results")
    facts = [
        (edition.text("agency"), edition.words(row, "lead_agency")),
        (edition.text("problem"), edition.words(row, "problem")),
        (edition.text("our_reading_short"), f"{ours} {edition.words(row, 'status')}{when}"),
        (edition.text("independent_verdict"), f"{outside} {reading}".strip()),
    ]
    return markup.definition_list([(term, words) for term, words in facts if words])


def _milestones(edition: Edition, steps: Sequence[Milestone]) -> str:
    items = []
    for row in steps[:STEPS]:
        state = markup.state_mark(row.status, edition.text(f"milestone_{row.status}"))
        due = f"{edition.html('due')} {edition.when(row.due_date)}" if row.due_date else edition.html("no_date")
        delay = edition.words(row, "delay_reason")
        reason = f" <b>{edition.html('delay_reason')}</b> {delay}" if delay else ""
        items.append(
            f"<li>{escape(row.number)} {edition.words(row, 'title')} {state} "
            f'<span class="muted">{due}</span>{reason}</li>'
        )
    if len(steps) > STEPS:
        items.append(f"<li>{edition.html('brief_more_steps', count=len(steps) - STEPS)}</li>")
    return section(edition.text("brief_steps"), f'<ul class="plain-list">{"".join(items)}</ul>' if items else "")


def _sources(edition: Edition, shelf: Shelf, slides: Sequence[Slide], codes: Sequence[str] = ()) -> str:
    """Return the sources of all numbers above, once each."""
    found = [shelf.sources[code] for code in codes if code in shelf.sources]
    for slide in slides:
        if slide.chart is not None:
            known = dict.fromkeys(slide.chart.frame["source_code"])
            found += [row for row in shelf.cards[slide.chart.indicator].sources if row.code in known]
        elif slide.kind == "claim":
            found += shelf.cards[shelf.claims[slide.key].claim.indicator].sources[:1]
    kept = list({row.code: row for row in found}.values())[:10]
    items = "".join(
        f"<li>{markup.source_link(row, edition.language)} <small>{edition.html('accessed')} "
        f"{edition.when(row.accessed.isoformat())}</small></li>"
        for row in kept
    )
    return section(edition.text("sources"), f'<ol class="cited">{items}</ol>' if items else "", "source-part")


async def show_brief(request: Request) -> Response:
    """Answer with the brief of a theme or a commitment."""
    return await answer_page(request, build_brief)


routes = [Route("/brief/{kind}/{key}", show_brief)]
