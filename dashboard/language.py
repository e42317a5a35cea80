"""Two languages said alike: codes, numbers (億/兆 ↔ million/billion), dates (民國 ↔ common era), interface texts."""

import math
import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

Language = Literal["zh-TW", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-TW", "en")
DEFAULT_LANGUAGE: Language = "zh-TW"
HTML_LANG: dict[Language, str] = {"zh-TW": "zh-Hant-TW", "en": "en"}
NAMES: dict[Language, str] = {"zh-TW": "中文", "en": "English"}
TEXTS = Path(__file__).with_name("texts.toml")

MINUS = "−"
MISSING = "–"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ZH_STEPS = ((1e12, "兆"), (1e8, "億"), (1e4, "萬"))
EN_STEPS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def parse_language(value: str | None) -> Language:
    """Return the language a URL or a browser asks for; the default for anything else."""
    if value is None:
        return DEFAULT_LANGUAGE
    lowered = value.lower()
    if lowered.startswith("zh"):
        return "zh-TW"
    return "en" if lowered.startswith("en") else DEFAULT_LANGUAGE


def suffix(language: Language) -> str:
    """Return the ending of a column in this language: ``zh_tw`` or ``en``."""
    return language.replace("-", "_").lower()


def pick(row: Mapping[str, Any] | Any, field: str, language: Language) -> str:
    """Return the text of ``field`` in this language from a row (mapping or object); empty when there is none."""
    name = f"{field}_{suffix(language)}"
    value = row[name] if isinstance(row, Mapping) else getattr(row, name)
    return "" if value is None or value != value else str(value)


@lru_cache
def load_texts() -> dict[str, dict[str, str]]:
    """Return every interface text: key → language → words."""
    with TEXTS.open("rb") as file:
        return tomllib.load(file)


def text(key: str, language: Language, **values: object) -> str:
    """Return an interface text with its placeholders filled; no space stays between two Han characters."""
    words = load_texts()[key][language]
    filled = words.format(**values) if values else words
    return close_han(filled) if values and language == "zh-TW" else filled


def format_number(value: float | None, decimals: int = 0) -> str:
    """Return a number with thousands separators and a true minus sign: ``−1,234.5``."""
    if value is None or value != value:
        return MISSING
    written = f"{abs(value):,.{decimals}f}"
    negative = value < 0 and float(written.replace(",", "")) != 0
    return f"{MINUS}{written}" if negative else written


def _trim(written: str) -> str:
    return written.rstrip("0").rstrip(".") if "." in written else written


def format_large(value: float, language: Language, digits: int = 4) -> str:
    """Return a large number in the reader's steps, to ``digits`` significant digits.

    790524000000 → ``7,905 億`` or ``790.5 billion``: 億 is 10⁸ and 兆 10¹² in Taiwan usage. The step is chosen after
    rounding, so that 99,999,999 is 1 億 and not 10,000 萬.
    """
    rounded = abs(float(f"{value:.{digits - 1}e}"))
    steps = ZH_STEPS if language == "zh-TW" else EN_STEPS
    for size, name in steps:
        if rounded >= size:
            decimals = max(0, digits - len(str(int(rounded / size))))
            return f"{_trim(format_number(value / size, min(decimals, 2)))} {name}"
    return format_number(value, 0)


def format_money(value: float, language: Language) -> str:
    """Return new Taiwan dollars: ``NT$1.11 trillion``, ``新臺幣 1.11 兆元``."""
    amount = format_large(value, language)
    if language == "en":
        return f"NT${amount}"
    return f"新臺幣 {amount} 元" if amount[-1].isdigit() else f"新臺幣 {amount}元"


def format_value(value: float | None, unit_kind: str, decimals: int, language: Language) -> str:
    """Return a value as its unit is written: percent and money carry their sign, the rest is a bare number."""
    if value is None or value != value:
        return MISSING
    if unit_kind == "money":
        return format_money(value, language)
    if unit_kind == "percent":
        return f"{format_number(value, decimals)}%"
    if unit_kind == "count" and abs(value) >= 1e6:
        return format_large(value, language)
    if unit_kind == "count" and value != int(value):
        return format_number(value, max(decimals, 1))
    return format_number(value, decimals)


def _format_point(period: str, language: Language, *, roc: bool) -> str:
    if "Q" in period:
        year, quarter = period.split("-Q")
        return f"{_year(year, language, roc=roc)}第 {quarter} 季" if language == "zh-TW" else f"Q{quarter} {year}"
    parts = period.split("-")
    year = _year(parts[0], language, roc=roc)
    if language == "zh-TW":
        spaced = [f" {int(parts[1])} 月"] if len(parts) > 1 else []
        spaced += [f" {int(parts[2])} 日"] if len(parts) > 2 else []
        return year + "".join(spaced)
    month = f"{MONTHS[int(parts[1]) - 1]} " if len(parts) > 1 else ""
    day = f"{int(parts[2])} " if len(parts) > 2 else ""
    return f"{day}{month}{year}"


def _year(year: str, language: Language, *, roc: bool) -> str:
    if language == "en":
        return year
    return f"{year} 年（民國 {int(year) - 1911} 年）" if roc and int(year) > 1911 else f"{year} 年"


def bound_sign(value: float | None, lower: float | None, upper: float | None) -> str:
    """Return ``≥`` or ``≤`` where a value is one end of an interval that is open at the other, else nothing.

    "More than 28", as a source may say, is held as 28 with the lower end 28 and no upper end.
    """
    low, high = (end is not None and end == end for end in (lower, upper))
    if low and not high and lower == value:
        return "≥"
    return "≤" if high and not low and upper == value else ""


def round_bound(value: float, sign: str, unit_kind: str, decimals: int) -> float:
    """Return a bound rounded to the side on which it stays true, to the digits ``format_value`` shows.

    "More than 257,690,000" is ≥257 million: ≥258 million would say more than the source.
    """
    step, size = 10.0**-decimals, abs(value)
    if size >= {"money": 1e4, "count": 1e6}.get(unit_kind, math.inf):
        step = 10.0 ** (math.floor(math.log10(size)) - (3 if 1e7 <= size < 1e8 else 2))
    inward = math.floor if sign == "≥" else math.ceil
    return inward(round(value / step, 6)) * step


def format_period(period: str, language: Language, *, roc: bool = False) -> str:
    """Return a period in words: ``2022 年 4 月 20 日``, ``20 Apr 2022``, ``2016 – Jun 2022``.

    With ``roc`` the Chinese text adds the Republic-era year, never without the common era beside it.
    """
    start, _, end = period.partition("/")
    if not end:
        return _format_point(start, language, roc=roc)
    joint = "至 " if language == "zh-TW" else " – "
    return f"{_format_point(start, language, roc=roc)}{joint}{_format_point(end, language, roc=roc)}"


def place_in_time(written: str, language: Language) -> str:
    """Return a written period as it follows a value: ``in 2022``, ``on 20 Apr 2022``; Chinese needs no word."""
    if language == "zh-TW":
        return written
    return f"on {written}" if re.match(r"\d{1,2} ", written) else f"in {written}"


def period_end(period: str) -> str:
    """Return the last day-like part of a period, for sorting and for axes: ``2016/2022-06`` → ``2022-06``."""
    return period.rpartition("/")[2]


def period_year(period: str) -> int:
    """Return the year a period ends in."""
    return int(period_end(period)[:4])


def add_roc_years(words: str) -> str:
    """Return Chinese text with the Republic-era year added after each common-era year that has none yet."""
    return re.sub(
        r"(?<!\d)((?:19|20)\d\d) 年(?!（民國)", lambda match: f"{match[0]}（民國 {int(match[1]) - 1911} 年）", words
    )


def close_han(words: str) -> str:
    """Return text without the spaces that filling a placeholder left between two Han characters."""
    return re.sub(
        r"(?<=[\u4e00-\u9fff，。；：、（）「」]) (?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]) (?=[，。；：、）」])",
        "",
        words,
    )


def close_colons(html: str) -> str:
    """Return HTML without the space after a full-width colon, which is as wide as a letter and a space already."""
    return re.sub(r"：((?:</\w+>)*) ", r"：\1", html)


def normalise_han(words: str) -> str:
    """Return text with 臺 written 台 and lower case, so that both spellings find the same things."""
    return re.sub(r"\s+", " ", words.replace("臺", "台")).strip().lower()
