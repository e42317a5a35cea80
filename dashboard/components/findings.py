"""Headline results and story cards."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import figures, markup
from dashboard.catalog import today
from dashboard.components.layout import show_link
from dashboard.components.reader import Reader, get_cards, get_claims, get_observations
from dashboard.language import period_end
from dashboard.models import CaseStudy
from dashboard.queries import FilledClaim, IndicatorCard


def choose_headlines(
    claims: Sequence[FilledClaim], cards: Mapping[str, IndicatorCard], most: int = 6
) -> list[FilledClaim]:
    """Return the headline results by the published rule.

    Results for people before what was delivered; then the stronger proof; then the fresher figure. Ratings and
    perceptions stay out, so do claims with no record behind them, and no theme takes more than one place until every
    theme has had its turn.
    """

    def order(filled: FilledClaim) -> tuple[int, int, int, str]:
        claim = filled.claim
        result = claim.result_level in ("outcome", "impact")
        year = int(period_end(filled.last_period)[:4]) if filled.last_period else 0
        recent = year >= today().year - 6
        return (-int(result) - int(recent), -int(claim.grade[1]), -year, claim.id)

    fit = [
        filled
        for filled in claims
        if filled.claim.grade != "E0" and cards[filled.claim.indicator].indicator.kind == "measured"
    ]
    chosen: list[FilledClaim] = []
    themes: dict[str, int] = {}
    for limit in (1, 2):
        for filled in sorted(fit, key=order):
            if len(chosen) < most and filled not in chosen and themes.get(filled.claim.theme, 0) < limit:
                chosen.append(filled)
                themes[filled.claim.theme] = themes.get(filled.claim.theme, 0) + 1
    return chosen


def claim_series(reader: Reader, filled: FilledClaim) -> list[float]:
    """Return the values of the series a claim's headline number stands in, oldest first."""
    key = next((key for key in filled.keys if key.name == filled.claim.headline), None)
    if key is None or key.indicator_code is None or key.ref_area is None:
        return []
    frame = get_observations(reader, key.indicator_code, areas=[key.ref_area], part=key.breakdown)
    preferred, _ = figures.split_sources(frame, get_cards(reader)[key.indicator_code])
    return preferred["obs_value"].dropna().tolist()


def show_finding(reader: Reader, filled: FilledClaim) -> None:
    """Show a headline result; the whole card leads to its indicator."""
    card = get_cards(reader)[filled.claim.indicator]
    with st.container(key=f"card-{filled.claim.id}"):
        st.html(markup.finding_card(filled, card, reader.language, claim_series(reader, filled)))
        label = reader.text("see_proof", title=reader.pick(card.indicator, "title"))
        show_link("indicator", label, reader, code=card.indicator.code)


def show_story_card(reader: Reader, story: CaseStudy) -> None:
    """Show a story with a picture made of its own data."""
    card = get_cards(reader)[story.lead_indicator]
    frame = get_observations(reader, story.lead_indicator, areas=[story.lead_ref_area])
    preferred, _ = figures.split_sources(frame, card)
    values = preferred["obs_value"].dropna().tolist()
    written = story_values(reader, story)
    summary = fill_story(reader.pick(story, "summary"), written)
    picture = markup.spark_image(values, reader.pick(card.indicator, "title")) if len(values) > 1 else ""
    with st.container(key=f"card-story-{story.slug}"):
        st.html(
            f'<article class="story-card"><div class="picture">{picture}<span>'
            f"{markup.escape(reader.pick(card.indicator, 'title'))}</span></div>"
            f'<p class="kicker">{markup.escape(reader.pick(card.theme, "title"))}</p>'
            f"<h3>{markup.escape(fill_story(reader.pick(story, 'title'), written))}</h3><p>{markup.escape(summary)}</p></article>"
        )
        show_link("story", reader.text("read_story"), reader, slug=story.slug)


def story_values(reader: Reader, story: CaseStudy) -> dict[str, str]:
    """Return every number a story may name: ``claim.value`` → words."""
    written = {}
    for filled in get_claims(reader).values():
        if filled.claim.case_study in (story.slug, None):
            for name, words in filled.written[reader.language].items():
                written[f"{filled.claim.id}.{name}"] = words
    return written


def fill_story(words: str, written: Mapping[str, str]) -> str:
    """Return prose with every ``{claim.value}`` replaced."""
    for name, value in written.items():
        words = words.replace("{" + name + "}", value)
    return words
