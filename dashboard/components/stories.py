"""Pieces of a case story's page: prose with live figures and claims, the outcome ladder at its side."""

from collections.abc import Sequence

import streamlit as st

from dashboard import markup
from dashboard.checks import BORROW
from dashboard.components.atlas import show_map
from dashboard.components.charts import show_figure, show_source_note
from dashboard.components.choices import suggest_codes
from dashboard.components.compare import show_bench
from dashboard.components.findings import story_title, story_values
from dashboard.components.layout import link, show_heading, show_nearest
from dashboard.components.reader import Reader, get_cards, get_claims, get_rows, kept, read_now, show_html
from dashboard.evidence import fill_story
from dashboard.language import add_roc_years
from dashboard.models import CaseStudy
from dashboard.reading import split_body


def choose_story(reader: Reader) -> CaseStudy | None:
    """Return the story the address names; tell the reader where to look when there is none."""
    slug = st.query_params.get("slug", "")
    stories = {story.slug: story for story in get_rows(reader, "get_case_studies")}
    if slug in stories:
        return stories[slug]
    coming = reader.dated and slug in {row.slug for row in get_rows(read_now(reader), "get_case_studies")}
    key = "not_published_then" if coming else "no_such_story"
    show_heading(reader.text("page_story"), reader.text(key, day=reader.period(reader.day.isoformat())))
    near = {code: story_title(reader, stories[code]) for code in suggest_codes(slug, stories)}
    show_nearest(reader, "story", "slug", near, "stories")
    return None


@kept
def show_story_heading(reader: Reader, story: CaseStudy) -> None:
    """Show the finding as title and the summary as lead."""
    written = story_values(reader, story)
    theme = next(theme for theme in get_rows(reader, "get_themes") if theme.code == story.theme)
    kicker = f'<span class="theme">{reader.html("page_story")} · {reader.words(theme, "title")}</span>'
    show_heading(
        fill_story(reader.pick(story, "title"), written, reader.language),
        fill_story(reader.pick(story, "summary"), written, reader.language),
        kicker,
    )


def show_story_body(reader: Reader, story: CaseStudy) -> None:
    """Show the prose, with every number filled from observations and every mark replaced by its live piece."""
    with st.container(key="story-body"):
        _show_story_parts(reader, story)


@kept
def _show_story_parts(reader: Reader, story: CaseStudy) -> None:
    written = story_values(reader, story)
    claims = get_claims(reader)
    for place, (mark, words) in enumerate(split_body(reader.pick(story, "body"))):
        if mark == "text":
            show_prose(fill_story(words, written, reader.language), reader)
        elif mark == "claim" and words in claims:
            href = link("claim", reader, id=words)
            show_html(markup.claim_block(claims[words], reader.language, href))
        elif mark in ("figure", "map") and words.partition("|")[0] not in get_cards(reader):
            then = reader.text("not_published_then", day=reader.period(reader.day.isoformat()))
            show_html(markup.paragraph(then, "muted"))
        elif mark == "figure":
            _show_story_figure(reader, words, place)
        elif mark == "map":
            _show_story_map(reader, words, place)
        elif mark == "number":
            _show_story_number(reader, words, written)


def show_prose(words: str, reader: Reader) -> None:
    """Show Markdown prose."""
    st.markdown(add_roc_years(words) if reader.roc and reader.language == "zh-TW" else words)


def _show_story_figure(reader: Reader, words: str, place: int) -> None:
    """Show ``code`` or ``code|area,area|part`` with its title and source line."""
    code, _, rest = words.partition("|")
    areas, _, part = rest.partition("|")
    card = get_cards(reader)[code]
    chosen = areas.split(",") if areas else ["TWN"]
    href = link("indicator", reader, code=code)
    title = reader.words(card.indicator, "title")
    show_html(f'<h4 class="figure-title"><a href="{href}">{title}</a></h4>')
    show_figure(reader, code, areas=chosen, part=part or None, key=f"story-{place}", highlight=chosen)
    show_source_note(reader, card, {"areas": chosen, "part": part or None})
    show_bench(reader, code, {"areas": chosen, "part": part or None}, quiet=True)


def _show_story_map(reader: Reader, words: str, place: int) -> None:
    """Show ``code|level|part|period`` as a choropleth with its title and source line."""
    code, level, part, period = words.split("|")
    card = get_cards(reader)[code]
    href = link("indicator", reader, code=code, view="map")
    title = f"{reader.words(card.indicator, 'title')} · {reader.when(period)}"
    show_html(f'<h4 class="figure-title"><a href="{href}">{title}</a></h4>')
    show_map(reader, code, level=level, part=part, period=period, key=f"story-map-{place}")
    show_source_note(reader, card, {"level": level, "part": part, "period": period})
    show_bench(reader, code, {"level": level, "part": part, "period": period}, quiet=True)


@kept
def show_borrow(reader: Reader, story: CaseStudy) -> None:
    """Show what it takes to borrow a reform: tags, prerequisites, cost, time, steps, risks, files, contact."""
    written = story_values(reader, story)
    rows = [
        (reader.text("policy_area"), _link_tags(reader, "policy", story.policy_areas)),
        (reader.text("ogp_values"), _link_tags(reader, "value", story.ogp_values)),
    ]
    for key in BORROW:
        words = story.borrow.get(key, {}).get(reader.language, "")
        rows.append((reader.text(f"borrow_{key}"), markup.escape(fill_story(words, written, reader.language))))
    show_html(f'<div class="facts wide">{markup.definition_list(rows)}</div>')


def _link_tags(reader: Reader, name: str, codes: Sequence[str]) -> str:
    """Return tags of a story, each with the way to all stories that have it."""
    ways = (
        f'<a href="{link("stories", reader, **{name: code})}">{reader.html(f"{name}_{code}")}</a>' for code in codes
    )
    return reader.html("comma").join(ways)


@kept
def show_history(reader: Reader, story: CaseStudy) -> None:
    """Show when a story was checked, when each language was last changed, and what its numbers have done since."""
    lines = [
        reader.text("story_checked", day=reader.period(story.checked.isoformat())),
        reader.text(
            "story_revised",
            chinese=reader.period(story.revised_zh_tw.isoformat()),
            english=reader.period(story.revised_en.isoformat()),
        ),
    ]
    if story.revised_zh_tw != story.revised_en:
        lines.append(reader.text("story_stale"))
    own = [filled for filled in get_claims(reader).values() if filled.claim.case_study == story.slug]
    notices = "".join(markup.change_notice(filled, reader.language) for filled in own)
    show_html("".join(markup.paragraph(words, "muted small") for words in lines) + notices)


def _show_story_number(reader: Reader, words: str, written: dict[str, str]) -> None:
    name, _, claim_id = words.partition("@")
    owner, _, value = name.partition(".")
    claim = get_claims(reader).get(claim_id or owner)
    if name in written:
        number = get_claims(reader)[owner].say(value, reader.language)
        label = markup.fill_claim(claim, "title", reader.language) if claim else ""
        show_html(f'<aside class="pull"><b>{markup.escape(number)}</b><span>{markup.escape(label)}</span></aside>')


def show_story_side(reader: Reader, story: CaseStudy) -> None:
    """Show the outcome ladder, the timeline and the commitments a story belongs to."""
    with st.container(key="story-side"):
        _show_story_ladder(reader, story)


@kept
def _show_story_ladder(reader: Reader, story: CaseStudy) -> None:
    written = story_values(reader, story)
    parts = [
        f"<h4>{reader.html('outcome_ladder')}</h4>",
        markup.outcome_ladder(story.ladder, reader.language, written),
        f"<h4>{reader.html('timeline')}</h4>",
        markup.timeline(story.timeline, reader.language),
    ]
    commitments = [row for row in get_rows(reader, "get_commitments") if row.code in story.commitments]
    if commitments:
        items = "".join(
            f"<li>{reader.html(f'plan_{row.plan}')} {markup.escape(row.number)} "
            f'<a href="{link("plans", reader, plan=row.plan)}">{reader.words(row, "title")}</a></li>'
            for row in commitments
        )
        parts.append(f'<h4>{reader.html("page_plans")}</h4><ul class="plain-list">{items}</ul>')
    show_html("".join(parts))


@kept
def show_story_sources(reader: Reader, story: CaseStudy) -> None:
    """Show every source of a story with who speaks and when it was read."""
    sources = get_rows(reader, "get_sources")
    items = "".join(
        f"<li>{markup.source_link(sources[code], reader.language)} "
        f'<small class="muted">{reader.html(f"source_{sources[code].kind}")} · '
        f"{reader.html('accessed')} {reader.when(sources[code].accessed.isoformat())}</small></li>"
        for code in story.sources
    )
    show_html(f'<ol class="cited">{items}</ol>')
