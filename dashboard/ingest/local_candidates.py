"""Women and people under 35 among candidates and winners of local elections in 2014, 2018 and 2022.

Source: Central Election Commission, candidates of the nine local elections (OGDL 1.0).

The file marks as elected only those who won by votes alone. Whoever won a seat reserved for women is marked as not
elected: nine council members in 2014, four in 2018 and four in 2022. ``RESERVED`` names their constituencies; the seat
goes, as the Local Government Act says, to the woman with the most votes among those not yet elected. No name of a
candidate is written.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from dashboard.exceptions import IngestError
from dashboard.ingest.common import COUNTY_CODES, NATION, write_observations

COLUMNS = ("year", "office", "prv_code", "city_code", "area_code", "cand_sex", "age_election", "elected", "ticket_num")
COUNCIL = ("直轄市議員", "縣市議員")
HEADS = ("鄉鎮市長", "直轄市山地原住民區長")
CHIEFS = ("村里長",)
SEATS = {"2014": 907, "2018": 912, "2022": 910}
"""Council seats filled in each election, municipalities and counties together."""
RESERVED = frozenset(
    {
        ("2014", "10008", "02"),
        ("2014", "10017", "03"),
        ("2014", "10017", "07"),
        ("2014", "10013", "04"),
        ("2014", "10007", "06"),
        ("2014", "10018", "05"),
        ("2014", "10004", "03"),
        ("2014", "09020", "02"),
        ("2014", "64000", "11"),
        ("2018", "10013", "01"),
        ("2018", "10007", "06"),
        ("2018", "10005", "05"),
        ("2018", "09020", "02"),
        ("2022", "10004", "02"),
        ("2022", "67000", "01"),
        ("2022", "10005", "05"),
        ("2022", "09020", "01"),
    }
)
"""Year, county and constituency in which one council seat went to a woman by reservation."""
YOUNG = 35
SMALL_BASE = 30

Row = dict[str, str]
Observation = dict[str, object]
Key = tuple[str, str]


def _county_code(row: Row) -> str:
    return row["prv_code"] + row["city_code"]


def _constituency(row: Row) -> tuple[str, str, str]:
    return row["year"], _county_code(row), row["area_code"]


def is_woman(row: Row) -> bool:
    """Tell whether the candidate is recorded as a woman."""
    return row["cand_sex"] == "f"


def is_young(row: Row) -> bool:
    """Tell whether the candidate was under 35 on polling day."""
    return int(row["age_election"]) < YOUNG


def is_elected(row: Row) -> bool:
    """Tell whether the candidate won, reserved seats included once they are marked."""
    return row["elected"] == "True"


def _mark_reserved_seats(council: list[Row]) -> None:
    """Mark the women whose reserved seat the file leaves out, and check that all seats are then filled."""
    losers: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in council:
        if is_woman(row) and not is_elected(row):
            losers[_constituency(row)].append(row)
    for place in RESERVED:
        if not losers[place]:
            raise IngestError(f"no woman stood unelected in {'/'.join(place)}; is the constituency code right?")
        max(losers[place], key=lambda row: int(row["ticket_num"]))["elected"] = "True"
    filled = Counter(row["year"] for row in council if is_elected(row))
    if filled != SEATS:
        raise IngestError(f"council seats filled are {dict(filled)}, not {SEATS}")


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or any(column not in rows[0] for column in COLUMNS):
        raise IngestError(f"{path.name} must have the columns {', '.join(COLUMNS)}")
    if sexes := {row["cand_sex"] for row in rows} - {"m", "f"}:
        raise IngestError(f"{path.name}: sex is {sorted(sexes)}")
    return rows


def _by_place(rows: Iterable[Row]) -> dict[Key, list[Row]]:
    """Return rows under place and year: county and nation."""
    groups: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        county = COUNTY_CODES.get(_county_code(row))
        if county is None:
            raise IngestError(f"{_county_code(row)} is no county code")
        groups[county, row["year"]].append(row)
        groups[NATION, row["year"]].append(row)
    return groups


def _caveats(place: str, group: list[Row]) -> dict[str, str]:
    """Return status and notes of a share: a small base, and seats we filled in."""
    chinese, english = [], []
    status = "U" if len(group) < SMALL_BASE else ""
    if status:
        chinese.append(f"基數僅 {len(group)} 人，一人之差即可使比率大幅變動。")
        english.append(f"The base is only {len(group)} people; one person moves the share a lot.")
    # Only winners of council seats reach us with a reserved seat among them.
    added = sum(place in RESERVED for place in {_constituency(row) for row in group})
    if added and all(is_elected(row) and row["office"] in COUNCIL for row in group):
        chinese.append(f"含由婦女保障名額補列的 {added} 席。")
        english.append(f"Includes {added} reserved-seat winner{'s' if added > 1 else ''} that we filled in.")
    return {"obs_status": status, "note_zh_tw": "".join(chinese), "note_en": " ".join(english)}


def _shares(rows: Iterable[Row], counted: Callable[[Row], bool]) -> list[Observation]:
    observations = []
    for (place, year), group in _by_place(rows).items():
        value = sum(map(counted, group)) / len(group) * 100
        observations.append({"ref_area": place, "time_period": year, "obs_value": value, **_caveats(place, group)})
    return observations


def _people(rows: Iterable[Row], parts: dict[str, Callable[[Row], bool]]) -> list[Observation]:
    return [
        {"ref_area": place, "time_period": year, "breakdown": part, "obs_value": sum(map(counted, group))}
        for (place, year), group in _by_place(rows).items()
        for part, counted in parts.items()
    ]


def ingest(raw: Path, data: Path) -> None:
    """Write nine indicators read from ``local_candidates_2014_2018_2022.csv``."""
    rows = _read(raw / "local_candidates_2014_2018_2022.csv")
    council = [row for row in rows if row["office"] in COUNCIL]
    _mark_reserved_seats(council)
    winners = [row for row in council if is_elected(row)]
    chiefs = [row for row in rows if row["office"] in CHIEFS and is_elected(row)]
    heads = [row for row in rows if row["office"] in HEADS and is_elected(row)]
    sexes = {"_T": lambda _: True, "women": is_woman, "men": lambda row: not is_woman(row)}
    tables = {
        "women_share_of_candidates": _shares(council, is_woman),
        "women_share_of_councillors_elected": _shares(winners, is_woman),
        "women_share_of_village_chiefs": _shares(chiefs, is_woman),
        "women_share_of_township_heads": [row for row in _shares(heads, is_woman) if row["ref_area"] == NATION],
        "under_35_share_of_candidates": _shares(council, is_young),
        "under_35_share_of_councillors_elected": _shares(winners, is_young),
        "under_35_councillors_elected": _people(winners, {"_T": is_young}),
        "council_candidates": _people(council, sexes),
        "councillors_elected": _people(winners, sexes),
    }
    for code, table in tables.items():
        write_observations(data / "indicators" / f"{code}.csv", table)
