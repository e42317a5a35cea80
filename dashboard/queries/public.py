"""What is public by a day: the one rule, for everything that rests on observations or has a day of its own.

An indicator is public from the day of its first row (``get_cards``), a claim once every observation it names is
(``get_claims``), a consultation from its ``published`` day (``get_consultations``). A story is public once every claim
it names and every indicator it shows is; the tables of something that is not public are not either.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

import pandas as pd
from sqlalchemy import inspect
from sqlmodel import SQLModel, col

from dashboard.catalog import today
from dashboard.evidence import STORY_PLACEHOLDER
from dashboard.language import LANGUAGES, pick
from dashboard.models import CaseStudy, CheckResult, Claim, Consultation, Indicator, StudyEstimate
from dashboard.queries.access import read_rows
from dashboard.queries.claims import get_claims
from dashboard.queries.indicators import get_cards
from dashboard.queries.opinions import get_consultations
from dashboard.store import Store

STUDY_INDICATOR = "ogp_joining_estimates"
"""The indicator of the study of joining the OGP: its files and tables are public when it is."""
MARK = re.compile(r"\{\{(claim|number|figure|map):\s*([a-z0-9_]+)")
OWNERS = {"indicator_code": Indicator, "claim_id": Claim, "consultation": Consultation}
"""Columns by which a row hangs on something that may not be public yet."""


def _texts(story: CaseStudy) -> Iterable[str]:
    for language in LANGUAGES:
        yield from (pick(story, name, language) for name in ("title", "summary", "body"))
        yield from (words[language] for steps in (story.ladder, story.borrow) for words in steps.values())


def list_shown(story: CaseStudy) -> list[str]:
    """Return the indicators a story shows as figures, its leading one first."""
    marks = MARK.findall(" ".join(_texts(story)))
    return [story.lead_indicator, *(code for kind, code in marks if kind in ("figure", "map"))]


def _rests_on_public(story: CaseStudy, codes: Collection[str], claims: Collection[str]) -> bool:
    written = " ".join(_texts(story))
    named = {name.partition(".")[0] for name in STORY_PLACEHOLDER.findall(written)}
    named |= {code for kind, code in MARK.findall(written) if kind in ("claim", "number")}
    return named <= set(claims) and set(list_shown(story)) <= set(codes)


@lru_cache(maxsize=8)
def _read_stories(store: Store, day: dt.date) -> tuple[CaseStudy, ...]:
    cards = get_cards(store, day)
    claims = {filled.claim.id for filled in get_claims(store, cards, day)}
    rows = read_rows(store, CaseStudy, order=[col(CaseStudy.position), col(CaseStudy.slug)])
    return tuple(row for row in rows if _rests_on_public(row, cards, claims))


def get_case_studies(store: Store, day: dt.date | None = None) -> list[CaseStudy]:
    """Return the stories public by a day (today when none is given) in the order they are shown.

    As of an earlier day a story that is public today needs no more than the indicators it shows: it was there before
    a figure in it was put right or added, and says of such a figure that it was not public yet.
    """
    by = day or today()
    if by >= today():
        return list(_read_stories(store, by))
    cards = get_cards(store, by)
    return [story for story in _read_stories(store, today()) if set(list_shown(story)) <= set(cards)]


def get_study(store: Store, day: dt.date | None = None) -> pd.DataFrame:
    """Return every estimate of the study of joining the OGP, in the order they were computed.

    None before its indicator is public by the day; without a day: today.
    """
    public = STUDY_INDICATOR in get_cards(store, day)
    rows = read_rows(store, StudyEstimate, order=[col(StudyEstimate.id)]) if public else []
    columns = [name for name in StudyEstimate.model_fields if name != "id"]
    return pd.DataFrame([{name: getattr(row, name) for name in columns} for row in rows], columns=columns)


def _public_keys(store: Store, day: dt.date) -> dict[type[SQLModel], set[str]]:
    cards = get_cards(store, day)
    return {
        Indicator: set(cards),
        Claim: {filled.claim.id for filled in get_claims(store, cards, day)},
        CaseStudy: {row.slug for row in get_case_studies(store, day)},
        Consultation: {row.slug for row in get_consultations(store, day)},
    }


def _key(row: SQLModel) -> str:
    return next(str(getattr(row, name)) for name in ("code", "id", "slug") if hasattr(row, name))


def get_checks(store: Store, day: dt.date | None = None) -> list[CheckResult]:
    """Return what the checks said when this version was built; no example names what is not public by the day."""
    rows = read_rows(store, CheckResult)
    hidden = {
        key
        for model, public in _public_keys(store, day or today()).items()
        for key in map(_key, read_rows(store, model))
        if key not in public
    }
    if hidden:
        names = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, sorted(hidden)))})(?![\w-])")
        for row in rows:
            row.examples = [words for words in row.examples if not names.search(words)]
    return rows


def get_public_tables(store: Store, day: dt.date, models: Sequence[type[SQLModel]]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of catalogue tables public by a day, ordered by their keys, by the name of their table."""
    public = _public_keys(store, day)
    tables: dict[str, list[dict[str, Any]]] = {}
    for model in models:
        rows: Sequence[SQLModel]
        if model is StudyEstimate:
            rows = read_rows(store, model) if STUDY_INDICATOR in public[Indicator] else []
        elif model is CheckResult:
            rows = get_checks(store, day)
        else:
            # By their keys, because what a database gives without being told an order is its own affair.
            keys = [column.name for column in inspect(model).primary_key]
            held = sorted(read_rows(store, model), key=attrgetter(*keys))
            rows = [row for row in held if _is_public(row, public)]
        # Dumping a row would complain about codes that are plain text by now.
        tables[str(model.__tablename__)] = [{name: getattr(row, name) for name in model.model_fields} for row in rows]
    for row in [*tables.get("consultation", []), *tables.get("claim", [])]:
        # An opinion map, or a claim on public figures, may be out before the story about it.
        row["case_study"] = row["case_study"] if row["case_study"] in public[CaseStudy] else None
    return tables


def _is_public(row: SQLModel, public: dict[type[SQLModel], set[str]]) -> bool:
    if type(row) in public:
        return _key(row) in public[type(row)]
    owners = ((model, getattr(row, name, None)) for name, model in OWNERS.items())
    return all(key is None or key in public[model] for model, key in owners)
