"""Shapes of the world's countries, simplified without gaps, for the map of the world page.

Source: Natural Earth 1:50m (public domain) as packaged in ``world-atlas`` (ISC). Borders are those Natural Earth draws,
which follow who controls the ground; the page says so. Antarctica and specks too small to see are left out.
"""

from pathlib import Path
from typing import Any

from dashboard.exceptions import IngestError
from dashboard.ingest.boundaries import read_places, write_shapes

TOLERANCE_DEGREES = 0.25
DECIMALS = 2
STRIPE_STEP, STRIPE_WIDTH = 4.0, 0.8
SMALLEST = 0.05
"""Square degrees below which a shape of a place without figures is left out."""
NUMERIC = (
    "004AFG 008ALB 012DZA 016ASM 020AND 024AGO 028ATG 031AZE 032ARG 036AUS 040AUT 044BHS 048BHR 050BGD 051ARM 052BRB "
    "056BEL 060BMU 064BTN 068BOL 070BIH 072BWA 076BRA 084BLZ 090SLB 096BRN 100BGR 104MMR 108BDI 112BLR 116KHM 120CMR "
    "124CAN 132CPV 136CYM 140CAF 144LKA 148TCD 152CHL 156CHN 158TWN 170COL 174COM 178COG 180COD 184COK 188CRI 191HRV "
    "192CUB 196CYP 203CZE 204BEN 208DNK 212DMA 214DOM 218ECU 222SLV 226GNQ 231ETH 232ERI 233EST 238FLK 242FJI 246FIN "
    "250FRA 262DJI 266GAB 268GEO 270GMB 275PSE 276DEU 288GHA 296KIR 300GRC 304GRL 308GRD 316GUM 320GTM 324GIN 328GUY "
    "332HTI 340HND 344HKG 348HUN 352ISL 356IND 360IDN 364IRN 368IRQ 372IRL 376ISR 380ITA 384CIV 388JAM 392JPN 398KAZ "
    "400JOR 404KEN 408PRK 410KOR 414KWT 417KGZ 418LAO 422LBN 426LSO 428LVA 430LBR 434LBY 438LIE 440LTU 442LUX 446MAC "
    "450MDG 454MWI 458MYS 462MDV 466MLI 470MLT 478MRT 480MUS 484MEX 492MCO 496MNG 498MDA 499MNE 504MAR 508MOZ 512OMN "
    "516NAM 520NRU 524NPL 528NLD 533ABW 540NCL 548VUT 554NZL 558NIC 562NER 566NGA 570NIU 578NOR 583FSM 584MHL 585PLW "
    "586PAK 591PAN 598PNG 600PRY 604PER 608PHL 616POL 620PRT 624GNB 626TLS 630PRI 634QAT 642ROU 643RUS 646RWA 659KNA "
    "660AIA 662LCA 670VCT 674SMR 678STP 682SAU 686SEN 688SRB 690SYC 694SLE 702SGP 703SVK 704VNM 705SVN 706SOM 710ZAF "
    "716ZWE 724ESP 728SSD 729SDN 732ESH 740SUR 748SWZ 752SWE 756CHE 760SYR 762TJK 764THA 768TGO 776TON 780TTO 784ARE "
    "788TUN 792TUR 795TKM 800UGA 804UKR 807MKD 818EGY 826GBR 832JEY 834TZA 840USA 850VIR 854BFA 858URY 860UZB 862VEN "
    "882WSM 887YEM 894ZMB"
)
"""ISO 3166-1 numeric and alpha-3, run together."""
NAMED = {"Kosovo": "XKX", "Somaliland": "XSO", "N. Cyprus": "XNC"}
"""Shapes Natural Earth gives no number: where a rating exists it is the first; the others are land without figures."""
SHOWN_ALWAYS = ("ESH", "FLK", "NCL", "XSO", "XNC", "GRL")


def _read(path: Path) -> dict[str, Any]:
    import geopandas
    import shapely

    codes = {item[:3]: item[3:] for item in NUMERIC.split()}
    frame = geopandas.read_file(path, layer="countries").set_crs(4326, allow_override=True)
    whole = shapely.make_valid([_cut_at_date_line(shape) for shape in frame.geometry.values])
    areas = [_areas_of(shape) for shape in whole]
    shapes = shapely.coverage_simplify(areas, TOLERANCE_DEGREES)
    found: dict[str, Any] = {}
    for number, name, shape in zip(frame["id"], frame["name"], shapes, strict=True):
        code = NAMED.get(name) or codes.get(str(number))
        if code:
            found[code] = shape if code not in found else found[code].union(shape)
    if "TWN" not in found:
        raise IngestError(f"{path.name}: no shape for TWN")
    return found


def _cut_at_date_line(shape: Any) -> Any:
    """Return a shape whose rings do not run across the map: the package has joined what lies on both sides of 180°."""
    from shapely import affinity
    from shapely.geometry import Polygon, box
    from shapely.ops import unary_union

    parts = []
    for area in getattr(shape, "geoms", [shape]):
        outer, *holes = (_unroll(list(ring.coords)) for ring in (area.exterior, *area.interiors))
        open_area = Polygon(outer, holes).buffer(0)
        for shift in (-360, 0, 360):
            piece = affinity.translate(open_area, shift).intersection(box(-180, -90, 180, 90))
            parts += [] if piece.is_empty else [piece]
    return unary_union(parts)


def _unroll(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return a ring whose longitudes go on past 180° instead of jumping to the other side."""
    unrolled = ring[:1]
    for x, y in ring[1:]:
        step = round((unrolled[-1][0] - x) / 360)
        unrolled.append((x + 360 * step, y))
    return unrolled


def _areas_of(shape: Any) -> Any:
    """Return the areas of a shape; mending a ring that touches itself can leave stray lines beside them."""
    from shapely.geometry import MultiPolygon

    parts = [part for part in getattr(shape, "geoms", [shape]) if part.geom_type in ("Polygon", "MultiPolygon")]
    return MultiPolygon([area for part in parts for area in getattr(part, "geoms", [part])])


def _stripes(shape: Any) -> Any:
    """Return diagonal stripes inside a shape on one grid for the whole world, so that they meet at borders."""
    from shapely.geometry import Polygon
    from shapely.ops import unary_union

    west, south, east, north = shape.bounds
    height = north - south
    first = int((west - height) // STRIPE_STEP) - 1
    lines = []
    for index in range(first, int(east // STRIPE_STEP) + 2):
        x = index * STRIPE_STEP + (south % STRIPE_STEP)
        corners = [(x, south), (x + STRIPE_WIDTH, south), (x + STRIPE_WIDTH + height, north), (x + height, north)]
        lines.append(Polygon(corners))
    return unary_union(lines).intersection(shape)


def ingest(raw: Path, data: Path) -> None:
    """Write ``places/countries.geojson`` and its hatch.

    ``raw`` holds ``countries-50m.json``.
    """
    path = raw / "countries-50m.json"
    if not path.exists():
        raise IngestError(f"{path.name} is not in {raw.name}")
    listed = set(read_places(data / "places" / "countries.csv"))
    shapes = {
        code: shape
        for code, shape in _read(path).items()
        if code in listed or code in SHOWN_ALWAYS or shape.area > SMALLEST
    }
    places = data / "places"
    write_shapes(places / "countries.geojson", sorted(shapes.items()), DECIMALS)
    hatches = [(code, _stripes(shape)) for code, shape in sorted(shapes.items())]
    write_shapes(places / "countries-hatch.geojson", [row for row in hatches if not row[1].is_empty], DECIMALS)
