"""Plain questions to the store: ``get_…(store, …)`` gives rows or a tidy frame. SQL lives here and in ``vintages``.

Every question about observations is asked as of a day: the latest row published by then, for each key. A row whose
``published`` day has not come yet does not exist for anybody, nor does what rests on it: see ``public``.
"""

from dashboard.queries.access import ask, read_rows
from dashboard.queries.catalogue import (
    get_commitments,
    get_events,
    get_gaps,
    get_licenses,
    get_meetings,
    get_members,
    get_memberships,
    get_milestones,
    get_places,
    get_plans,
    get_projects,
    get_recommendations,
    get_rules,
    get_sources,
    get_standards,
    get_synonyms,
    get_themes,
)
from dashboard.queries.claims import CELL, FilledClaim, get_claim_values, get_claims, get_value_sources, list_cells
from dashboard.queries.indicators import IndicatorCard, get_cards, get_indicators
from dashboard.queries.observations import (
    Selection,
    get_county_profile,
    get_every_observation,
    get_every_vintage,
    get_latest_national,
    get_observation_page,
    get_observations,
    get_summary,
)
from dashboard.queries.opinions import Opinions, get_consultations, get_opinions
from dashboard.queries.public import STUDY_INDICATOR, get_case_studies, get_checks, get_public_tables, get_study
from dashboard.queries.publications import get_publication_days, get_publications

__all__ = [
    "CELL",
    "STUDY_INDICATOR",
    "FilledClaim",
    "IndicatorCard",
    "Opinions",
    "Selection",
    "ask",
    "get_cards",
    "get_case_studies",
    "get_checks",
    "get_claim_values",
    "get_claims",
    "get_commitments",
    "get_consultations",
    "get_county_profile",
    "get_events",
    "get_every_observation",
    "get_every_vintage",
    "get_gaps",
    "get_indicators",
    "get_latest_national",
    "get_licenses",
    "get_meetings",
    "get_members",
    "get_memberships",
    "get_milestones",
    "get_observation_page",
    "get_observations",
    "get_opinions",
    "get_places",
    "get_plans",
    "get_projects",
    "get_public_tables",
    "get_publication_days",
    "get_publications",
    "get_recommendations",
    "get_rules",
    "get_sources",
    "get_standards",
    "get_study",
    "get_summary",
    "get_synonyms",
    "get_themes",
    "get_value_sources",
    "list_cells",
    "read_rows",
]
