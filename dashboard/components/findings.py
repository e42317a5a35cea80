"""Headline results and story cards."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

import streamlit as st

from dashboard import markup, reading, uses, views
from dashboard.components.layout import address
from dashboard.components.reader import (
    Reader,
    get_cards,
    get_claims,
    get_observations,
    get_rows,
    kept,
    show_html,
    split_sources,
)
from dashboard.evidence import fill_story
from dashboard.language import Language
from dashboard.linefigures import Stretches, place_stretches
from dashboard.models import TOTAL, CaseStudy
from dashboard.queries import FilledClaim
from dashboard.rows import short_value


def claim_series(reader: Reader, filled: FilledClaim) -> tuple[Stretches, list[str]]:
    """Return the series a claim's headline number stands in, oldest first, and its first and last value in words."""
    key = filled.headline
    if key is None or key.indicator_code is None or key.ref_area is None:
        return [], []
    frame = get_observations(reader, key.indicator_code, areas=[key.ref_area], part=key.breakdown)
    card = get_cards(reader)[key.indicator_code]
    preferred, _ = split_sources(frame, card)
    valued = preferred.dropna(subset=["obs_value"])
    ends = [short_value(card, row, reader.language) for row in valued.iloc[[0, -1]].itertuples()] if len(valued) else []
    return place_stretches(preferred, card), ends


@kept
def show_headlines(reader: Reader) -> None:
    """Show the headline results; each card leads to its indicator."""
    cards = get_cards(reader)
    claims, stories = get_claims(reader), list_stories(reader)
    items = []
    for filled in views.choose_headlines(list(claims.values()), cards, reader.day):
        card = cards[filled.claim.indicator]
        href = address("indicator", reader, code=card.indicator.code)
        told = any(uses.uses_indicator(story, claims, card.indicator.code) for story in stories)
        note = "" if told else reader.text("context_claim")
        items.append(markup.finding_card(filled, card, reader.language, *claim_series(reader, filled), href, note))
    show_html(markup.cards(items))


def list_stories(reader: Reader) -> list[CaseStudy]:
    """Return the stories that can be shown as cards: the figure of each is public on the reader's day."""
    cards = get_cards(reader)
    return [story for story in get_rows(reader, "get_case_studies") if story.lead_indicator in cards]


@kept
def show_story_cards(reader: Reader, stories: Sequence[CaseStudy]) -> None:
    """Show stories as cards, each with a picture made of its own data."""
    show_html(markup.cards(markup.story_card(_story_words(reader, story), reader.language) for story in stories))


def count_grades(reader: Reader, story: CaseStudy) -> Counter[str]:
    """Return how many claims of a story's own have each grade."""
    return Counter(
        filled.claim.grade for filled in get_claims(reader).values() if filled.claim.case_study == story.slug
    )


def _story_tags(reader: Reader, story: CaseStudy) -> list[str]:
    """Return what a story belongs to and how strong its proof is: plans, values, grades of its claims."""
    rows = get_rows(reader, "get_commitments")
    plans = sorted({row.plan for row in rows if row.code in story.commitments})
    grades = sorted(count_grades(reader, story).items(), reverse=True)
    joint = reader.text("comma")
    values = joint.join(reader.text(f"value_{value}") for value in story.ogp_values)
    counted = joint.join(reader.text("grade_count", grade=grade, count=count) for grade, count in grades)
    return [
        joint.join(reader.text(f"plan_{plan}") for plan in plans) or reader.text("no_commitment"),
        values[:1].upper() + values[1:],
        *([reader.text("claims_by_grade", grades=counted)] if counted else []),
    ]


def _story_words(reader: Reader, story: CaseStudy) -> markup.StoryWords:
    card = get_cards(reader)[story.lead_indicator]
    frame = get_observations(reader, story.lead_indicator, areas=[story.lead_ref_area])
    preferred, _ = split_sources(frame, card)
    parts = preferred["breakdown"].value_counts()
    part = TOTAL if TOTAL in parts.index else parts.index[0]
    written = story_values(reader, story)
    return markup.StoryWords(
        title=fill_story(reader.pick(story, "title"), written, reader.language),
        summary=fill_story(reader.pick(story, "summary"), written, reader.language),
        theme=reader.pick(card.theme, "title"),
        measure=reader.pick(card.indicator, "title"),
        stretches=place_stretches(preferred[preferred["breakdown"] == part], card),
        href=address("story", reader, slug=story.slug),
        tags=_story_tags(reader, story),
    )


@st.cache_resource(show_spinner=False, max_entries=128)
def _story_values(key: tuple[str, dt.date], slug: str, language: Language, _reader: Reader) -> dict[str, str]:
    return reading.story_values(get_claims(_reader), slug, language)


def story_values(reader: Reader, story: CaseStudy) -> dict[str, str]:
    """Return every number a story may name that is public on the reader's day: ``claim.value`` → words."""
    return _story_values(reader.key, story.slug, reader.language, reader)


def story_title(reader: Reader, story: CaseStudy) -> str:
    """Return a story's title with its numbers."""
    return fill_story(reader.pick(story, "title"), story_values(reader, story), reader.language)
