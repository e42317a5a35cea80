import gzip
import json
import re
from pathlib import Path

import pytest
from client import Client

from dashboard.palette import PALETTE
from dashboard.settings import ROOT
from dashboard.web.assets import BASE_SHAPES, SHAPES, STATIC, asset_url, shape_urls
from dashboard.web.middleware import HeadlineFirst, PrecompressedStatic
from dashboard.web.shell import FORM_PIECES, PIECES

FILES = sorted(path.name for path in STATIC.iterdir() if path.is_file())
NAMES = [*FILES, *(f"{name}.geojson" for name in SHAPES)]
TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "png": "image/png",
    "geojson": "application/geo+json",
}
every_asset = pytest.mark.parametrize("name", NAMES)


@every_asset
def test_an_asset_is_kept_for_ever_under_an_address_made_of_its_content(name: str, client: Client) -> None:
    answer = client.get(asset_url(name))
    assert answer.status == 200
    assert {"public", "immutable"} <= set(re.split(r", ?", answer.headers["cache-control"]))
    assert int(re.findall(r"max-age=(\d+)", answer.headers["cache-control"])[0]) >= 31536000
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert "content-encoding" not in answer.headers
    assert asset_url(name) != asset_url("app.css" if name != "app.css" else "app.js")


@every_asset
def test_an_asset_has_its_type(name: str, client: Client) -> None:
    assert client.get(asset_url(name)).headers["content-type"].split(";")[0] == TYPES[name.rpartition(".")[2]]


@every_asset
def test_an_asset_comes_packed_to_who_can_unpack_it_and_is_the_same(name: str, client: Client) -> None:
    plain = client.get(asset_url(name))
    packed = client.get(asset_url(name), accept_encoding="gzip, br")
    if len(plain.body) > 1024 and not name.endswith(".png"):
        assert packed.headers["content-encoding"] == "gzip"
        assert len(packed.body) < len(plain.body)
        assert gzip.decompress(packed.body) == plain.body
    else:
        assert packed.body == plain.body


def test_the_stylesheet_holds_the_palette_of_the_figures(client: Client) -> None:
    css = client.get(asset_url("app.css")).text
    for name, (light, dark) in PALETTE.items():
        assert f"--{name}: light-dark({light}, {dark})" in css
    assert (STATIC / "app.css").read_text(encoding="utf-8") in css
    assert "http" not in re.sub(r"http://www\.w3\.org/\S+", "", css)


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_are_those_of_the_published_data(name: str, client: Client) -> None:
    answer = client.get(shape_urls("")[name])
    assert answer.body == (ROOT / "data" / "places" / f"{name}.geojson").read_bytes()
    assert json.loads(answer.text)["type"] == "FeatureCollection"


def test_shapes_can_be_addressed_from_elsewhere() -> None:
    assert all(url.startswith("./assets/") for url in shape_urls().values())
    assert all(url.startswith("https://x.example/assets/") for url in shape_urls("https://x.example").values())


@pytest.mark.parametrize(
    "name",
    [
        "none.css",
        "other.geojson",
        ".geojson",
        "%2e%2e",
        "..%2fassets.py",
        "..%2f..%2f..%2fpyproject.toml",
        "%2e%2e%2f%2e%2e%2fsite.py",
        "%2fetc%2fpasswd",
        "..%5csite.py",
        "..%2f..%2fdata%2fplaces%2fcounties.geojson",
        "app.css%00",
        "%00",
    ],
)
def test_nothing_else_is_served_as_an_asset(name: str, client: Client) -> None:
    answer = client.get(f"/assets/x/{name}")
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("text/plain")
    assert "immutable" not in answer.headers.get("cache-control", "")
    assert len(answer.body) < 100


def test_the_icon_answers_where_browsers_look_for_it(client: Client) -> None:
    answer = client.get("/favicon.png")
    assert answer.headers["content-type"] == "image/png"
    assert answer.body.startswith(b"\x89PNG")


def test_the_frameworks_scripts_come_packed_and_whole(static: Path) -> None:
    from starlette.responses import PlainTextResponse

    client = Client(PrecompressedStatic(PlainTextResponse("passed on"), static))
    script = max((static / "static").rglob("*.js"), key=lambda path: path.stat().st_size)
    address = f"/{script.relative_to(static).as_posix()}"
    packed = client.get(address, accept_encoding="gzip")
    assert gzip.decompress(packed.body) == script.read_bytes()
    assert packed.headers["content-length"] == str(len(packed.body))
    assert "immutable" in packed.headers["cache-control"]
    assert "javascript" in packed.headers["content-type"]
    assert client.get(address).text == "passed on"
    assert client.get("/static/js/none.js", accept_encoding="gzip").text == "passed on"


def test_the_chart_library_waits_for_the_heading_and_is_then_the_frameworks_own(static: Path) -> None:
    from starlette.responses import PlainTextResponse

    library = next((static / "static" / "js").glob("PlotlyChart.*.js"))
    client = Client(HeadlineFirst(PrecompressedStatic(PlainTextResponse("passed on"), static), static))
    address = f"/static/js/{library.name}"
    first = client.get(address, accept_encoding="gzip")
    assert "javascript" in first.headers["content-type"]
    assert "immutable" not in first.headers["cache-control"]  # its words are ours and may change under this address
    first = client.get(address)
    asked = re.findall(r'import\("\./([^"]+)"\)', first.text)
    assert asked == [f"{library.name}?whole"]
    whole = client.get(f"/static/js/{asked[0]}", accept_encoding="gzip")
    assert gzip.decompress(whole.body) == library.read_bytes()
    # It gives on all that the library gives.
    given = re.search(r"export\{([^}]*)\}", library.read_text(encoding="utf-8")[-200:])
    assert given is not None
    assert {name.split(" as ")[-1] for name in given[1].split(",")} == {"PlotlyChart", "default"}
    assert "export const { PlotlyChart, default: chart }" in first.text and "export { chart as default }" in first.text
    assert client.get("/static/js/none.js", accept_encoding="gzip").text == "passed on"


def test_the_framework_takes_the_pieces_that_are_ready_and_is_else_its_own(static: Path) -> None:
    from starlette.responses import PlainTextResponse

    (script,) = [path for path in (static / "static" / "js").glob("index.*.js") if "lazy" in path.read_text("utf-8")]
    client = Client(HeadlineFirst(PrecompressedStatic(PlainTextResponse("passed on"), static), static))
    plain, packed = (client.get(f"/static/js/{script.name}", **how) for how in ({}, {"accept_encoding": "gzip"}))
    assert gzip.decompress(packed.body) == plain.body
    assert "immutable" in plain.headers["cache-control"]
    pieces = re.findall(r"globalThis\.pieces\?\.(\w+)\?\?", plain.text)
    assert sorted(pieces) == sorted((*PIECES, *FORM_PIECES))
    assert re.sub(r"globalThis\.pieces\?\.\w+\?\?", "", plain.text) == script.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["world_110m.json", "un/world_110m.json"])
def test_the_chart_library_gets_an_empty_world_from_us_and_not_one_from_outside(name: str, client: Client) -> None:
    answer = client.get(BASE_SHAPES + name)
    assert answer.status == 200 and answer.headers["content-type"].startswith("application/json")
    layers = json.loads(answer.body)["objects"]
    assert {"coastlines", "land", "countries"} <= set(layers)
    assert all(layer["geometries"] == [] for layer in layers.values())
