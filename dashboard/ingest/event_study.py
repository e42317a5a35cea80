"""Did outcomes move after countries joined the Open Government Partnership? Panel, estimates and group means.

Sources: World Bank WGI (estimates on their standard scale, 2002 on, because they are yearly only from then), V-Dem v15
and V-Dem v14 as prepared by ``demspaces``; joining years from ``places/memberships.csv``, each row with its source.
The panel is written beside the estimates, so that anybody can compute them again.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard import estimators
from dashboard.exceptions import IngestError
from dashboard.ingest import wgi
from dashboard.ingest.common import number, write_observations

FIRST_YEAR, LAST_YEAR, SCALE_YEAR = 2002, 2023, 2010
JOINERS, OTHERS = "XGJ", "XGN"
GROUP = "ogp"
CONTINENTS = ("africa", "americas", "asia", "europe", "oceania")
UNCLEAR = ("RUS",)
"""Announced that it would join in 2012 and took it back in 2013: neither a joiner nor a fair comparison."""
COHORTS = ("2012", "2013", "2014")
"""Joining years of the OGP's own list, where letters of intent came up to a year earlier."""
DEMOCRATIC = 0.5
WGI_OUTCOMES = {"control_of_corruption": "cc", "government_effectiveness": "ge", "voice_accountability": "va"}
VDEM_OUTCOMES = {"participatory_democracy": "v2x_partipdem"}
VDEM_OLDER_OUTCOMES = {"public_sector_integrity": "v2x_pubcorr"}
OUTCOMES = (*WGI_OUTCOMES, *VDEM_OLDER_OUTCOMES, *VDEM_OUTCOMES)
SOURCES = {
    **dict.fromkeys(WGI_OUTCOMES, "world_wgi_1996_2023"),
    **dict.fromkeys(VDEM_OLDER_OUTCOMES, "world_vdem_v14_demspaces"),
    **dict.fromkeys(VDEM_OUTCOMES, "world_vdem_v15"),
}
COLUMNS = (
    "outcome", "variant", "estimator", "distance", "value", "lower", "upper", "std_error", "p_value",
    "countries", "joiners", "observations",
)  # fmt: skip

Variant = tuple[str, str, Callable[[pd.DataFrame], pd.DataFrame]]


def read_joining(path: Path) -> dict[str, dict[str, str]]:
    """Return the rows of countries that joined while the panel runs, by country."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["group"] == GROUP]
    return {row["place"]: row for row in rows if int(row["since"][:4]) <= LAST_YEAR}


def read_continents(path: Path) -> dict[str, str]:
    """Return the continent of every country."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["place"]: row["group"] for row in csv.DictReader(file) if row["group"] in CONTINENTS}


def _read_wgi(path: Path) -> pd.DataFrame:
    frame: Any = pd.read_excel(path, na_values=[".."])
    if missing := sorted({"code", "year", "indicator", "estimate"} - set(frame.columns)):
        raise IngestError(f"{path.name}: no column {', '.join(missing)}")
    frame["code"] = frame["code"].replace(wgi.OLD_CODES)
    wide = frame.pivot_table(index=["code", "year"], columns="indicator", values="estimate").reset_index()
    return wide.rename(columns={short: code for code, short in WGI_OUTCOMES.items()})


def _read_vdem(path: Path, columns: Mapping[str, str]) -> pd.DataFrame:
    frame: Any = pd.read_csv(path)
    if missing := sorted({"country_text_id", "year", *columns.values()} - set(frame.columns)):
        raise IngestError(f"{path.name}: no column {', '.join(missing)}")
    names = {"country_text_id": "code"} | {short: code for code, short in columns.items()}
    frame = frame.rename(columns=names)
    return frame[["code", "year", *columns]].astype({"year": int})


def build_panel(raw: Path, joining: Mapping[str, Mapping[str, str]], listed: Iterable[str]) -> pd.DataFrame:
    """Return one row a country and year: ``ref_area``, ``time_period``, ``joined`` and every outcome on its own scale.

    Countries enter when the World Bank and V-Dem both rate them; ``joined`` is 0 where no joining is on record.
    """
    outcomes = _read_wgi(raw / "wgi" / "wgidataset_1996_2023_long.xlsx")
    newer = raw / "vdem" / "vdem_simple_v15_1990on.csv"
    outcomes = outcomes.merge(
        _read_vdem(newer, {**VDEM_OUTCOMES, "electoral_democracy": "v2x_polyarchy"}), on=["code", "year"]
    )
    older = _read_vdem(raw / "vdem" / "demspaces_vdem_v14_1968_2023.csv", VDEM_OLDER_OUTCOMES)
    outcomes = outcomes.merge(older, on=["code", "year"], how="left")
    keep = outcomes["code"].isin(set(listed) - set(UNCLEAR)) & outcomes["year"].between(FIRST_YEAR, LAST_YEAR)
    panel = outcomes[keep].rename(columns={"code": "ref_area", "year": "time_period"})
    years = {code: int(row["since"]) for code, row in joining.items()}
    panel["joined"] = panel["ref_area"].map(years).fillna(0).astype(int)
    columns = ["ref_area", "time_period", "joined", *OUTCOMES, "electoral_democracy"]
    return panel[columns].sort_values(["ref_area", "time_period"]).reset_index(drop=True)


def standardise(panel: pd.DataFrame, outcome: str) -> pd.Series:
    """Return an outcome in standard deviations across countries in 2010, counted from that year's mean."""
    base = panel.loc[panel["time_period"] == SCALE_YEAR, outcome].dropna()
    return (panel[outcome] - base.mean()) / base.std()


def _balanced(frame: pd.DataFrame) -> pd.DataFrame:
    """Return countries with every year, and joiners only within five years of joining that the panel covers."""
    whole = frame.groupby("unit")["period"].transform("size") == LAST_YEAR - FIRST_YEAR + 1
    near = (frame["joined"] == 0) | (frame["period"] - frame["joined"]).abs().le(5)
    covered = (frame["joined"] == 0) | (frame["joined"] + 5 <= LAST_YEAR)
    return frame[whole & near & covered]


def list_variants(joining: Mapping[str, Mapping[str, str]], continents: Mapping[str, str]) -> Iterator[Variant]:
    """Yield every variant of the study: its code, its estimator and what it keeps of the panel."""
    for estimator in estimators.ESTIMATORS:
        yield "main", estimator, lambda frame: frame
    leavers = {code for code, row in joining.items() if row["until"]}

    def earlier(frame: pd.DataFrame) -> pd.DataFrame:
        listed = frame["joined"].astype(str).isin(COHORTS)
        return frame.assign(joined=frame["joined"].where(~listed, frame["joined"] - 1))

    yield "later_joiners_only", "did2s", lambda frame: frame[frame["joined"] > 0]
    yield "democracies_only", "did2s", lambda frame: frame[frame["democratic"]]
    yield "balanced", "did2s", _balanced
    yield "joined_a_year_earlier", "did2s", earlier
    yield "without_leavers", "did2s", lambda frame: frame[~frame["unit"].isin(leavers)]
    yield "until_2019", "did2s", lambda frame: frame[frame["period"] <= 2019]
    for continent in CONTINENTS:
        outside = {code for code, place in continents.items() if place != continent}
        yield f"without_{continent}", "did2s", lambda frame, outside=outside: frame[frame["unit"].isin(outside)]
    # Years and regression of the published study, without its covariates, which are not all open.
    yield "park_kim", "twfe", lambda frame: frame[frame["period"].between(2003, 2018)]


def _row(outcome: str, variant: str, estimator: str, distance: int | str, found: estimators.Estimate) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "variant": variant,
        "estimator": estimator,
        "distance": distance,
        "value": number(found.value),
        "lower": number(found.lower),
        "upper": number(found.upper),
        "std_error": number(found.std_error),
        "p_value": number(found.p_value),
        "countries": found.units,
        "joiners": found.joiners,
        "observations": found.observations,
    }


def frame_of(panel: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return the panel of one outcome as the estimators take it, in standard deviations."""
    base = panel[panel["time_period"] == SCALE_YEAR].set_index("ref_area")["electoral_democracy"]
    return pd.DataFrame(
        {
            "unit": panel["ref_area"],
            "period": panel["time_period"],
            "joined": panel["joined"],
            "value": standardise(panel, outcome),
            "democratic": panel["ref_area"].map(base).fillna(0) >= DEMOCRATIC,
        }
    )


def estimate(
    panel: pd.DataFrame, joining: Mapping[str, Mapping[str, str]], continents: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return every estimate of the study: averages by variant, yearly paths, and the test of the years before."""
    rows = []
    for outcome in OUTCOMES:
        frame = frame_of(panel, outcome)
        for variant, estimator, keep in list_variants(joining, continents):
            rows.append(
                _row(outcome, variant, estimator, "", estimators.estimate_average(keep(frame).copy(), estimator))
            )
        for estimator in estimators.ESTIMATORS:
            for distance, found in estimators.estimate_path(frame, estimator).items():
                rows.append(_row(outcome, "path", estimator, distance, found))
        statistic, p_value = estimators.check_before(frame)
        rows.append(
            {"outcome": outcome, "variant": "before", "estimator": "leads", "distance": "", "value": number(statistic)}
            | {"p_value": number(p_value)}
        )
    return rows


def write_table(rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> str:
    """Return rows as CSV text; cells nobody fills are empty."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def _write_panel(panel: pd.DataFrame, path: Path) -> None:
    text = panel.round(4).to_csv(index=False, lineterminator="\n", na_rep="")
    path.write_text(text, encoding="utf-8")


def _group_means(panel: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Yield the unweighted mean of joiners and others by year, over countries the outcome covers in every year."""
    for outcome in OUTCOMES:
        frame = panel.assign(value=standardise(panel, outcome)).dropna(subset=["value"])
        whole = frame.groupby("ref_area")["time_period"].transform("size") == LAST_YEAR - FIRST_YEAR + 1
        frame = frame[whole].assign(group=lambda kept: kept["joined"].gt(0).map({True: JOINERS, False: OTHERS}))
        for (group, year), values in frame.groupby(["group", "time_period"])["value"]:
            yield {
                "ref_area": group,
                "time_period": str(year),
                "breakdown": outcome,
                "obs_value": number(float(values.mean())),
                "source_code": SOURCES[outcome],
                "note_zh_tw": f"{len(values)} 國的平均",
                "note_en": f"Mean of {len(values)} countries",
            }


def _averages(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, object]]:
    for row in rows:
        if row["variant"] == "main" and row["estimator"] == "did2s":
            yield {
                "ref_area": JOINERS,
                "time_period": f"{FIRST_YEAR}/{LAST_YEAR}",
                "breakdown": row["outcome"],
                "obs_value": row["value"],
                "lower": row["lower"],
                "upper": row["upper"],
                "source_code": SOURCES[str(row["outcome"])],
                "note_zh_tw": f"{row['joiners']} 個加入國、共 {row['countries']} 國",
                "note_en": f"{row['joiners']} joiners among {row['countries']} countries",
            }


def ingest(raw: Path, data: Path) -> None:
    """Write ``event_study/`` (panel and estimates) and the two indicators made from it.

    ``raw`` holds the folders ``wgi`` and ``vdem``.
    """
    memberships = data / "places" / "memberships.csv"
    joining, continents = read_joining(memberships), read_continents(memberships)
    panel = build_panel(raw, joining, continents)
    folder = data / "event_study"
    folder.mkdir(exist_ok=True)
    _write_panel(panel, folder / "panel.csv")
    # Estimated from the rounded panel that is published, so that the published rows give the published numbers.
    panel = pd.read_csv(folder / "panel.csv")
    rows = estimate(panel, joining, continents)
    (folder / "estimates.csv").write_text(write_table(rows, COLUMNS), encoding="utf-8")
    write_observations(data / "indicators" / "ogp_group_means.csv", _group_means(panel))
    write_observations(data / "indicators" / "ogp_joining_estimates.csv", _averages(rows))
