"""Where an indicator is used: the claims that rest on it, and the stories that draw it or name such a claim."""

from collections.abc import Iterable, Mapping

from dashboard.evidence import STORY_PLACEHOLDER
from dashboard.models import CaseStudy
from dashboard.queries import FilledClaim
from dashboard.reading import split_body


def rests_on(filled: FilledClaim, code: str) -> bool:
    """Tell whether a claim's figure, or any number it names, is of an indicator."""
    return filled.claim.indicator == code or any(key.indicator_code == code for key in filled.keys)


def list_claims(claims: Iterable[FilledClaim], code: str) -> list[FilledClaim]:
    """Return every claim that rests on an indicator, the stronger proof first."""
    held = [filled for filled in claims if rests_on(filled, code)]
    return sorted(held, key=lambda filled: (-int(filled.claim.grade[1]), filled.claim.id))


def list_named_claims(story: CaseStudy) -> set[str]:
    """Return the ids of the claims a story names: in its words, as blocks with their proof, as numbers set large."""
    steps = [words for group in (story.ladder, story.borrow) for step in group.values() for words in step.values()]
    prose = " ".join((story.title_en, story.summary_en, story.body_en, *steps))
    numbers = STORY_PLACEHOLDER.findall(prose)
    blocks = [words for mark, words in split_body(story.body_en) if mark in ("claim", "number")]
    return {name.partition("@")[0].partition(".")[0] for name in (*numbers, *blocks)}


def list_drawn_indicators(story: CaseStudy) -> set[str]:
    """Return the codes of the indicators a story draws: on its card, and as figures and maps in its text."""
    drawn = (words.partition("|")[0] for mark, words in split_body(story.body_en) if mark in ("figure", "map"))
    return {story.lead_indicator, *drawn}


def uses_indicator(story: CaseStudy, claims: Mapping[str, FilledClaim], code: str) -> bool:
    """Tell whether a story draws an indicator, or has or names a claim that rests on it."""
    named = list_named_claims(story)
    return code in list_drawn_indicators(story) or any(
        rests_on(filled, code)
        for filled in claims.values()
        if filled.claim.case_study == story.slug or filled.claim.id in named
    )
