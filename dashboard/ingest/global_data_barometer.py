"""Global Data Barometer, first edition: scores by module and pillar, and single questions.

Source: parsed copy of the Barometer's published results (research of 2021, published in May 2022). The copy says no
licence was stated with the files, so values are shown for Taiwan and a few countries beside it. Scores are text.
"""

import json
from pathlib import Path

from dashboard.exceptions import IngestError
from dashboard.ingest.common import NATION, write_observations
from dashboard.models import TOTAL

YEAR = "2021"
# Japan and Singapore were not assessed.
COUNTRIES = (NATION, "KOR", "AUS", "EST", "NZL", "GBR", "USA")
MODULES = {
    "SCORE": TOTAL,
    "A": "pillar_availability",
    "C": "pillar_capability",
    "G": "pillar_governance",
    "U": "pillar_use",
    "CAPABILITIES": "capabilities",
    "GOVERNANCE": "governance",
    "CLIMATE": "climate",
    "COMPANY": "company",
    "HEALTH": "health",
    "LAND": "land",
    "PI": "political_integrity",
    "PROCUREMENT": "procurement",
    "PF": "public_finance",
}
ITEMS = {
    "A.PROCUREMENT.OC": "procurement",
    "A.COMPANY.REG": "company_register",
    "A.PF.BUDGETSPEND": "budget_and_spending",
    "A.PI.POLFIN": "political_finance",
    "A.PI.RTI": "information_requests",
    "A.PI.IAD": "asset_declarations",
    "A.PI.PUBCON": "public_consultation",
    "A.PI.LOBBY": "lobbying",
    "A.COMPANY.BOT": "beneficial_ownership",
    "C.CAPABILITIES.TRAIN": "civil_service_training",
    "U.PROCUREMENT.ANALYTICS": "procurement_use",
    "U.PI.ACCOUNT": "accountability_use",
}


def _rows(measures: list[dict[str, str]], fields: dict[str, str]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for measure in measures:
        if measure["iso"] not in COUNTRIES:
            continue
        if missing := sorted(set(fields) - set(measure)):
            raise IngestError(f"measures of {measure['iso']}: no {', '.join(missing)}")
        key: dict[str, object] = {"ref_area": measure["iso"], "time_period": YEAR}
        rows += [
            key | {"breakdown": part, "obs_value": int(measure[field])}
            for field, part in fields.items()
            if measure[field] not in ("", None)
        ]
    return rows


def ingest(raw: Path, data: Path) -> None:
    """Write ``global_data_barometer_modules`` and ``global_data_barometer_items``.

    ``raw`` holds ``gdb1_measures_110_countries.json``.
    """
    measures = json.loads((raw / "gdb1_measures_110_countries.json").read_text(encoding="utf-8"))
    for code, fields in (("global_data_barometer_modules", MODULES), ("global_data_barometer_items", ITEMS)):
        write_observations(data / "indicators" / f"{code}.csv", _rows(measures, fields))
