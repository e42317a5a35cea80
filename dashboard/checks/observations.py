"""Checks of observations: keys, values, intervals, units, whole maps."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from dashboard.catalog import Catalog
from dashboard.checks.common import check, count_observations
from dashboard.models import WITHOUT_VALUE, Indicator, ObsStatus, Place, Unit

TOWNSHIPS, COUNTIES = 368, 22


@check(count_observations)
def check_keys_are_unique(catalog: Catalog) -> Iterator[str]:
    """同一指標、地區、期間、分項、來源與發布日只有一列。

    One row for each indicator, place, period, part, source and day of publication.
    """
    keys = Counter(
        (row.indicator_code, row.ref_area, row.time_period, row.breakdown, row.source_code, row.published)
        for row in catalog.observations
    )
    for key, times in keys.items():
        if times > 1:
            yield f"{'/'.join(map(str, key))} × {times}"


@check(count_observations)
def check_replaced_rows_say_why(catalog: Catalog) -> Iterator[str]:
    """取代舊數值的列都以兩種語言說明原因。

    A row that replaces an earlier one says why in both languages.
    """
    first: dict[tuple[str, ...], dt.date] = {}
    for row in catalog.observations:
        key = (row.indicator_code, row.ref_area, row.time_period, row.breakdown, row.source_code)
        first[key] = min(row.published, first.get(key, row.published))
    for row in catalog.observations:
        key = (row.indicator_code, row.ref_area, row.time_period, row.breakdown, row.source_code)
        if row.published > first[key] and not (row.note_zh_tw and row.note_en):
            yield f"{'/'.join(key)}: {row.published}"
        elif row.obs_status == ObsStatus.WITHDRAWN and row.published == first[key]:
            yield f"{'/'.join(key)}: Z"


@check(count_observations)
def check_missing_values_have_a_reason(catalog: Catalog) -> Iterator[str]:
    """沒有數值的列必須以狀態碼說明原因，有數值的列不得標為缺漏。

    A row without a value carries a status that says why; a row with a value is never marked missing.
    """
    for row in catalog.observations:
        if (row.obs_value is None) != (row.obs_status in WITHOUT_VALUE):
            yield f"{row.indicator_code} {row.ref_area} {row.time_period}: {row.obs_value} {row.obs_status}"


@check(count_observations)
def check_values_are_in_range(catalog: Catalog) -> Iterator[str]:
    """百分比與指數落在定義的範圍內，件數與名次不為負。

    Percentages and indices lie within their scale; counts and ranks are not negative.
    """
    limits = {"percent": (0, 100), "percent_2": (0, 100), "score_0_100": (0, 100), "index_0_1": (0, 1)}
    limits |= {"percentile": (0, 100), "score_0_10": (0, 10)}
    kinds = {unit.code: unit.kind for unit in catalog.rows(Unit)}
    units = {indicator.code: indicator.unit for indicator in catalog.rows(Indicator)}
    for row in catalog.observations:
        unit = units[row.indicator_code]
        low = 0 if kinds[unit] in ("count", "rank", "money", "rate", "duration") else None
        low, high = limits.get(unit, (low, None))
        value = row.obs_value
        if value is not None and ((low is not None and value < low) or (high is not None and value > high)):
            yield f"{row.indicator_code} {row.ref_area} {row.time_period}: {value}"


@check(count_observations)
def check_intervals_hold_their_value(catalog: Catalog) -> Iterator[str]:
    """附有上下界的數值落在其區間內；只有一端時，數值就是那一端。

    A value published with an interval lies inside it; where only one end is given, the value is that end.
    """
    for row in catalog.observations:
        ends = [end for end in (row.lower, row.upper) if end is not None]
        if row.obs_value is None or not ends:
            continue
        if not ends[0] <= row.obs_value <= ends[-1]:
            yield f"{row.indicator_code} {row.ref_area} {row.time_period}: {row.lower} {row.obs_value} {row.upper}"


@check(count_observations)
def check_maps_are_complete(catalog: Catalog) -> Iterator[str]:
    """有鄉鎮市區的期間涵蓋 368 個鄉鎮市區，有縣市全表的期間涵蓋 22 個縣市，缺者須列出並說明原因。

    A period with townships lists all 368, and one with a county table lists all 22; those without a value say why.
    """
    levels = {place.code: place.level for place in catalog.rows(Place)}
    found: dict[tuple[str, str, str, str], int] = Counter()
    for row in catalog.observations:
        level = levels.get(row.ref_area, "")
        if level in ("township", "county"):
            found[row.indicator_code, row.time_period, row.breakdown, level] += 1
    for (code, period, part, level), count in found.items():
        whole = TOWNSHIPS if level == "township" else COUNTIES
        if count < whole and (level == "township" or count >= COUNTIES - 2):
            yield f"{code} {period} {part}: {count} of {whole}"


@check(count_observations)
def check_nothing_is_published_twice_under_two_units(catalog: Catalog) -> Iterator[str]:
    """一個指標只有一個單位，金額類指標以元為單位。

    One unit to an indicator; money is in whole dollars, never in thousands or 億.
    """
    units = {indicator.code: indicator.unit for indicator in catalog.rows(Indicator)}
    for row in catalog.observations:
        if units[row.indicator_code] == "twd" and row.obs_value is not None and 0 < row.obs_value < 100:
            yield f"{row.indicator_code} {row.time_period}: {row.obs_value}"
