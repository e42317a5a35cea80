"""Files the browser keeps for ever: the stylesheet, the small script, the marks and the shapes of places.

An address holds a hash of the content, so a new content has a new address and nothing needs to expire.
"""

import gzip
import hashlib
import json
import mimetypes
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.palette import PALETTE
from dashboard.settings import get_settings

STATIC = Path(__file__).with_name("static")
LAYERS = ("counties", "townships", "countries", "counties-people", "townships-people")
SHAPES = ("frames", *LAYERS, *(f"{layer}-hatch" for layer in LAYERS))
BASE_SHAPES = "/assets/world/"
"""Where the chart library looks for the world under a map; without this it would ask its maker's server."""
EMPTY_WORLD = json.dumps(
    {
        "type": "Topology",
        "arcs": [],
        "objects": {
            name: {"type": "GeometryCollection", "geometries": []}
            for name in ("coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits")
        },
    }
)
FOR_EVER = "public, immutable, max-age=31536000"

mimetypes.add_type("application/geo+json", ".geojson")


def palette_css() -> str:
    """Return the palette as CSS variables that follow the reader's light or dark theme."""
    lines = [f"--{name}: light-dark({light}, {dark});" for name, (light, dark) in PALETTE.items()]
    return ":root {" + " ".join(lines) + "}\n"


@lru_cache
def load_asset(name: str) -> bytes:
    """Return the bytes of an asset.

    Raises:
        KeyError: when there is no asset of this name.
    """
    if name.endswith(".geojson") and name.removesuffix(".geojson") in SHAPES:
        return (get_settings().data / "places" / name).read_bytes()
    known = {path.name: path for path in STATIC.iterdir() if path.is_file()}
    content = known[name].read_bytes()
    return palette_css().encode() + content if name in ("app.css", "stage.css") else content


@lru_cache
def asset_url(name: str) -> str:
    """Return the address of an asset: ``/assets/<hash>/<name>``."""
    return f"/assets/{hashlib.sha256(load_asset(name)).hexdigest()[:12]}/{name}"


def shape_urls(base: str = ".") -> dict[str, str]:
    """Return the address of every layer of shapes, as seen from a page of the app unless another base is given."""
    return {name: base + asset_url(f"{name}.geojson") for name in SHAPES}


@lru_cache
def _compressed(name: str) -> bytes:
    return gzip.compress(load_asset(name), 6)


async def serve_asset(request: Request) -> Response:
    """Answer with an asset, compressed where the browser takes it."""
    name = request.path_params["name"]
    try:
        content = load_asset(name)
    except (KeyError, OSError):
        return Response("not found", status_code=404, media_type="text/plain")
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if len(content) > 1024 and "gzip" in request.headers.get("accept-encoding", "") and not kind.startswith("image/p"):
        return Response(_compressed(name), media_type=kind, headers=headers | {"Content-Encoding": "gzip"})
    return Response(content, media_type=kind, headers=headers)


async def serve_favicon(_: Request) -> Response:
    """Answer browsers that ask for the icon without reading the page."""
    return Response(load_asset("favicon.png"), media_type="image/png", headers={"Cache-Control": "max-age=86400"})


async def serve_base_shapes(_: Request) -> Response:
    """Answer the chart library, which asks for a world to draw under every map, with an empty one."""
    return Response(EMPTY_WORLD, media_type="application/json", headers={"Cache-Control": FOR_EVER})


routes = [
    Route(BASE_SHAPES + "{name:path}", serve_base_shapes),
    Route("/assets/{digest}/{name}", serve_asset),
    Route("/favicon.png", serve_favicon),
]
