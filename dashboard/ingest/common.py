"""What every ingest function needs: place codes, and rows written the same way each time."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from dashboard.catalog import TEMPLATE_MARK, today
from dashboard.exceptions import IngestError
from dashboard.models import TOTAL, ObsStatus

COUNTY_CODES = {
    "63000": "TW-TPE",
    "64000": "TW-KHH",
    "65000": "TW-NWT",
    "66000": "TW-TXG",
    "67000": "TW-TNN",
    "68000": "TW-TAO",
    "10002": "TW-ILA",
    "10004": "TW-HSQ",
    "10005": "TW-MIA",
    "10007": "TW-CHA",
    "10008": "TW-NAN",
    "10009": "TW-YUN",
    "10010": "TW-CYQ",
    "10013": "TW-PIF",
    "10014": "TW-TTT",
    "10015": "TW-HUA",
    "10016": "TW-PEN",
    "10017": "TW-KEE",
    "10018": "TW-HSZ",
    "10020": "TW-CYI",
    "09007": "TW-LIE",
    "09020": "TW-KIN",
}
"""Interior ministry county code → ISO 3166-2."""

COUNTY_NAMES = {
    "臺北市": "TW-TPE",
    "高雄市": "TW-KHH",
    "新北市": "TW-NWT",
    "臺中市": "TW-TXG",
    "臺南市": "TW-TNN",
    "桃園市": "TW-TAO",
    "桃園縣": "TW-TAO",
    "宜蘭縣": "TW-ILA",
    "新竹縣": "TW-HSQ",
    "苗栗縣": "TW-MIA",
    "彰化縣": "TW-CHA",
    "南投縣": "TW-NAN",
    "雲林縣": "TW-YUN",
    "嘉義縣": "TW-CYQ",
    "屏東縣": "TW-PIF",
    "臺東縣": "TW-TTT",
    "花蓮縣": "TW-HUA",
    "澎湖縣": "TW-PEN",
    "基隆市": "TW-KEE",
    "新竹市": "TW-HSZ",
    "嘉義市": "TW-CYI",
    "連江縣": "TW-LIE",
    "金門縣": "TW-KIN",
}
"""Name as the tables write it → ISO 3166-2. Taoyuan was a county until December 2014."""

OBSERVATION_COLUMNS = (
    "ref_area",
    "time_period",
    "breakdown",
    "obs_value",
    "obs_status",
    "lower",
    "upper",
    "source_code",
    "published",
    "note_zh_tw",
    "note_en",
)
NATION = "TWN"
WORLDWIDE = frozenset(
    {
        "vdem_liberal_democracy",
        "vdem_participatory_democracy",
        "wgi_voice_accountability",
        "wgi_control_of_corruption",
        "wgi_government_effectiveness",
    }
)
"""Indices published for every country they rate; their licences allow it, and the world map needs them."""
COMPARED = frozenset(
    {
        "TWN", "JPN", "KOR", "MNG", "IDN", "PHL", "MYS", "IND", "THA", "SGP", "HKG", "TLS", "LKA", "AUS",
        "NZL", "USA", "CAN", "MEX", "CHL", "COL", "CRI", "BRA", "GBR", "IRL", "FRA", "DEU", "NLD", "BEL",
        "LUX", "CHE", "AUT", "ITA", "ESP", "PRT", "GRC", "SWE", "NOR", "DNK", "FIN", "ISL", "EST", "LVA",
        "LTU", "POL", "CZE", "SVK", "SVN", "HUN", "TUR", "ISR", "ZAF",
    }
)  # fmt: skip
"""Countries every other worldwide index is published for: the OECD and neighbours in Asia, with a few others."""


def county_of_name(name: str) -> str:
    """Return the ISO 3166-2 code of a county name, 臺 or 台.

    Raises:
        IngestError: when no county has this name.
    """
    code = COUNTY_NAMES.get(name.strip().replace("台", "臺"))
    if code is None:
        raise IngestError(f'"{name}" is not a county name')
    return code


def county_of_township(township_code: str) -> str:
    """Return the county an 8-digit township code lies in.

    Raises:
        IngestError: when the first five digits are no county.
    """
    code = COUNTY_CODES.get(township_code[:5])
    if code is None:
        raise IngestError(f'township "{township_code}" lies in no known county')
    return code


def number(value: float, decimals: int = 4) -> str:
    """Return a number as it is written in data/: no needless zeros, never in powers of ten."""
    written = f"{value:.{decimals}f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


KEY_COLUMNS = ("ref_area", "time_period", "breakdown", "source_code")


def write_observations(path: Path, rows: Iterable[Mapping[str, object]]) -> int:
    """Write rows sorted by period, place and breakdown; columns nobody fills are left out. Return their count.

    What was published stays. Where the file already holds another value for a row, the new one is added with today as
    its day of publication; where the source no longer gives a row, it is withdrawn. Both carry a mark where an editor
    must write the reason, and nothing is built until that is done.
    """
    given = [{key: _cell(value) for key, value in row.items()} for row in rows]
    if not given:
        raise IngestError(f"{path.name}: the source gave no rows")
    kept = _keep_vintages(_read_rows(path), given)
    kept.sort(key=lambda row: tuple(row.get(key, "") for key in ("time_period", "ref_area", "breakdown")))
    columns = [name for name in OBSERVATION_COLUMNS if any(row.get(name) for row in kept)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    return len(kept)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return number(value) if isinstance(value, float) else str(value)


def _read_rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _key(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple((row.get(name) or (TOTAL if name == "breakdown" else "")) for name in KEY_COLUMNS)


def _content(row: Mapping[str, str]) -> tuple[float | str | None, ...]:
    """Return what a row says; 98.20 says what 98.2 says, and a row without a status is a normal one."""
    numbers = [float(row[name]) if row.get(name) else None for name in ("obs_value", "lower", "upper")]
    return (*numbers, row.get("obs_status") or ObsStatus.NORMAL.value)


def _keep_vintages(held: list[dict[str, str]], given: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return every row held with what is new or different in the rows given added to it."""
    times = Counter((_key(row), _published(row)) for row in given)
    if twice := [key for key, count in times.items() if count > 1]:
        raise IngestError(f"the source gives {'/'.join(twice[0][0])} more than once")
    history: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in held:
        history.setdefault(_key(row), []).append(row)
    mark = {"published": today().isoformat(), "note_zh_tw": TEMPLATE_MARK, "note_en": TEMPLATE_MARK}
    for row in given:
        own = history.setdefault(_key(row), [])
        if not own:
            own.append(row if not held or row.get("published") else row | {"published": mark["published"]})
        elif row not in own and _content(max(own, key=_published)) != _content(row):
            own.append(row | mark)
    still = {_key(row) for row in given}
    for key, own in history.items():
        newest = max(own, key=_published)
        if key not in still and newest.get("obs_status") != ObsStatus.WITHDRAWN:
            gone = {name: newest.get(name, "") for name in KEY_COLUMNS}
            own.append(gone | mark | {"obs_status": ObsStatus.WITHDRAWN.value})
    return [row for own in history.values() for row in own]


def _published(row: Mapping[str, str]) -> str:
    """Return the day of a row; without one it is that of the indicator's first publication."""
    return row.get("published") or ""
