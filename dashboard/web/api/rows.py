"""The rows of every resource as of a day, kept for the newest versions and days asked for.

A row under embargo, and whatever rests on it, does not exist for anybody before its day.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from dashboard import markup, queries
from dashboard.evidence import fill_story
from dashboard.language import LANGUAGES, pick, text
from dashboard.models import TOTAL, CaseStudy, ClaimValue
from dashboard.queries import FilledClaim, IndicatorCard
from dashboard.reading import story_values
from dashboard.store import Store
from dashboard.web.api import schemas
from dashboard.web.api.shapes import Shape, write_row

KEPT = 8
"""Versions and days whose lists are kept; any other day costs its questions again."""

Row = dict[str, Any]


def _both(write: Any) -> dict[str, Any]:
    return {language: write(language) for language in LANGUAGES}


@lru_cache(maxsize=KEPT)
def get_cards(store: Store, day: dt.date) -> dict[str, IndicatorCard]:
    """Return the card of every indicator public by a day."""
    return queries.get_cards(store, day)


@lru_cache(maxsize=KEPT)
def list_indicators(store: Store, day: dt.date) -> list[Row]:
    """Return every indicator published by a day, with what is published of it."""
    held: dict[Any, Any] = queries.get_summary(store, day).to_dict("index")
    rows = []
    for code, card in get_cards(store, day).items():
        known = {key: None if value != value else value for key, value in held.get(code, {}).items()}
        published = known.get("published")
        rows.append(
            write_row(
                schemas.IndicatorRow,
                card.indicator,
                theme_title=_both(lambda language, row=card.theme: pick(row, "title", language)),
                unit_title=_both(lambda language, row=card.unit: pick(row, "title", language)),
                sources=[source.code for source in card.sources],
                observations=known.get("observations", 0),
                places=known.get("places", 0),
                first_period=known.get("first_period"),
                last_period=known.get("last_period"),
                last_published=published.date() if published else None,
                page=f"/indicator?code={code}",
            )
        )
    return rows


@lru_cache(maxsize=2)
def list_sources(store: Store) -> list[Row]:
    """Return every source with its licence."""
    licenses = queries.get_licenses(store)
    return [
        write_row(
            schemas.SourceRow,
            row,
            license_title=_both(lambda language, row=row: pick(licenses[row.license], "title", language)),
            license_url=licenses[row.license].url,
        )
        for row in queries.get_sources(store).values()
    ]


@lru_cache(maxsize=2)
def list_places(store: Store) -> list[Row]:
    """Return every place."""
    return [write_row(schemas.PlaceRow, row) for row in queries.get_places(store).values()]


@lru_cache(maxsize=2)
def list_commitments(store: Store) -> list[Row]:
    """Return every commitment by plan and number."""
    return [
        write_row(schemas.CommitmentRow, row, page=f"/plans?plan={row.plan}") for row in queries.get_commitments(store)
    ]


@lru_cache(maxsize=KEPT)
def _filled(store: Store, day: dt.date) -> dict[str, FilledClaim]:
    return {filled.claim.id: filled for filled in queries.get_claims(store, get_cards(store, day), day)}


@lru_cache(maxsize=KEPT)
def _value_sources(store: Store, day: dt.date) -> dict[tuple[str, str], str]:
    return queries.get_value_sources(store, list(_filled(store, day).values()), get_cards(store, day), day)


@lru_cache(maxsize=KEPT)
def list_claims(store: Store, day: dt.date) -> list[Row]:
    """Return every claim whose numbers were published by a day, filled with them."""
    read = _value_sources(store, day)
    told = {story.slug for story in queries.get_case_studies(store, day)}
    rows = []
    for filled in _filled(store, day).values():
        cited = [read[key.claim_id, key.name] for key in filled.keys if (key.claim_id, key.name) in read]
        texts = {
            name: _both(lambda language, name=name, filled=filled: markup.fill_claim(filled, name, language))
            for name in ("title", "sentence", "biggest_doubt")
        }
        rows.append(
            write_row(
                schemas.ClaimRow,
                filled.claim,
                **texts,
                case_study=filled.claim.case_study if filled.claim.case_study in told else None,
                sources=list(dict.fromkeys(cited)),
                last_period=filled.last_period,
                page=f"/claim?id={filled.claim.id}",
            )
        )
    return rows


def _story_texts(store: Store, day: dt.date, story: CaseStudy) -> dict[str, Any]:
    """Return a story's texts with their numbers; one that is not published yet says so, as on the pages."""
    texts: dict[str, Any] = {"title": {}, "summary": {}, "body": {}, "ladder": {}, "borrow": {}}
    for language in LANGUAGES:
        written = story_values(_filled(store, day), story.slug, language)
        for name in ("title", "summary", "body"):
            texts[name][language] = fill_story(pick(story, name, language), written, language)
        for name in ("ladder", "borrow"):
            for step, words in getattr(story, name).items():
                texts[name].setdefault(step, {})[language] = fill_story(words[language], written, language)
    return texts


@lru_cache(maxsize=KEPT)
def _stories(store: Store, day: dt.date) -> list[tuple[CaseStudy, dict[str, Any]]]:
    return [(story, _story_texts(store, day, story)) for story in queries.get_case_studies(store, day)]


@lru_cache(maxsize=KEPT)
def list_stories(store: Store, day: dt.date) -> list[Row]:
    """Return every story whose leading indicator has numbers published by a day."""
    return [_write_story(schemas.StoryRow, store, day, story, texts) for story, texts in _stories(store, day)]


def _write_story(
    shape: type[Shape], store: Store, day: dt.date, story: CaseStudy, texts: Mapping[str, Any], **more: Any
) -> Row:
    own = [code for code, filled in _filled(store, day).items() if filled.claim.case_study == story.slug]
    return write_row(shape, story, **texts, claims=own, page=f"/story?slug={story.slug}", **more)


def get_indicator(store: Store, day: dt.date, code: str) -> Row | None:
    """Return an indicator with everything said about it."""
    row = next((row for row in list_indicators(store, day) if row["code"] == code), None)
    if row is None:
        return None
    card = get_cards(store, day)[code]
    return row | {
        "breakdowns": [write_row(schemas.BreakdownRow, part) for part in card.breakdowns],
        "targets": [write_row(schemas.TargetRow, target) for target in card.targets],
        "breaks": [write_row(schemas.BreakRow, line) for line in card.breaks],
        "disagreements": [write_row(schemas.DisagreementRow, rival) for rival in card.disagreements],
        "events": [write_row(schemas.EventRow, event) for event in card.events],
        "source_details": _cited(store, row["sources"]),
    }


def get_commitment(store: Store, day: dt.date, code: str) -> Row | None:
    """Return a commitment with its milestones; it is the same on every day."""
    row = next((row for row in list_commitments(store) if row["code"] == code), None)
    if row is None:
        return None
    own = [milestone for milestone in queries.get_milestones(store) if milestone.commitment == code]
    return row | {
        "milestones": [write_row(schemas.MilestoneRow, milestone) for milestone in own],
        "source_details": _cited(store, row["sources"]),
    }


def get_claim(store: Store, day: dt.date, code: str) -> Row | None:
    """Return a claim with its numbers, reasons and sources."""
    row = next((row for row in list_claims(store, day) if row["id"] == code), None)
    if row is None:
        return None
    filled = _filled(store, day)[code]
    claim = filled.claim
    cited = [*row["sources"], *([claim.verdict_source] if claim.verdict_source else [])]
    return row | {
        "rival_explanations": _both(lambda language: markup.rival_explanations(claim, language)),
        "values": [_write_value(store, day, filled, key) for key in filled.keys],
        "reasons": [
            {"code": reason, "words": _both(lambda language, reason=reason: text(f"reason_{reason}", language))}
            for reason in claim.grade_reasons
        ],
        "source_details": _cited(store, cited),
    }


def _write_value(store: Store, day: dt.date, filled: FilledClaim, key: ClaimValue) -> Row:
    before = {language: words[key.name] for language, words in filled.before.items() if key.name in words}
    return write_row(
        schemas.ValueRow,
        key,
        value=filled.values[key.name],
        written=_both(lambda language: filled.say(key.name, language)),
        breakdown=key.breakdown if key.indicator_code else None,
        source_code=_value_sources(store, day).get((key.claim_id, key.name)),
        written_when_checked=before or None,
    )


def get_story(store: Store, day: dt.date, code: str) -> Row | None:
    """Return a story as a whole."""
    found = next(((story, texts) for story, texts in _stories(store, day) if story.slug == code), None)
    if found is None:
        return None
    cited = _cited(store, found[0].sources)
    return _write_story(schemas.StoryDetail, store, day, *found, source_details=cited)


def _cited(store: Store, codes: Sequence[str]) -> list[Row]:
    held = {row["code"]: row for row in list_sources(store)}
    return [held[code] for code in dict.fromkeys(codes) if code in held]


@lru_cache(maxsize=2)
def list_codes(store: Store, day: dt.date) -> dict[str, frozenset[str]]:
    """Return every code a parameter may name on a day."""
    parts = {part.code for card in get_cards(store, day).values() for part in card.breakdowns}
    places = frozenset(row["code"] for row in list_places(store))
    return {
        "indicator": frozenset(row["code"] for row in list_indicators(store, day)),
        "place": places,
        "parent": places,
        "part": frozenset({TOTAL, *parts}),
        "source": frozenset(row["code"] for row in list_sources(store)),
        "theme": frozenset(row.code for row in queries.get_themes(store)),
        "plan": frozenset(row.code for row in queries.get_plans(store)),
        "case_study": frozenset(row["slug"] for row in list_stories(store, day)),
    }
