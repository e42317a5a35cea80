"""Plain pages on one thing: everything the live page says, without a script, fit for paper.

Each function gives the HTML of one part; ``build_sheet`` puts a page together.
"""

from collections.abc import Callable, Sequence

import pandas as pd

from dashboard import markup
from dashboard.language import HTML_LANG, LANGUAGES, NAMES
from dashboard.maps import full_name
from dashboard.markup import escape
from dashboard.models import Source
from dashboard.queries import IndicatorCard
from dashboard.reading import (
    build_observation_table,
    describe,
    describe_progress,
)
from dashboard.rows import cite_rows, latest_period
from dashboard.views import find_claim
from dashboard.web.addresses import data_path, live_path, picture_path, share_path
from dashboard.web.citations import Cited, cite_claim, cite_full, cite_indicator, cite_story, write_bibtex
from dashboard.web.edition import Edition, main_rows
from dashboard.web.sheet_parts import bottom, day_notice, heading, kicker, picture, printed_address, section
from dashboard.web.story_sheet import story_sheet
from dashboard.web.things import Thing

MOST_ROWS = 300
"""Rows of a table on a plain page; the rest is in the file."""
FORMS = ("csv", "parquet")


def build_sheet(edition: Edition, thing: Thing) -> str:
    """Return the body of the plain page of a thing."""
    parts: dict[str, Callable[[Edition, str], str]] = {
        "indicator": indicator_sheet,
        "claim": claim_sheet,
        "story": story_sheet,
    }
    return (
        f"{_top(edition, thing)}<main>{parts[thing.kind](edition, thing.key)}"
        f"{_citation(edition, cite_thing(edition, thing))}</main>{bottom(edition)}"
    )


def _top(edition: Edition, thing: Thing) -> str:
    others = "".join(
        f'<a hreflang="{HTML_LANG[code]}" lang="{HTML_LANG[code]}" '
        f'href="{escape(share_path(thing.kind, thing.key, code, edition.asof))}">{NAMES[code]}</a>'
        for code in LANGUAGES
        if code != edition.language
    )
    live = live_path(thing.kind, thing.key, edition.language)
    notice = day_notice(edition, share_path(thing.kind, thing.key, edition.language))
    return (
        f'<header class="site"><a class="home" href="/?lang={edition.language}">{edition.html("product")}</a>'
        f'<nav aria-label="{edition.html("share_languages")}"><a href="{escape(live)}">{edition.html("live_page")}</a>'
        f"{others}</nav></header>{notice}"
    )


# ---- an indicator ----------------------------------------------------------------------------------------------------


def indicator_sheet(edition: Edition, code: str) -> str:
    """Return everything about an indicator: finding, picture, numbers, doubt, definition, sources, files."""
    card = edition.held.cards[code]
    row = card.indicator
    frame = edition.observations(code)
    rows = main_rows(card, frame)
    finding = find_claim(edition.held.claims.values(), code)
    name = edition.pick(row, "title")
    measure = edition.text("measure", title=name, unit=edition.pick(card.unit, "title"))
    title = markup.fill_claim(finding, "title", edition.language) if finding else name
    lead = measure if finding else edition.pick(row, "definition")
    reading = describe(edition, card, rows, edition.held.places)
    facts = []
    if rows["ref_area"].nunique() == 1 and rows["breakdown"].nunique() == 1:
        facts = [(term, escape(words)) for term, words in describe_progress(edition, card, rows)]
    caption = markup.source_line(cite_rows(rows, card), card, latest_period(rows), edition.language)
    return "".join(
        (
            heading(title, lead, kicker(edition, card, row.result_level)),
            picture(edition, "indicator", code, reading, caption=caption),
            markup.paragraph(reading, "reading"),
            markup.definition_list(facts) if facts else "",
            section(edition.text("section_numbers"), _numbers(edition, card, frame) + _files(edition, code)),
            section(edition.text("section_doubt"), _doubts(edition, card, finding is not None)),
            section(edition.text("section_source"), _provenance(edition, card)),
        )
    )  # fmt: skip


def _numbers(edition: Edition, card: IndicatorCard, frame: pd.DataFrame) -> str:
    shown = frame
    if len(shown) > MOST_ROWS:
        # Broad places first: a reader of a plain page wants the nation and the counties before one township.
        rank = frame["ref_area"].map(lambda area: (area != "TWN") + (str(area)[:1].isdigit()))
        shown = frame.assign(_rank=rank).sort_values("_rank", kind="stable", ascending=False).tail(MOST_ROWS)
        shown = shown.drop(columns="_rank")
    table = build_observation_table(edition, card, shown, edition.held.places)
    caption = edition.pick(card.indicator, "title")
    value = next(place for place, name in enumerate(table.columns) if name.startswith(edition.text("column_value")))
    body = markup.data_table([str(name) for name in table.columns], table.values.tolist(), caption, numeric=[value])
    if len(shown) < len(frame):
        words = edition.text("rows_capped", count=f"{len(frame):,}", shown=f"{len(shown):,}")
        body = markup.paragraph(words, "muted small") + body
    return body


def _files(edition: Edition, code: str) -> str:
    links = [(edition.html(f"file_{form}"), data_path(code, form, edition.language, edition.asof)) for form in FORMS]
    links += [
        (edition.html(f"file_{form}"), picture_path("indicator", code, edition.language, form, asof=edition.asof))
        for form in ("svg", "png")
    ]
    items = " ".join(f'<a class="button" href="{escape(href)}">{words}</a>' for words, href in links)
    return f'<p class="downloads">{items}</p>'


def _doubts(edition: Edition, card: IndicatorCard, told: bool) -> str:
    parts = [markup.paragraph(edition.pick(card.indicator, "usage_warnings"))]
    items = [f"<li><b>{edition.when(row.time_period)}</b> {edition.words(row, 'note')}</li>" for row in card.breaks]
    if items:
        parts.append(f"<h3>{edition.html('breaks')}</h3><ul>{''.join(items)}</ul>")
    rivals = [
        f"<li><b>{escape(card.write(row, edition.language))}</b> {edition.words(row, 'note')} "
        f"{markup.source_link(edition.held.sources[row.source_code], edition.language)}</li>"
        for row in card.disagreements
    ]
    if rivals:
        parts.append(f"<h3>{edition.html('disagreements')}</h3><ul>{''.join(rivals)}</ul>")
    if told:
        parts.append(f"<h3>{edition.html('section_claims')}</h3>")
        parts += [
            markup.claim_block(
                filled, edition.language, escape(share_path("claim", key, edition.language, edition.asof))
            )
            for key, filled in edition.held.claims.items()
            if filled.claim.indicator == card.indicator.code
        ]
    return "".join(parts)


def _provenance(edition: Edition, card: IndicatorCard) -> str:
    row = card.indicator
    facts = [
        (edition.text(name), edition.words(row, name)) for name in ("definition", "custodian", "processing")
    ]  # fmt: skip
    facts.append((edition.text("reviewed"), edition.when(row.reviewed.isoformat())))
    terms = {source.code: edition.pick(card.licenses[source.license], "title") for source in card.sources}
    return markup.definition_list(facts) + _source_list(edition, card.sources, terms)


def _source_list(edition: Edition, sources: Sequence[Source], terms: dict[str, str]) -> str:
    items = []
    for source in sources:
        details = [
            edition.text(f"source_{source.kind}"),
            f"{edition.text('accessed')} {edition.period(source.accessed.isoformat())}",
            terms.get(source.code, ""),
            edition.pick(source, "note"),
        ]
        words = escape(" · ".join(filter(None, details)))
        items.append(
            f"<li>{markup.source_link(source, edition.language)} <small>{words}</small>{printed_address(source)}</li>"
        )
    return f'<h3>{edition.html("sources")}</h3><ol class="cited">{"".join(items)}</ol>'


# ---- a claim ---------------------------------------------------------------------------------------------------------


def claim_sheet(edition: Edition, key: str) -> str:
    """Return everything about a claim: sentence, picture, numbers with their rows, grade with reasons, doubt, uses."""
    filled = edition.held.claims[key]
    claim = filled.claim
    card = edition.held.cards[claim.indicator]
    title = markup.fill_claim(filled, "title", edition.language)
    sentence = markup.fill_claim(filled, "sentence", edition.language)
    above = markup.grade_mark(claim.grade, edition.language) + kicker(edition, card, claim.result_level)
    caption = markup.source_line(filled.sources, card, filled.last_period, edition.language)
    sources = filled.sources
    terms = {source.code: edition.pick(card.licenses[source.license], "title") for source in sources}
    return "".join(
        (
            heading(title, sentence, above),
            markup.change_notice(filled, edition.language),
            f'<p class="doubt"><b>{edition.html("doubt")}</b> '
            f"{escape(markup.fill_claim(filled, 'biggest_doubt', edition.language))}</p>",
            picture(edition, "claim", key, edition.text("picture_of", title=title, reading=sentence), caption=caption),
            section(edition.text("section_numbers"), _claim_numbers(edition, key)),
            section(edition.text("section_doubt"), _grade(edition, key)),
            section(edition.text("section_source"), _source_list(edition, sources, terms)),
            section(edition.text("used_in"), _uses(edition, key)),
        )
    )


def _claim_numbers(edition: Edition, key: str) -> str:
    """Return every number with the row it was read from and the file that holds it."""
    filled = edition.held.claims[key]
    rows = []
    for value in filled.keys:
        files = ""
        if value.operation is not None:
            where = edition.html(f"operation_{value.operation}", **filled.operands(value, edition.language))
        else:
            card = edition.held.cards[value.indicator_code or ""]
            part = next((edition.pick(row, "title") for row in card.breakdowns if row.code == value.breakdown), "")
            place = full_name(edition.held.places, value.ref_area or "", edition.language)
            words = " · ".join(filter(None, (place, edition.period(value.time_period or ""), part)))
            code = card.indicator.code
            href = share_path("indicator", code, edition.language, edition.asof)
            name = edition.words(card.indicator, "title")
            where = f'<a href="{escape(href)}">{name}</a><br><small>{escape(words)}</small>'
            query = [("place", value.ref_area or ""), ("period", value.time_period or ""), ("part", value.breakdown)]
            file = data_path(code, "csv", edition.language, edition.asof, query)
            files = f'<a href="{escape(file)}">CSV</a>'
        written = escape(filled.say(value.name, edition.language))
        rows.append(f'<tr><td class="num"><b>{written}</b></td><td>{where}</td><td>{files}</td></tr>')
    number, *others = (edition.html(name) for name in ("column_value", "row", "file"))
    heads = f'<th scope="col" class="num">{number}</th>' + "".join(f'<th scope="col">{words}</th>' for words in others)
    caption = edition.html("numbers_of_claim", count=len(rows))
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table><caption>{caption}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _grade(edition: Edition, key: str) -> str:
    filled = edition.held.claims[key]
    claim = filled.claim
    reasons = "".join(f"<li>{edition.html(f'reason_{code}')}</li>" for code in claim.grade_reasons)
    rivals = "".join(f"<li>{escape(words)}</li>" for words in markup.rival_explanations(claim, edition.language))
    verdict = edition.words(claim, "independent_verdict")
    if claim.verdict_source:
        verdict += f" {markup.source_link(edition.held.sources[claim.verdict_source], edition.language)}"
    return markup.definition_list(
        [
            (edition.text("grade"), f"{markup.grade_mark(claim.grade, edition.language)}<ul>{reasons}</ul>"),
            (edition.text("design"), edition.html(f"design_{claim.design}")),
            (edition.text("reliability"), edition.html(f"reliability_{claim.reliability}")),
            (edition.text("independence"), edition.html(f"independence_{claim.independence}")),
            (edition.text("rivals"), f"<ul>{rivals}</ul>" if rivals else edition.html("no_rivals")),
            (edition.text("verdict"), verdict or edition.html("no_verdict_claim")),
            (edition.text("checked"), edition.when(claim.checked.isoformat())),
        ]
    )


def _uses(edition: Edition, key: str) -> str:
    items = "".join(
        f'<li><a href="{escape(share_path("story", slug, edition.language, edition.asof))}">'
        f"{escape(edition.fill(story, 'title'))}</a></li>"
        for slug, story in edition.held.stories.items()
        if f"{{{key}." in story.body_en or f"{{{{claim:{key}}}}}" in story.body_en
    )
    return f'<ul class="plain-list">{items}</ul>' if items else ""


# ---- citing ----------------------------------------------------------------------------------------------------------


def cite_thing(edition: Edition, thing: Thing) -> Cited:
    """Return what is cited of a thing, as of the edition's day."""
    where = (edition.language, edition.day.isoformat(), edition.store.fingerprint[:8], edition.base)
    if thing.kind == "claim":
        filled = edition.held.claims[thing.key]
        return cite_claim(filled, edition.held.cards[filled.claim.indicator], *where)
    if thing.kind == "story":
        return cite_story(thing.key, thing.title, thing.description, *where)
    return cite_indicator(edition.held.cards[thing.key], thing.description, *where)


def _citation(edition: Edition, cited: Cited) -> str:
    body = (
        f"<p>{escape(cite_full(cited))}</p><p class='muted small'>{edition.html('cite_note')}</p>"
        f"<pre class='bibtex'>{escape(write_bibtex(cited))}</pre>"
    )
    return section(edition.text("section_cite"), body, "citation")
