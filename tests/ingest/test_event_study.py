import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from depth import some

from dashboard.exceptions import IngestError
from dashboard.ingest import event_study
from dashboard.language import load_texts
from dashboard.settings import ROOT

FOLDER = ROOT / "data" / "event_study"
MEMBERSHIPS = ROOT / "data" / "places" / "memberships.csv"
SHIPPED = pd.read_csv(FOLDER / "estimates.csv")
PLACES = [f"A{letter}{other}" for letter in "ABCDEF" for other in "ABCD"]


def _raw(tmp_path: Path) -> Path:
    """Write a made-up world in the shape of the publishers' files, with their old codes and missing marks."""
    random = np.random.default_rng(1)
    wgi, vdem = tmp_path / "wgi", tmp_path / "vdem"
    wgi.mkdir()
    vdem.mkdir()
    codes = [*PLACES, "TWN", "ROM", "RUS"]
    years = range(2002, 2024)
    rows = [
        {"code": code, "year": year, "indicator": short, "estimate": f"{random.normal():.3f}"}
        for code in codes for year in years for short in ("cc", "ge", "va", "rl")
    ]  # fmt: skip
    rows[0]["estimate"] = ".."
    pd.DataFrame(rows).to_excel(wgi / "wgidataset_1996_2023_long.xlsx", index=False)
    names = [*PLACES, "TWN", "ROU", "RUS", "XXX"]
    newer = [{"country_text_id": code, "year": float(year), "v2x_partipdem": random.random(), "v2x_polyarchy": 0.6}
             for code in names for year in years]  # fmt: skip
    pd.DataFrame(newer).to_csv(vdem / "vdem_simple_v15_1990on.csv", index=False)
    older = [{"country_text_id": row["country_text_id"], "year": int(row["year"]), "v2x_pubcorr": random.random()}
             for row in newer]  # fmt: skip
    pd.DataFrame(older).to_csv(vdem / "demspaces_vdem_v14_1968_2023.csv", index=False)
    return tmp_path


def _data(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    (data / "places").mkdir(parents=True)
    (data / "indicators").mkdir()
    lines = ["group,place,since,until,source_code"]
    lines += [f"ogp,{code},{2010 + place % 4},,x" for place, code in enumerate(PLACES[:12])]
    lines += ["ogp,ROU,2012,2016,x", f"ogp,{PLACES[-1]},2025,,x"]
    lines += [f"{continent},{code},,,x" for place, code in enumerate([*PLACES, "TWN", "ROU", "RUS"])
              for continent in [event_study.CONTINENTS[place % 5]]]  # fmt: skip
    (data / "places" / "memberships.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return data


def test_a_made_up_world_gives_panel_estimates_and_indicators(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = _data(tmp_path)
    every = event_study.list_variants
    monkeypatch.setattr(event_study, "list_variants", lambda *given: some(every(*given), 4))
    event_study.ingest(_raw(tmp_path), data)
    panel = pd.read_csv(data / "event_study" / "panel.csv")
    assert set(panel["ref_area"]) == {*PLACES, "TWN", "ROU"}, "old codes are read, who took it back is left out"
    assert panel.set_index("ref_area")["joined"]["ROU"].unique().tolist() == [2012]
    assert panel.set_index("ref_area")["joined"]["TWN"].unique().tolist() == [0]
    assert panel.set_index("ref_area")["joined"][PLACES[-1]].unique().tolist() == [0], "it joined after the panel"
    estimates = pd.read_csv(data / "event_study" / "estimates.csv")
    assert set(estimates["outcome"]) == set(event_study.OUTCOMES)
    main = estimates[estimates["variant"] == "main"]
    # Noise alone was planted: nothing stands out by more than chance.
    assert (main["value"].abs() < 4 * main["std_error"]).all()
    with (data / "indicators" / "ogp_group_means.csv").open(encoding="utf-8") as file:
        means = list(csv.DictReader(file))
    assert {row["ref_area"] for row in means} == {"XGJ", "XGN"}
    corruption = [row for row in means if row["breakdown"] == "control_of_corruption"]
    assert corruption[0]["note_en"] == "Mean of 12 countries", "the country with a missing year is not counted"


def test_a_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    raw, data = _raw(tmp_path), _data(tmp_path)
    path = raw / "vdem" / "vdem_simple_v15_1990on.csv"
    pd.read_csv(path).drop(columns="v2x_partipdem").to_csv(path, index=False)
    with pytest.raises(IngestError, match="v2x_partipdem"):
        event_study.ingest(raw, data)


def test_the_published_panel_gives_the_published_estimates() -> None:
    panel = pd.read_csv(FOLDER / "panel.csv")
    joining = event_study.read_joining(MEMBERSHIPS)
    continents = event_study.read_continents(MEMBERSHIPS)
    for outcome in some(("control_of_corruption", "government_effectiveness"), 2):
        frame = event_study.frame_of(panel, outcome)
        held = SHIPPED[(SHIPPED["outcome"] == outcome)].set_index(["variant", "estimator"])
        for variant, estimator, keep in event_study.list_variants(joining, continents):
            found = event_study.estimators.estimate_average(keep(frame).copy(), estimator)
            row = held.loc[(variant, estimator)]
            assert found.value == pytest.approx(row["value"], abs=2e-4), (outcome, variant)
            assert found.std_error == pytest.approx(row["std_error"], abs=2e-4), (outcome, variant)
            assert (found.units, found.joiners) == (row["countries"], row["joiners"]), (outcome, variant)


def test_every_variant_and_estimator_published_has_its_words() -> None:
    variants = set(SHIPPED["variant"]) - {"main", "path", "before"}
    wanted = {f"variant_{name}" for name in variants} | {
        f"estimator_{name}" for name in set(SHIPPED["estimator"]) - {"leads"}
    }
    assert wanted <= set(load_texts())


def test_joining_years_are_known_and_taiwan_has_none() -> None:
    joining = event_study.read_joining(MEMBERSHIPS)
    assert "TWN" not in joining
    assert all(2011 <= int(row["since"]) <= 2026 for row in joining.values())
    assert all(not row["until"] or row["until"] >= row["since"] for row in joining.values())
