"""What is told to machines about a thing, in the words of schema.org.

An indicator is a ``Dataset`` as data search engines ask for it, a claim a ``Claim``, a story an ``Article``.
"""

from collections.abc import Callable
from typing import Any

from dashboard.language import HTML_LANG, LANGUAGES, close_han, period_end, period_year, pick
from dashboard.markup import fill_claim
from dashboard.models import License, Source
from dashboard.queries import IndicatorCard
from dashboard.web.addresses import PICTURE_SIZES, data_path, live_path, picture_path, share_path
from dashboard.web.edition import Edition
from dashboard.web.things import Thing, claim_day

LICENSE = "https://creativecommons.org/licenses/by/4.0/"
"""Of our texts and compiled tables; each source keeps its own."""
MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
LEAST_DESCRIPTION = 50
"""Letters below which data search engines refuse the description of a dataset."""


def tell_machines(edition: Edition, thing: Thing) -> dict[str, Any]:
    """Return the description of a thing for machines."""
    writers: dict[str, Callable[[Edition, Thing], dict[str, Any]]] = {
        "indicator": _dataset,
        "claim": _claim,
        "story": _article,
    }
    return writers[thing.kind](edition, thing)


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
    told: dict[str, Any] = {
        "@type": "CreativeWork",
        "name": source.title,
        "url": source.url,
        "inLanguage": source.language,
        "publisher": {"@type": "Organization", "name": edition.pick(source, "publisher")},
    }
    address = licenses[source.license].url if source.license in licenses else None
    return told | ({"license": address} if address else {})


def _dataset(edition: Edition, thing: Thing) -> dict[str, Any]:
    card = edition.held.cards[thing.key]
    row = card.indicator
    name = edition.pick(row, "title")
    periods = list(edition.observations(thing.key)["time_period"])
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
        "dateModified": thing.modified.isoformat(),
        "license": _license(card),
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


def _license(card: IndicatorCard) -> str:
    """Return our licence where every source lets its table be offered, else that of the first source that has one."""
    if card.redistribute:
        return LICENSE
    own = (card.licenses[source.license].url for source in card.sources)
    return next((address for address in own if address), card.sources[0].url)


def _iso(period: str) -> str:
    """Return the first month of a quarter, because ISO 8601 has no quarters; any other period as it is."""
    year, mark, quarter = period.partition("-Q")
    return f"{year}-{3 * int(quarter) - 2:02d}" if mark else period


def _claim(edition: Edition, thing: Thing) -> dict[str, Any]:
    filled = edition.held.claims[thing.key]
    claim = filled.claim
    card = edition.held.cards[claim.indicator]
    doubt = fill_claim(filled, "biggest_doubt", edition.language)
    return _common(edition, "claim", thing.key) | {
        "@type": "Claim",
        "name": thing.title,
        "text": fill_claim(filled, "sentence", edition.language),
        "author": _organisation(edition),
        "datePublished": claim.checked.isoformat(),
        "dateModified": claim_day(edition, filled).isoformat(),
        "creativeWorkStatus": f"{edition.text('grade')}: {claim.grade} {edition.text(f'grade_{claim.grade}')}",
        "comment": {"@type": "Comment", "name": edition.text("doubt").rstrip("：:"), "text": doubt},
        "image": _image(edition, "claim", thing.key),
        "isBasedOn": [_source(edition, source, card.licenses) for source in filled.sources],
        "about": {"@type": "Thing", "name": edition.pick(card.indicator, "title")},
    }


def _article(edition: Edition, thing: Thing) -> dict[str, Any]:
    story = edition.held.stories[thing.key]
    own = story.revised_zh_tw if edition.language == "zh-TW" else story.revised_en
    licenses = edition.held.cards[story.lead_indicator].licenses
    pictures = [
        picture_path("story", story.slug, edition.language, "png", size, edition.asof) for size in PICTURE_SIZES
    ]
    return _common(edition, "story", thing.key) | {
        "@type": "Article",
        "headline": thing.title,
        "description": thing.description,
        "author": _organisation(edition),
        "datePublished": min(story.checked, own).isoformat(),
        "dateModified": own.isoformat(),
        "image": [edition.absolute(path) for path in pictures],
        "mainEntityOfPage": edition.absolute(share_path("story", thing.key, edition.language)),
        "articleSection": edition.pick(edition.held.themes[story.theme], "title"),
        "citation": [_source(edition, edition.held.sources[code], licenses) for code in story.sources],
    }
