"""What can be found: one document for each indicator, claim, story, commitment, project, place, agency, gap, source."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from dashboard import queries
from dashboard.evidence import fill, fill_story
from dashboard.language import LANGUAGES, Language, pick, text
from dashboard.models import CaseStudy, ResultLevel
from dashboard.queries import FilledClaim, IndicatorCard
from dashboard.store import Store

RESULTS = (ResultLevel.OUTCOME, ResultLevel.IMPACT)
UNNAMED_AGENCY = "Not named on the public pages found"
"""What stands where a plan names no agency; nobody looks for it."""
STORY_MARK = re.compile(r"\{\{[^}]*\}\}|^#+ |\*\*|\{[^}]*\}", re.MULTILINE)

Words = dict[Language, str]


@dataclass(frozen=True)
class Document:
    """One thing that can be found, with its words in both languages and the address where it stands."""

    kind: str
    code: str
    title: Words
    names: str
    """Further words it is known by, in either language."""
    body: Words
    page: str
    query: Mapping[str, str]
    level: str | None = None
    grade: str | None = None
    parent: Words = field(default_factory=dict)
    """What the title is said to belong to, where the title alone is ambiguous."""


def _both(write: Callable[[Language], str]) -> Words:
    return {language: write(language) for language in LANGUAGES}


def _joined(row: object, *fields: str) -> Words:
    return _both(lambda language: " ".join(filter(None, (pick(row, name, language) for name in fields))))


def _names(row: object, *fields: str) -> str:
    return " ".join(_joined(row, *fields).values())


def _text_in_both(key: str) -> str:
    return " ".join(text(key, language) for language in LANGUAGES)


def build_documents(store: Store, day: dt.date) -> list[Document]:
    """Return everything that can be found on a day; what rests on figures under embargo is not there yet.

    Raises:
        StoreError: when the store cannot be read.
    """
    cards = queries.get_cards(store, day)
    claims = queries.get_claims(store, cards, day)
    published = set(queries.get_summary(store, day).index)
    return [
        *_indicators({code: card for code, card in cards.items() if code in published}),
        *_claims(claims, cards),
        *_stories(queries.get_case_studies(store, day), claims),
        *_commitments(store),
        *_agencies(store),
        *_projects(store),
        *_places(store),
        *_gaps(store),
        *_sources(store),
    ]


def _indicators(cards: Mapping[str, IndicatorCard]) -> Iterator[Document]:
    for code, card in cards.items():
        row = card.indicator
        names = f"{row.keywords} {_names(row, 'custodian')} {_names(card.theme, 'title')}"
        body = _joined(row, "definition", "usage_warnings", "processing")
        yield Document(
            "indicator", code, _joined(row, "title"), names, body, "indicator", {"code": code}, row.result_level
        )


def _claims(claims: list[FilledClaim], cards: Mapping[str, IndicatorCard]) -> Iterator[Document]:
    for filled in claims:
        claim = filled.claim

        def write(name: str, filled: FilledClaim = filled) -> Words:
            return _both(lambda tongue: fill(pick(filled.claim, name, tongue), filled.written[tongue]))

        sentence, doubt = write("sentence"), write("biggest_doubt")
        card = cards[claim.indicator]
        yield Document(
            "claim",
            claim.id,
            write("title"),
            f"{card.indicator.keywords} {_names(card.indicator, 'title')}",
            _both(lambda tongue, sentence=sentence, doubt=doubt: f"{sentence[tongue]} {doubt[tongue]}"),
            "claim",
            {"id": claim.id},
            claim.result_level,
            claim.grade,
        )


def _stories(stories: list[CaseStudy], claims: list[FilledClaim]) -> Iterator[Document]:
    for story in stories:
        written = _both_written(story, claims)

        def write(name: str, story: CaseStudy = story, written: dict[Language, dict[str, str]] = written) -> Words:
            return _both(lambda tongue: fill_story(pick(story, name, tongue), written[tongue], tongue))

        summary, body = write("summary"), write("body")
        yield Document(
            "story",
            story.slug,
            write("title"),
            f"{story.slug.replace('-', ' ')} {_text_in_both('page_story')}",
            _both(lambda tongue, summary=summary, body=body: f"{summary[tongue]} {STORY_MARK.sub(' ', body[tongue])}"),
            "story",
            {"slug": story.slug},
        )


def _both_written(story: CaseStudy, claims: list[FilledClaim]) -> dict[Language, dict[str, str]]:
    own = [filled for filled in claims if filled.claim.case_study in (story.slug, None)]
    return {
        language: {
            f"{filled.claim.id}.{name}": words for filled in own for name, words in filled.written[language].items()
        }
        for language in LANGUAGES
    }


def _commitments(store: Store) -> Iterator[Document]:
    plans = {plan.code: plan for plan in queries.get_plans(store)}
    steps: dict[str, list[str]] = {}
    for step in queries.get_milestones(store):
        steps.setdefault(step.commitment or step.plan, []).append(_names(step, "title"))
    for row in queries.get_commitments(store):
        names = _names(row, "area", "lead_agency", "partners") + f" {_names(plans[row.plan], 'title')}"
        body = _joined(row, "problem", "aim", "status", "early_results")
        body = _both(lambda tongue, body=body, row=row: f"{body[tongue]} {' '.join(steps.get(row.code, []))}")
        query = {"plan": row.plan, "area": row.area_en, "agency": row.lead_agency_en}
        parent = _both(lambda tongue, row=row: f"{pick(plans[row.plan], 'title', tongue)} {row.number}")
        yield Document("commitment", row.code, _joined(row, "title"), names, body, "plans", query, parent=parent)


def _agencies(store: Store) -> Iterator[Document]:
    led: dict[str, list] = {}
    for row in queries.get_commitments(store):
        led.setdefault(row.lead_agency_en, []).append(row)
    for name, rows in led.items():
        if name != UNNAMED_AGENCY:
            body = _both(
                lambda tongue, rows=rows: text("semicolon", tongue).join(pick(row, "title", tongue) for row in rows)
            )
            yield Document("agency", name, _joined(rows[0], "lead_agency"), "", body, "plans", {"agency": name})


def _projects(store: Store) -> Iterator[Document]:
    places = queries.get_places(store)
    for row in queries.get_projects(store):
        names = f"{_names(row, 'agency')} {_text_in_both(f'kind_{row.kind}')}"
        if row.ref_area != "TWN":
            names += f" {_names(places[row.ref_area], 'title')}"
        query = {"show": "projects", "kind": row.kind}
        yield Document("project", row.code, _joined(row, "title"), names, _joined(row, "status"), "places", query)


def _places(store: Store) -> Iterator[Document]:
    """Give counties, townships under their county, and the countries Taiwan is compared with."""
    places = queries.get_places(store)
    for row in places.values():
        parent: Words = {}
        if row.level == "county":
            query = {"county": row.code}
        elif row.level == "township" and row.parent:
            query = {"map_level": "township", "county": row.parent}
            parent = _joined(places[row.parent], "title")
        elif row.level == "country" and row.code != "TWN":
            query = {"coverage": "country"}
        else:
            continue
        page = "indicators" if row.level == "country" else "places"
        names = f"{row.code} {' '.join(parent.values())}"
        yield Document("place", row.code, _joined(row, "title"), names, {}, page, query, parent=parent)


def _gaps(store: Store) -> Iterator[Document]:
    for row in queries.get_gaps(store):
        yield Document("gap", row.code, _joined(row, "title"), "", _joined(row, "note"), "about", {"view": "gaps"})


def _sources(store: Store) -> Iterator[Document]:
    for row in queries.get_sources(store).values():
        title = _both(lambda _, row=row: row.title)
        body = _joined(row, "publisher", "note")
        yield Document("source", row.code, title, _names(row, "publisher"), body, "about", {"view": "sources"})
