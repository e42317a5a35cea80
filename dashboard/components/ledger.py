"""Pieces of the claim ledger, of one claim's proof, and of what did not work."""

import streamlit as st

from dashboard import maps, markup, standings
from dashboard.checks import FAILURE_SECTION, split_sections
from dashboard.components.charts import show_figure, show_source_note
from dashboard.components.choices import suggest_codes, url_choice
from dashboard.components.compare import show_bench
from dashboard.components.findings import story_title, story_values
from dashboard.components.indicators import ANY
from dashboard.components.layout import link, show_heading, show_nearest
from dashboard.components.plans import timeline_link
from dashboard.components.reader import (
    Reader,
    get_cards,
    get_claims,
    get_observations,
    get_places,
    get_rows,
    kept,
    read_now,
    show_html,
    split_sources,
)
from dashboard.evidence import GRADES, fill_story, is_review_due, list_regrades
from dashboard.language import LANGUAGES, close_han, normalise_han, period_end
from dashboard.models import ClaimValue, Completion
from dashboard.queries import FilledClaim, IndicatorCard
from dashboard.steps import find_late

STATES = ("changed", "review_due", "contradicted", "bad_news")


def choose_grade(reader: Reader) -> str:
    """Return the grade to keep, or ``all``."""
    labels = {ANY: reader.text("any_grade")}
    labels |= {grade: f"{grade} {reader.text(f'grade_{grade}')}" for grade in GRADES}
    return url_choice(st.selectbox, reader.text("grade"), labels, key="grade", default=ANY) or ANY


def choose_claim_state(reader: Reader) -> str:
    """Return the state of claims to keep, or ``all``."""
    labels = {ANY: reader.text("any_claim_state")}
    labels |= {state: reader.text(f"claim_{state}") for state in STATES}
    return url_choice(st.selectbox, reader.text("claim_state"), labels, key="state", default=ANY) or ANY


@kept
def find_claims(reader: Reader, *, words: str, grade: str, level: str, theme: str, state: str) -> list[FilledClaim]:
    """Return the claims that meet every choice, the stronger proof first."""
    asked = normalise_han(words).split()
    found = []
    for filled in get_claims(reader).values():
        claim = filled.claim
        if grade not in (ANY, claim.grade) or level not in (ANY, claim.result_level) or theme not in (ANY, claim.theme):
            continue
        if state != ANY and not _has_state(reader, filled, state):
            continue
        haystack = normalise_han(
            " ".join(
                markup.fill_claim(filled, name, language) for name in ("title", "sentence") for language in LANGUAGES
            )
        )
        if all(word in haystack for word in asked):
            found.append(filled)
    return sorted(found, key=lambda filled: (-int(filled.claim.grade[1]), filled.claim.theme, filled.claim.id))


def _has_state(reader: Reader, filled: FilledClaim, state: str) -> bool:
    if state == "changed":
        return bool(filled.changed)
    if state == "review_due":
        return is_review_due(filled.claim.checked, reader.day)
    if state == "contradicted":
        return filled.claim.contradicted
    return went_the_wrong_way(reader, filled)


def went_the_wrong_way(reader: Reader, filled: FilledClaim) -> bool:
    """Tell whether a claim's first and last value of a series compare, and the later one is worse."""
    card = get_cards(reader)[filled.claim.indicator]
    keys = [key for key in filled.keys if key.indicator_code == card.indicator.code and key.time_period]
    series = [key for key in keys if (key.ref_area, key.breakdown) == (keys[0].ref_area, keys[0].breakdown)]
    if len(series) < 2:
        return False
    ordered = sorted(series, key=lambda key: period_end(key.time_period or ""))
    first, last = (_read_cell(reader, card, key) for key in (ordered[0], ordered[-1]))
    return not standings.find_obstacle(first, last, card) and standings.judge(first, last, card) == "worse"


def _read_cell(reader: Reader, card: IndicatorCard, key: ClaimValue) -> standings.Reading:
    """Return the observation a claim's number is read from."""
    frame = get_observations(reader, card.indicator.code)
    rows = frame[frame["source_code"] == key.source_code] if key.source_code else split_sources(frame, card)[0]
    own = (rows["ref_area"] == key.ref_area) & (rows["breakdown"] == key.breakdown)
    return standings.read_row(rows[own & (rows["time_period"] == key.time_period)].iloc[0])


@kept
def show_claim_list(reader: Reader, claims: list[FilledClaim]) -> None:
    """Show claims as lines: sentence, grade, level, doubt; each leads to its proof."""
    cards = get_cards(reader)
    items = []
    for filled in claims:
        claim = filled.claim
        href = link("claim", reader, id=claim.id)
        flags = [reader.html(f"claim_{state}") for state in STATES[:3] if _has_state(reader, filled, state)]
        tags = "".join(f'<span class="tag late">{flag}</span>' for flag in flags)
        items.append(
            f'<li><a href="{href}"><span class="sentence">'
            f"{markup.escape(markup.fill_claim(filled, 'sentence', reader.language))}</span>"
            f'<span class="marks">{markup.grade_mark(claim.grade, reader.language)}'
            f"{markup.level_mark(claim.result_level, reader.language)}"
            f'<span class="theme">{reader.words(cards[claim.indicator].theme, "title")}</span>{tags}</span>'
            f'<span class="muted small">{reader.html("doubt")} '
            f"{markup.escape(markup.fill_claim(filled, 'biggest_doubt', reader.language))}</span></a></li>"
        )
    body = f'<ul class="claims">{"".join(items)}</ul>'
    show_html(body if items else markup.paragraph(reader.text("none_found_claims"), "muted"))


def choose_claim(reader: Reader) -> FilledClaim | None:
    """Return the claim the address names; tell the reader where to look when there is none."""
    claims = get_claims(reader)
    asked = st.query_params.get("id", "")
    if asked in claims:
        return claims[asked]
    coming = reader.dated and asked in get_claims(read_now(reader))
    key = "not_published_then" if coming else "no_such_claim"
    show_heading(reader.text("page_claim"), reader.text(key, day=reader.period(reader.day.isoformat())))
    near = {code: markup.fill_claim(claims[code], "title", reader.language) for code in suggest_codes(asked, claims)}
    show_nearest(reader, "claim", "id", near, "ledger")
    return None


@kept
def show_claim_heading(reader: Reader, filled: FilledClaim) -> None:
    """Show the finding as title, the whole sentence under it, and what has changed since it was checked."""
    claim = filled.claim
    card = get_cards(reader)[claim.indicator]
    kicker = (
        f"{markup.grade_mark(claim.grade, reader.language)}{markup.level_mark(claim.result_level, reader.language)}"
        f'{markup.kind_mark(card, reader.language)}<span class="theme">{reader.words(card.theme, "title")}</span>'
    )
    show_heading(
        markup.fill_claim(filled, "title", reader.language),
        markup.fill_claim(filled, "sentence", reader.language),
        kicker,
    )
    if filled.changed:
        show_html(markup.change_notice(filled, reader.language))


@kept
def show_grade_parts(reader: Reader, filled: FilledClaim) -> None:
    """Show the four parts of the grade, the reasons that set and held it, doubt, rivals and outside verdict."""
    claim = filled.claim
    reasons = "".join(f"<li>{reader.html(f'reason_{code}')}</li>" for code in claim.grade_reasons)
    rivals = "".join(f"<li>{markup.escape(words)}</li>" for words in markup.rival_explanations(claim, reader.language))
    sources = get_rows(reader, "get_sources")
    verdict = reader.words(claim, "independent_verdict")
    if claim.verdict_source:
        verdict += f" {markup.source_link(sources[claim.verdict_source], reader.language)}"
    rows = [
        (reader.text("grade"), f"{markup.grade_mark(claim.grade, reader.language)}<ul>{reasons}</ul>"),
        (reader.text("design"), reader.html(f"design_{claim.design}")),
        (reader.text("reliability"), reader.html(f"reliability_{claim.reliability}")),
        (reader.text("independence"), reader.html(f"independence_{claim.independence}")),
        (reader.text("doubt"), markup.escape(markup.fill_claim(filled, "biggest_doubt", reader.language))),
        (reader.text("rivals"), f"<ul>{rivals}</ul>" if rivals else reader.html("no_rivals")),
        (reader.text("verdict"), verdict or reader.html("no_verdict_claim")),
        (reader.text("checked"), reader.when(claim.checked.isoformat())),
    ]
    changes = [
        f"<li>{reader.when(day.isoformat())} {before} → {after} {markup.escape(reason[reader.language])}</li>"
        for day, before, after, reason in list_regrades(claim, reader.day)
    ]
    if changes:
        rows.insert(1, (reader.text("regraded"), f"<ul>{''.join(changes)}</ul>"))
    show_html(f'<div class="facts wide">{markup.definition_list(rows)}</div>')


@kept
def show_claim_numbers(reader: Reader, filled: FilledClaim) -> None:
    """Show every number of a claim: in both conventions, its row, its source, and the way to the file."""
    sources = get_rows(reader, "get_sources")
    rows = []
    for key in filled.keys:
        where = _describe_key(reader, filled, key)
        held = _source_of(reader, key)
        cited = markup.source_link(sources[held], reader.language) if held else ""
        files = ""
        if key.indicator_code:
            query = f"place={key.ref_area}&period={key.time_period}&part={key.breakdown}&lang={reader.language}"
            query += f"&asof={reader.day.isoformat()}" if reader.dated else ""
            files = f'<a href="/data/{key.indicator_code}.csv?{markup.escape(query)}" download>CSV</a>'
        cells = [filled.say(key.name, language) for language in LANGUAGES]
        rows.append(
            f'<tr><td class="num"><b>{markup.escape(cells[0])}</b></td>'
            f'<td class="num"><b>{markup.escape(cells[1])}</b></td>'
            f"<td>{where}</td><td>{cited}</td><td>{files}</td></tr>"
        )
    heads = "".join(
        f"<th scope='col'>{reader.html(key)}</th>"
        for key in ("in_chinese", "in_english", "row", "column_source", "file")
    )
    caption = reader.html("claim_numbers", count=len(rows))
    show_html(
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}">'
        f'<table class="numbers"><caption>{caption}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _describe_key(reader: Reader, filled: FilledClaim, key: ClaimValue) -> str:
    if key.operation is not None:
        return reader.html(f"operation_{key.operation}", **filled.operands(key, reader.language))
    card = get_cards(reader)[key.indicator_code or ""]
    part = next((reader.pick(row, "title") for row in card.breakdowns if row.code == key.breakdown), "")
    place = maps.full_name(get_places(reader), key.ref_area or "", reader.language)
    words = " · ".join(filter(None, (place, reader.period(key.time_period or ""), part)))
    href = link("indicator", reader, code=card.indicator.code)
    return f'<a href="{href}">{reader.words(card.indicator, "title")}</a><br><small>{markup.escape(words)}</small>'


def _source_of(reader: Reader, key: ClaimValue) -> str | None:
    """Return the source whose row a value was read from."""
    if key.indicator_code is None or key.ref_area is None:
        return None
    if key.source_code:
        return key.source_code
    frame = get_observations(
        reader, key.indicator_code, areas=[key.ref_area], part=key.breakdown, period=key.time_period
    )
    held = set(frame["source_code"])
    return next((source.code for source in get_cards(reader)[key.indicator_code].sources if source.code in held), None)


@kept
def show_claim_figure(reader: Reader, filled: FilledClaim) -> None:
    """Show the figure of the series a claim rests on."""
    claim = filled.claim
    card = get_cards(reader)[claim.indicator]
    part = next((key.breakdown for key in filled.keys if key.indicator_code == claim.indicator), None)
    query = {"areas": [claim.ref_area], "part": part}
    show_figure(reader, claim.indicator, **query, key="claim")
    show_source_note(reader, card, query)
    show_bench(reader, claim.indicator, query)


@kept
def show_claim_uses(reader: Reader, filled: FilledClaim) -> None:
    """Show the stories that use a claim, and its permanent address."""
    claim = filled.claim
    used = [
        story
        for story in get_rows(reader, "get_case_studies")
        if f"{claim.id}." in story.body_en or f"{{{{claim:{claim.id}}}}}" in story.body_en
    ]
    items = "".join(
        f'<li><a href="{link("story", reader, slug=story.slug)}">{markup.escape(story_title(reader, story))}</a></li>'
        for story in used
    )
    address = f"/claim/{claim.id}"
    show_html(
        f'<p>{reader.html("permanent_address")} <a href="{link("claim", reader, id=claim.id)}">'
        f"<code>{markup.escape(address)}</code></a></p>"
        + (f'<h4>{reader.html("used_in")}</h4><ul class="plain-list">{items}</ul>' if items else "")
    )


# ---- what did not work -----------------------------------------------------------------------------------------------


@kept
def find_failures(reader: Reader, words: str) -> list[tuple[str, str, str, str]]:
    """Return what did not work: kind, title, words and address, from stories, commitments and milestones."""
    found = [
        *_story_failures(reader),
        *_stalled_commitments(reader),
        *_missed_milestones(reader),
        *_worse_claims(reader),
    ]
    asked = normalise_han(words).split()
    return [row for row in found if all(word in normalise_han(f"{row[1]} {row[2]}") for word in asked)]


def _story_failures(reader: Reader) -> list[tuple[str, str, str, str]]:
    rows = []
    for story in get_rows(reader, "get_case_studies"):
        written = story_values(reader, story)
        sections = split_sections(reader.pick(story, "body"))
        if len(sections) > FAILURE_SECTION:
            plain = fill_story(markup.strip_marks(sections[FAILURE_SECTION][1]), written, reader.language)
            title = story_title(reader, story)
            rows.append(("story", title, plain, link("story", reader, slug=story.slug)))
    return rows


def _stalled_commitments(reader: Reader) -> list[tuple[str, str, str, str]]:
    stalled = (Completion.NO_EVIDENCE, Completion.NOT_STARTED, Completion.LIMITED)
    return [
        (
            "commitment",
            f"{reader.text(f'plan_{row.plan}')} {row.number} {reader.pick(row, 'title')}",
            f"{reader.text(f'completion_{row.completion}')}{reader.text('colon')}{reader.pick(row, 'status')}",
            link("plans", reader, plan=row.plan, state=row.completion),
        )
        for row in get_rows(reader, "get_commitments")
        if row.completion in stalled
    ]


def _missed_milestones(reader: Reader) -> list[tuple[str, str, str, str]]:
    rows = []
    for row in find_late(get_rows(reader, "get_milestones"), "missed", reader.day):
        words = close_han(f"{reader.pick(row, 'status')} {reader.pick(row, 'delay_reason')}".strip())
        where = {"commitment": row.commitment} if row.commitment else {"plan": row.plan}
        rows.append(("milestone", reader.pick(row, "title"), words, timeline_link(reader, **where)))
    return rows


def _worse_claims(reader: Reader) -> list[tuple[str, str, str, str]]:
    return [
        (
            "claim",
            markup.fill_claim(filled, "title", reader.language),
            markup.fill_claim(filled, "sentence", reader.language),
            link("claim", reader, id=filled.claim.id),
        )
        for filled in get_claims(reader).values()
        if went_the_wrong_way(reader, filled)
    ]


@kept
def show_failures(reader: Reader, rows: list[tuple[str, str, str, str]]) -> None:
    """Show what did not work, grouped by where it was found."""
    blocks = []
    for kind in ("story", "commitment", "milestone", "claim"):
        held = [row for row in rows if row[0] == kind]
        if not held:
            continue
        items = "".join(
            f'<li><a href="{href}"><b>{markup.escape(title)}</b></a>{markup.rich_paragraphs(words)}</li>'
            for _, title, words, href in held
        )
        blocks.append(
            f'<h2 class="theme-head">{reader.html(f"failures_{kind}", count=len(held))}</h2>'
            f'<ul class="gaps">{items}</ul>'
        )
    show_html(
        f'<div class="prose">{"".join(blocks)}</div>'
        if blocks
        else markup.paragraph(reader.text("none_found_claims"), "muted")
    )


# ---- the outcome ladder of a theme -----------------------------------------------------------------------------------


@kept
def show_theme_ladder(reader: Reader, theme: str) -> None:
    """Show what is known at each step of a theme, from input to impact; an empty step says so."""
    cards = [card for card in get_cards(reader).values() if card.indicator.theme == theme]
    claims = [filled for filled in get_claims(reader).values() if filled.claim.theme == theme]
    items = []
    for level in markup.LEVELS:
        measured = [card for card in cards if card.indicator.result_level == level]
        told = sorted(
            (filled for filled in claims if filled.claim.result_level == level),
            key=lambda filled: (-int(filled.claim.grade[1]), filled.claim.id),
        )
        lines = "".join(
            f'<li><a href="{link("claim", reader, id=filled.claim.id)}">'
            f"{markup.escape(markup.fill_claim(filled, 'title', reader.language))}</a> "
            f"<small>{filled.claim.grade}</small></li>"
            for filled in told[:3]
        )
        count = reader.html("step_indicators", count=len(measured)) if measured else reader.html("step_unknown")
        known = "known" if measured or told else "empty"
        items.append(
            f'<li class="{known}">{markup.level_mark(level, reader.language)}'
            f'<p class="muted">{count}</p><ul>{lines}</ul></li>'
        )
    show_html(f'<h3>{reader.html("outcome_ladder")}</h3><ol class="steps across">{"".join(items)}</ol>')
