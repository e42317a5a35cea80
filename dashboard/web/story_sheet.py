"""A whole story as a plain page: prose, charts with their numbers, claims, ladder, timeline, sources."""

import re
from collections.abc import Sequence

from dashboard import markup
from dashboard.checks import BORROW
from dashboard.evidence import fill_story
from dashboard.markup import escape
from dashboard.reading import describe, split_body, story_values
from dashboard.rows import cite_rows, latest_period, split_sources
from dashboard.web.addresses import share_path
from dashboard.web.edition import Edition
from dashboard.web.sheet_parts import heading, picture, printed_address, section
from dashboard.web.story_tables import build_story_table


def story_sheet(edition: Edition, slug: str) -> str:
    """Return a whole story: prose, charts with tables, claims, ladder, timeline, what it takes to borrow, sources."""
    story = edition.held.stories[slug]
    written = story_values(edition.held.claims, slug, edition.language)
    day = edition.html("day_of_data", day=edition.period(edition.day.isoformat()))
    theme = edition.words(edition.held.themes[story.theme], "title")
    above = f"<span>{edition.html('page_story')}</span><span>{theme}</span><span>{day}</span>"
    body = []
    for mark, words in split_body(edition.pick(story, "body")):
        if mark == "text":
            body.append(prose(fill_story(words, written, edition.language)))
        elif mark == "claim" and words in edition.held.claims:
            href = escape(share_path("claim", words, edition.language, edition.asof))
            body.append(markup.claim_block(edition.held.claims[words], edition.language, href))
        elif mark == "figure":
            body.append(_story_figure(edition, words))
        elif mark == "map":
            body.append(_story_map(edition, words))
        elif mark == "number":
            body.append(_story_number(edition, words, written))
    return "".join(
        (
            heading(edition.fill(story, "title"), edition.fill(story, "summary"), above),
            f'<div class="story">{"".join(body)}</div>',
            section(edition.text("outcome_ladder"), markup.outcome_ladder(story.ladder, edition.language, written)),
            section(edition.text("timeline"), markup.timeline(story.timeline, edition.language)),
            section(edition.text("page_plans"), _commitments(edition, story.commitments)),
            section(edition.text("section_borrow"), _borrow(edition, slug, written), "borrow"),
            _story_sources(edition, slug),
        )
    )  # fmt: skip


def prose(words: str) -> str:
    """Return a story's Markdown (headings, paragraphs, lists, bold) as HTML."""
    parts = re.split(r"^## (.+)$", words, flags=re.MULTILINE)
    body = markup.rich_paragraphs(parts[0]) if parts[0].strip() else ""
    for title, text_below in zip(parts[1::2], parts[2::2], strict=True):
        body += f"<h2>{escape(title)}</h2>"
        body += markup.rich_paragraphs(text_below) if text_below.strip() else ""
    return body


def _story_figure(edition: Edition, words: str) -> str:
    """Return ``code`` or ``code|area,area|part`` as picture and table."""
    code, _, rest = words.partition("|")
    areas, _, part = rest.partition("|")
    card = edition.held.cards[code]
    chosen = areas.split(",") if areas else ["TWN"]
    frame = edition.observations(code)
    frame = frame[frame["ref_area"].isin(chosen) & (frame["breakdown"] == part if part else True)]
    rows = split_sources(frame, card)[0]
    query = [*[("place", area) for area in chosen], ("part", part)]
    caption = (
        f'<a href="{escape(share_path("indicator", code, edition.language, edition.asof))}">'
        f"{edition.words(card.indicator, 'title')}</a>"
        f"{markup.source_line(cite_rows(rows, card), card, latest_period(rows), edition.language)}"
    )
    alt = describe(edition, card, rows, edition.held.places)
    return (
        f'<div class="exhibit">{picture(edition, "indicator", code, alt, query, caption)}'
        f"{build_story_table(edition, card, rows)}</div>"
    )


def _story_map(edition: Edition, words: str) -> str:
    """Return ``code|level|part|period`` as picture and table."""
    code, level, part, period = words.split("|")
    card = edition.held.cards[code]
    frame = edition.observations(code)
    digits = frame["ref_area"].str[:1].str.isdigit()
    at_level = digits if level == "township" else frame["ref_area"].str.startswith("TW-")
    rows = frame[at_level & (frame["breakdown"] == part) & (frame["time_period"] == period)]
    rows = split_sources(rows, card)[0]
    query = [("level", level), ("part", part), ("period", period)]
    caption = (
        f'<a href="{escape(share_path("indicator", code, edition.language, edition.asof))}">'
        f"{edition.words(card.indicator, 'title')} · {edition.when(period)}</a>"
        f"{markup.source_line(cite_rows(rows, card), card, period, edition.language)}"
    )
    alt = describe(edition, card, rows, edition.held.places)
    return (
        f'<div class="exhibit">{picture(edition, "indicator", code, alt, query, caption)}'
        f"{build_story_table(edition, card, rows)}</div>"
    )


def _story_number(edition: Edition, words: str, written: dict[str, str]) -> str:
    name, _, claim_id = words.partition("@")
    owner, _, value = name.partition(".")
    filled = edition.held.claims.get(claim_id or owner)
    if name not in written:
        return ""
    number = edition.held.claims[owner].say(value, edition.language)
    label = markup.fill_claim(filled, "title", edition.language) if filled else ""
    return f'<p class="pull"><b>{escape(number)}</b> <span>{escape(label)}</span></p>'


def _commitments(edition: Edition, codes: Sequence[str]) -> str:
    held = edition.held.commitments
    items = "".join(
        f"<li>{edition.html(f'plan_{held[code].plan}')} {escape(held[code].number)} "
        f"{edition.words(held[code], 'title')}</li>"
        for code in codes
        if code in held
    )
    return f'<ul class="plain-list">{items}</ul>' if items else ""


def _borrow(edition: Edition, slug: str, written: dict[str, str]) -> str:
    story = edition.held.stories[slug]
    rows = [
        (
            edition.text(f"borrow_{key}"),
            escape(fill_story(story.borrow.get(key, {}).get(edition.language, ""), written, edition.language)),
        )
        for key in BORROW
    ]
    return markup.definition_list(rows)


def _story_sources(edition: Edition, slug: str) -> str:
    story = edition.held.stories[slug]
    items = "".join(
        f"<li>{markup.source_link(edition.held.sources[code], edition.language)} "
        f"<small>{edition.html(f'source_{edition.held.sources[code].kind}')} · {edition.html('accessed')} "
        f"{edition.when(edition.held.sources[code].accessed.isoformat())}</small>"
        f"{printed_address(edition.held.sources[code])}</li>"
        for code in story.sources
    )
    checked = edition.text("story_checked", day=edition.period(story.checked.isoformat()))
    body = f'<ol class="cited">{items}</ol>{markup.paragraph(checked, "muted small")}'
    return section(edition.text("sources"), body, "source-part")
