"""What can be shared: an indicator, a claim, a story; its title, description and description for machines.

The machine descriptions follow schema.org: ``Dataset`` as data search engines ask for it, ``Claim``, ``Article``.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dashboard.exceptions import UnknownCodeError
from dashboard.language import HTML_LANG, LANGUAGES, close_han, period_end, period_year, pick
from dashboard.markup import fill_claim
from dashboard.models import License, Source
from dashboard.queries import FilledClaim, IndicatorCard
from dashboard.reading import describe, find_claim
from dashboard.web.addresses import PICTURE_SIZES, data_path, live_path, picture_path, share_path
from dashboard.web.edition import Edition, main_rows

LICENSE = "https://creativecommons.org/licenses/by/4.0/"
"""Of our texts and compiled tables; each source keeps its own."""
MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
LEAST_DESCRIPTION = 50
"""Letters below which data search engines refuse the description of a dataset."""


@dataclass(frozen=True)
class Thing:
    """One thing to share, as an edition tells it."""

    kind: str
    key: str
    title: str
    description: str
    picture_alt: str
    modified: dt.date
    machine: dict[str, Any] = field(default_factory=dict)


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
    days = [
        published[key.indicator_code] for key in filled.keys if key.indicator_code and key.indicator_code in published
    ]
    return max([filled.claim.checked, *days])


def shared_keys(edition: Edition) -> list[tuple[str, str, dt.date]]:
    """Return kind, key and last change of everything that can be shared."""
    held = edition.held
    return [
        *[("story", story.slug, max(story.revised_zh_tw, story.revised_en)) for story in held.stories.values()],
        *[("claim", filled.claim.id, claim_day(edition, filled)) for filled in held.claims.values()],
        *[("indicator", code, held.published[code]) for code in held.cards if code in held.published],
    ]


def _organisation(edition: Edition) -> dict[str, Any]:
    return {"@type": "Organization", "name": edition.text("product"), "url": edition.absolute("/")}


def _image(edition: Edition, kind: str, key: str) -> str:
    return edition.absolute(picture_path(kind, key, edition.language, "png", "card", edition.asof))


def _common(edition: Edition, kind: str, key: str) -> dict[str, Any]:
    address = edition.absolute(share_path(kind, key, edition.language, edition.asof))
    return {
        "@context": "https://schema.org",
        "@id": address,
        "url": address,
        "inLanguage": HTML_LANG[edition.language],
        "isAccessibleForFree": True,
        "publisher": _organisation(edition),
        "license": LICENSE,
    }


def _source(edition: Edition, source: Source, licenses: dict[str, License]) -> dict[str, Any]:
    told = {
        "@type": "CreativeWork",
        "name": source.title,
        "url": source.url,
        "inLanguage": source.language,
        "publisher": {"@type": "Organization", "name": edition.pick(source, "publisher")},
    }
    address = licenses[source.license].url if source.license in licenses else None
    return told | ({"license": address} if address else {})


def _indicator(edition: Edition, code: str) -> Thing:
    card = edition.held.cards[code]
    modified = edition.held.published[code]
    row = card.indicator
    finding = find_claim(edition.held.claims, code)
    name = edition.pick(row, "title")
    frame = edition.observations(code)
    reading = describe(edition, card, main_rows(card, frame), edition.held.places)
    if finding is None:
        title, description = name, reading
    else:
        title = fill_claim(finding, "title", edition.language)
        description = fill_claim(finding, "sentence", edition.language)
    picture = fill_claim(finding, "title", edition.language) if finding else name
    alt = reading if picture == name else edition.text("picture_of", title=title, reading=reading)
    machine = _dataset(edition, card, name, modified, list(frame["time_period"]))
    return Thing("indicator", code, title, description, alt, modified, machine)


def _dataset(edition: Edition, card: IndicatorCard, name: str, modified: dt.date, periods: list[str]) -> dict[str, Any]:
    row = card.indicator
    words = edition.pick(row, "definition")
    if len(words) < LEAST_DESCRIPTION:
        words = f"{words} {edition.pick(row, 'usage_warnings')}"
    if len(words) < LEAST_DESCRIPTION:
        words = f"{name}: {words} {edition.pick(row, 'processing')}"
    starts = sorted(period.split("/")[0] for period in periods)
    ends = sorted((period_end(period) for period in periods), key=lambda period: (period_year(period), period))
    other = LANGUAGES[0] if edition.language == LANGUAGES[1] else LANGUAGES[1]
    return _common(edition, "indicator", row.code) | {
        "@type": "Dataset",
        "name": name,
        "alternateName": pick(row, "title", other),
        "description": close_han(words),
        "identifier": row.code,
        "version": edition.store.fingerprint[:8],
        "creator": _organisation(edition),
        "datePublished": row.published.isoformat(),
        "dateModified": modified.isoformat(),
        "image": _image(edition, "indicator", row.code),
        "keywords": [edition.pick(card.theme, "title"), edition.text(f"level_{row.result_level}")],
        "temporalCoverage": f"{_iso(starts[0])}/{_iso(ends[-1])}",
        "spatialCoverage": {"@type": "Place", "name": edition.text("coverage_place")},
        "variableMeasured": {"@type": "PropertyValue", "name": name, "unitText": edition.pick(card.unit, "title")},
        "measurementTechnique": edition.pick(row, "processing"),
        "isBasedOn": [_source(edition, source, card.licenses) for source in card.sources],
        "sameAs": edition.absolute(live_path("indicator", row.code, edition.language)),
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": media,
                "contentUrl": edition.absolute(data_path(row.code, form, edition.language, edition.asof)),
            }
            for form, media in MEDIA.items()
        ],
    }


def _iso(period: str) -> str:
    """Return the first month of a quarter, because ISO 8601 has no quarters; any other period as it is."""
    year, mark, quarter = period.partition("-Q")
    return f"{year}-{3 * int(quarter) - 2:02d}" if mark else period


def claim_sources(edition: Edition, filled: FilledClaim) -> list[Source]:
    """Return the sources a claim rests on: those named with its values, else the preferred one of each indicator."""
    codes = []
    for key in filled.keys:
        if key.source_code:
            codes.append(key.source_code)
        elif key.indicator_code:
            frame = edition.observations(key.indicator_code)
            same = frame[
                (frame["ref_area"] == key.ref_area)
                & (frame["time_period"] == key.time_period)
                & (frame["breakdown"] == key.breakdown)
            ]
            cited = set(same["source_code"])
            codes += [row.code for row in edition.held.cards[key.indicator_code].sources if row.code in cited][:1]
    return [edition.held.sources[code] for code in dict.fromkeys(codes)]


def _claim(edition: Edition, key: str) -> Thing:
    filled = edition.held.claims[key]
    claim = filled.claim
    title = fill_claim(filled, "title", edition.language)
    sentence = fill_claim(filled, "sentence", edition.language)
    doubt = fill_claim(filled, "biggest_doubt", edition.language)
    grade = f"{claim.grade} {edition.text(f'grade_{claim.grade}')}"
    licenses = edition.held.cards[claim.indicator].licenses
    machine = _common(edition, "claim", key) | {
        "@type": "Claim",
        "name": title,
        "text": sentence,
        "author": _organisation(edition),
        "datePublished": claim.checked.isoformat(),
        "dateModified": claim_day(edition, filled).isoformat(),
        "creativeWorkStatus": f"{edition.text('grade')}: {grade}",
        "comment": {"@type": "Comment", "name": edition.text("doubt").rstrip("：:"), "text": doubt},
        "image": _image(edition, "claim", key),
        "isBasedOn": [_source(edition, source, licenses) for source in claim_sources(edition, filled)],
        "about": edition.pick(edition.held.cards[claim.indicator].indicator, "title"),
    }
    description = edition.text("claim_told", sentence=sentence, grade=grade, doubt=doubt)
    alt = edition.text("picture_of", title=title, reading=sentence)
    return Thing("claim", key, title, description, alt, claim_day(edition, filled), machine)


def _story(edition: Edition, slug: str) -> Thing:
    story = edition.held.stories[slug]
    title, summary = edition.fill(story, "title"), edition.fill(story, "summary")
    modified = max(story.revised_zh_tw, story.revised_en)
    own = story.revised_zh_tw if edition.language == "zh-TW" else story.revised_en
    card = edition.held.cards[story.lead_indicator]
    machine = _common(edition, "story", slug) | {
        "@type": "Article",
        "headline": title,
        "description": summary,
        "author": _organisation(edition),
        "datePublished": min(story.checked, own).isoformat(),
        "dateModified": own.isoformat(),
        "image": [
            edition.absolute(picture_path("story", slug, edition.language, "png", size, edition.asof))
            for size in PICTURE_SIZES
        ],
        "mainEntityOfPage": edition.absolute(share_path("story", slug, edition.language)),
        "articleSection": edition.pick(edition.held.themes[story.theme], "title"),
        "citation": [_source(edition, edition.held.sources[code], card.licenses) for code in story.sources],
    }
    alt = edition.text("picture_of", title=title, reading=edition.pick(card.indicator, "title"))
    return Thing("story", slug, title, summary, alt, modified, machine)
