"""Checks of plans and projects: milestones, commitments, places on the map."""

from collections.abc import Iterator

from dashboard.catalog import Catalog
from dashboard.checks.common import check
from dashboard.models import Commitment, Milestone, Project


@check(lambda catalog: len(catalog.rows(Milestone)))
def check_late_steps_say_so(catalog: Catalog) -> Iterator[str]:
    """里程碑的完成日期不早於開始日期，未完成者不得有完成日期。

    A milestone is not met before it starts, and one that is not met has no day on which it was met.
    """
    for row in catalog.rows(Milestone):
        if row.date_met and row.start_date and row.date_met[:7] < row.start_date[:7]:
            yield f"{row.code}: {row.date_met} < {row.start_date}"
        if row.date_met and row.status in ("notMet", "scheduled"):
            yield f"{row.code}: {row.status} {row.date_met}"


@check(lambda catalog: len(catalog.rows(Commitment)))
def check_commitments_have_sources(catalog: Catalog) -> Iterator[str]:
    """每項承諾至少有一個來源。

    Every commitment has at least one source.
    """
    for row in catalog.rows(Commitment):
        if not row.sources:
            yield row.code


@check(lambda catalog: len(catalog.rows(Project)))
def check_projects_lie_in_taiwan(catalog: Catalog) -> Iterator[str]:
    """專案座標落在臺灣範圍內，經緯度成對出現。

    Coordinates of projects come in pairs and lie within Taiwan.
    """
    for row in catalog.rows(Project):
        if (row.latitude is None) != (row.longitude is None):
            yield f"{row.code}: one coordinate is missing"
        elif not (21.5 < (row.latitude or 23) < 26.6 and 117.9 < (row.longitude or 121) < 122.3):
            yield f"{row.code}: {row.latitude}, {row.longitude}"
