"""What can be shared: an indicator, a claim, a story; its title, its description, and when it last changed."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from dashboard.exceptions import UnknownCodeError
from dashboard.markup import fill_claim
from dashboard.queries import FilledClaim
from dashboard.reading import describe
from dashboard.views import find_claim
from dashboard.web.edition import Edition, main_rows


@dataclass(frozen=True)
class Thing:
    """One thing to share, as an edition tells it."""

    kind: str
    key: str
    title: str
    description: str
    picture_alt: str
    modified: dt.date


def find_thing(edition: Edition, kind: str, key: str) -> Thing:
    """Return what an address names.

    Raises:
        UnknownCodeError: when there is no such thing on the edition's day.
        StoreError: when the store cannot be read.
    """
    if not has_thing(edition, kind, key):
        raise UnknownCodeError("things to share", f"{kind}/{key}")
    builders: dict[str, Callable[[Edition, str], Thing]] = {
        "indicator": _indicator,
        "claim": _claim,
        "story": _story,
    }
    return builders[kind](edition, key)


def has_thing(edition: Edition, kind: str, key: str) -> bool:
    """Tell whether an address names something published by the edition's day."""
    held = edition.held
    known = {"indicator": held.published, "claim": held.claims, "story": held.stories}
    return key in known.get(kind, ()) and (kind != "indicator" or key in held.cards)


def claim_day(edition: Edition, filled: FilledClaim) -> dt.date:
    """Return the day a claim last changed: when it was checked, or when an observation it rests on was published."""
    published = edition.held.published
    codes = [key.indicator_code for key in filled.keys if key.indicator_code in published]
    return max([filled.claim.checked, *[published[code] for code in codes if code]])


def shared_keys(edition: Edition) -> list[tuple[str, str, dt.date]]:
    """Return kind, key and last change of everything that can be shared."""
    held = edition.held
    return [
        *[("story", story.slug, max(story.revised_zh_tw, story.revised_en)) for story in held.stories.values()],
        *[("claim", filled.claim.id, claim_day(edition, filled)) for filled in held.claims.values()],
        *[("indicator", code, held.published[code]) for code in held.cards if code in held.published],
    ]


def _indicator(edition: Edition, code: str) -> Thing:
    card = edition.held.cards[code]
    modified = edition.held.published[code]
    finding = find_claim(edition.held.claims.values(), code)
    reading = describe(edition, card, main_rows(card, edition.observations(code)), edition.held.places)
    if finding is None:
        return Thing("indicator", code, edition.pick(card.indicator, "title"), reading, reading, modified)
    title = fill_claim(finding, "title", edition.language)
    alt = edition.text("picture_of", title=title, reading=reading)
    return Thing("indicator", code, title, fill_claim(finding, "sentence", edition.language), alt, modified)


def _claim(edition: Edition, key: str) -> Thing:
    filled = edition.held.claims[key]
    grade = f"{filled.claim.grade} {edition.text(f'grade_{filled.claim.grade}')}"
    title, sentence, doubt = (
        fill_claim(filled, name, edition.language) for name in ("title", "sentence", "biggest_doubt")
    )
    description = edition.text("claim_told", sentence=sentence, grade=grade, doubt=doubt)
    alt = edition.text("picture_of", title=title, reading=sentence)
    return Thing("claim", key, title, description, alt, claim_day(edition, filled))


def _story(edition: Edition, slug: str) -> Thing:
    story = edition.held.stories[slug]
    title, summary = edition.fill(story, "title"), edition.fill(story, "summary")
    measure = edition.pick(edition.held.cards[story.lead_indicator].indicator, "title")
    alt = edition.text("picture_of", title=title, reading=measure)
    return Thing("story", slug, title, summary, alt, max(story.revised_zh_tw, story.revised_en))
