import json
from pathlib import Path

import pytest
from shapely.geometry import shape

from dashboard.exceptions import IngestError
from dashboard.ingest import world_boundaries
from dashboard.web.assets import load_asset


def _raw(tmp_path: Path, *, taiwan: bool = True) -> Path:
    """Write three countries in the package's shape; one lies across the date line, its ring joined, as there."""
    arcs = [
        [[120, 22], [122, 22], [122, 25], [120, 25], [120, 22]],
        [[170, 60], [-170, 60], [-170, 70], [170, 70], [170, 60]],
        [[43, 8], [49, 8], [49, 11], [43, 11], [43, 8]],
    ]
    geometries = [
        {"type": "Polygon", "arcs": [[0]], "id": "158" if taiwan else "999", "properties": {"name": "Taiwan"}},
        {"type": "Polygon", "arcs": [[1]], "id": "643", "properties": {"name": "Russia"}},
        {"type": "Polygon", "arcs": [[2]], "properties": {"name": "Somaliland"}},
    ]
    objects = {"countries": {"type": "GeometryCollection", "geometries": geometries}}
    raw = tmp_path / "raw"
    raw.mkdir()
    topology = {"type": "Topology", "objects": objects, "arcs": arcs}
    (raw / "countries-50m.json").write_text(json.dumps(topology), encoding="utf-8")
    return raw


def _data(tmp_path: Path) -> Path:
    places = tmp_path / "data" / "places"
    places.mkdir(parents=True)
    head = "code,title_zh_tw,title_en,level,parent,population\n"
    (places / "countries.csv").write_text(f"{head}TWN,臺灣,Taiwan,country,,\n", encoding="utf-8")
    return tmp_path / "data"


def test_shapes_carry_alpha_3_codes_and_do_not_run_across_the_map(tmp_path: Path) -> None:
    data = _data(tmp_path)
    world_boundaries.ingest(_raw(tmp_path), data)
    features = json.loads((data / "places" / "countries.geojson").read_text(encoding="utf-8"))["features"]
    shapes = {feature["id"]: shape(feature["geometry"]) for feature in features}
    assert set(shapes) == {"TWN", "RUS", "XSO"}
    assert shapes["RUS"].area == pytest.approx(200, rel=0.05)
    assert all(part.bounds[2] - part.bounds[0] < 20 for part in shapes["RUS"].geoms)
    hatches = json.loads((data / "places" / "countries-hatch.geojson").read_text(encoding="utf-8"))["features"]
    for feature in hatches:
        stripes = shape(feature["geometry"])
        assert stripes.area < 0.6 * shapes[feature["id"]].area


def test_a_package_without_taiwan_or_the_file_is_refused(tmp_path: Path) -> None:
    data = _data(tmp_path)
    with pytest.raises(IngestError, match="TWN"):
        world_boundaries.ingest(_raw(tmp_path, taiwan=False), data)
    with pytest.raises(IngestError, match="countries-50m"):
        world_boundaries.ingest(tmp_path, data)


def test_the_published_shapes_are_light_enough_for_one_view() -> None:
    import gzip

    assert len(gzip.compress(load_asset("countries.geojson"))) < 120_000
    assert len(gzip.compress(load_asset("countries-hatch.geojson"))) < 120_000
