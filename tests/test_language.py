import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.evidence import GRADES
from dashboard.language import (
    DEFAULT_LANGUAGE,
    EN_STEPS,
    LANGUAGES,
    MINUS,
    MISSING,
    ZH_STEPS,
    Language,
    bound_sign,
    close_colons,
    format_large,
    format_money,
    format_number,
    format_period,
    format_value,
    load_texts,
    normalise_han,
    parse_language,
    period_end,
    period_year,
    pick,
    place_in_time,
    round_bound,
    suffix,
    text,
)
from dashboard.models import (
    Completion,
    Design,
    Direction,
    Frequency,
    Kind,
    MilestoneStatus,
    ObsStatus,
    ResultLevel,
    Source,
    SourceKind,
)
from dashboard.settings import ROOT

CODE = [
    *sorted(path for path in (ROOT / "dashboard").rglob("*.py") if "ingest" not in path.parts),
    *sorted((ROOT / "pages").glob("*.py")),
]
FAMILIES = {
    "level_": list(ResultLevel),
    "kind_": [kind for kind in Kind if kind != Kind.MEASURED],
    "grade_": list(GRADES),
    "status_": list(ObsStatus),
    "source_": list(SourceKind),
    "direction_": list(Direction),
    "frequency_": list(Frequency),
    "milestone_": list(MilestoneStatus),
    "completion_": list(Completion),
    "reason_design_": list(Design),
    "check_": ["passed", "failed", "warned"],
}
large = st.floats(1e4, 9.9e15) | st.floats(-9.9e15, -1e4) | st.integers(10**4, 10**15).map(float)


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        (None, "zh-TW"), ("", "zh-TW"), ("zh-TW", "zh-TW"), ("zh-Hant-HK", "zh-TW"), ("ZH", "zh-TW"),
        ("en", "en"), ("en-GB", "en"), ("EN", "en"), ("de", "zh-TW"), ("<script>", "zh-TW"),
    ],
)  # fmt: skip
def test_language_asked_for_is_understood(asked: str | None, language: Language) -> None:
    assert parse_language(asked) == language


@given(st.text())
def test_any_words_give_a_language(words: str) -> None:
    assert parse_language(words) in LANGUAGES


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (0, 0, "0"), (1234.5, 1, "1,234.5"), (-1234.5, 1, f"{MINUS}1,234.5"), (-0.04, 1, "0.0"), (0.06, 1, "0.1"),
        (None, 1, MISSING), (float("nan"), 0, MISSING), (999.96, 1, "1,000.0"),
    ],
)  # fmt: skip
def test_numbers_have_separators_and_a_true_minus(value: float | None, decimals: int, written: str) -> None:
    assert format_number(value, decimals) == written


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_a_written_number_reads_back_to_its_decimals(value: float, decimals: int) -> None:
    written = format_number(value, decimals)
    assert "-" not in written
    assert float(written.replace(",", "").replace(MINUS, "-")) == pytest.approx(value, abs=0.51 * 10**-decimals)


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (790_500_000_000, "7,905 億", "790.5 billion"), (1_110_000_000_000, "1.11 兆", "1.11 trillion"),
        (100_000_000, "1 億", "100 million"), (12_340_000, "1,234 萬", "12.34 million"), (50_000, "5 萬", "50,000"),
        (9_999, "9,999", "9,999"), (-250_000_000, f"{MINUS}2.5 億", f"{MINUS}250 million"),
        (1_000_000_000_000, "1 兆", "1 trillion"), (0, "0", "0"),
    ],
)  # fmt: skip
def test_large_numbers_in_the_steps_of_each_language(value: float, chinese: str, english: str) -> None:
    assert (format_large(value, "zh-TW"), format_large(value, "en")) == (chinese, english)


def _read(written: str, language: Language) -> float:
    number, _, step = written.partition(" ")
    sizes = {name: size for size, name in (ZH_STEPS if language == "zh-TW" else EN_STEPS)}
    return float(number.replace(",", "").replace(MINUS, "-")) * (sizes[step] if step else 1)


@given(large)
def test_a_large_number_never_loses_more_than_its_digits(value: float) -> None:
    for language in LANGUAGES:
        assert _read(format_large(value, language), language) == pytest.approx(value, rel=0.005)


@given(large)
def test_both_languages_denote_the_same_value(value: float) -> None:
    chinese, english = (_read(format_large(value, language), language) for language in ("zh-TW", "en"))
    assert chinese == pytest.approx(english, rel=0.01)
    assert (chinese < 0) == (english < 0)


@given(st.integers(1, 9999), st.sampled_from([size for size, _ in ZH_STEPS]))
def test_round_numbers_are_written_exactly(count: int, size: float) -> None:
    assert _read(format_large(count * size, "zh-TW"), "zh-TW") == count * size


@pytest.mark.parametrize(
    ("value", "language", "written"),
    [(99_999_999, "zh-TW", "1 億"), (999_999_999_999, "zh-TW", "1 兆"), (999_999_999, "en", "1 billion")],
)
def test_a_number_rounded_up_takes_the_next_step(value: float, language: Language, written: str) -> None:
    assert format_large(value, language) == written


def test_the_example_in_the_docstring_holds() -> None:
    documented = re.findall(r"(\d+) → ``([^`]+)`` or ``([^`]+)``", format_large.__doc__ or "")
    assert documented or "→" not in (format_large.__doc__ or "")
    for value, chinese, english in documented:
        assert (format_large(float(value), "zh-TW"), format_large(float(value), "en")) == (chinese, english)


def test_a_filled_text_has_no_space_between_two_han_characters() -> None:
    day = format_period("2026-11-29", "zh-TW")
    assert text("frozen_link", "zh-TW", day=day) == "資料固定在 2026 年 11 月 29 日的連結"
    assert text("claim_numbers", "zh-TW", count=2) == "這句話的 2 個數字，兩種寫法並列", "those beside a number stay"


def test_money_names_its_currency() -> None:
    assert format_money(1.11e12, "en") == "NT$1.11 trillion"
    assert format_money(1.11e12, "zh-TW") == "新臺幣 1.11 兆元"


@pytest.mark.parametrize(
    ("value", "kind", "decimals", "english"),
    [
        (83.9, "percent", 1, "83.9%"), (-1.25, "points", 1, f"{MINUS}1.2"), (46, "count", 0, "46"),
        (2_500_000, "count", 0, "2.5 million"), (2.5, "count", 0, "2.5"), (999_999, "count", 0, "999,999"),
        (5e9, "money", 0, "NT$5 billion"), (0, "percent", 1, "0.0%"), (None, "money", 0, MISSING),
        (float("nan"), "percent", 1, MISSING), (0.823, "index", 3, "0.823"), (25, "rank", 0, "25"),
    ],
)  # fmt: skip
def test_a_value_is_written_as_its_unit_asks(value: float | None, kind: str, decimals: int, english: str) -> None:
    assert format_value(value, kind, decimals, "en") == english


@pytest.mark.parametrize(
    ("period", "chinese", "english"),
    [
        ("2022", "2022 年", "2022"), ("2022-04", "2022 年 4 月", "Apr 2022"),
        ("2022-04-20", "2022 年 4 月 20 日", "20 Apr 2022"), ("2024-Q1", "2024 年第 1 季", "Q1 2024"),
        ("2016/2022-06", "2016 年至 2022 年 6 月", "2016 – Jun 2022"),
    ],
)  # fmt: skip
def test_periods_in_words(period: str, chinese: str, english: str) -> None:
    assert format_period(period, "zh-TW") == chinese
    assert format_period(period, "en") == english


def test_republic_years_stand_beside_common_years_and_only_in_chinese() -> None:
    words = format_period("2022-04", "zh-TW", roc=True)
    assert words.startswith("2022 年") and "民國 111 年" in words and words.endswith("4 月")
    assert format_period("1912", "zh-TW", roc=True) == "1912 年（民國 1 年）"
    assert format_period("1911", "zh-TW", roc=True) == "1911 年"
    assert format_period("2022-04", "en", roc=True) == format_period("2022-04", "en")


@given(st.dates())
def test_a_written_day_holds_its_year_month_and_day(day: object) -> None:
    period = str(day)
    for roc in (False, True):
        words = format_period(period, "zh-TW", roc=roc)
        assert {int(part) for part in period.split("-")} <= {int(number) for number in re.findall(r"\d+", words)}


def test_the_end_of_a_period_orders_it() -> None:
    assert [period_end(period) for period in ("2016/2022-06", "2022", "2022-06-30")] == [
        "2022-06",
        "2022",
        "2022-06-30",
    ]
    assert [period_year(period) for period in ("2016/2022-06", "2024-Q1", "1996")] == [2022, 2024, 1996]


def test_a_text_is_picked_from_a_mapping_or_an_object() -> None:
    row = {"note_zh_tw": "註", "note_en": None}
    assert (pick(row, "note", "zh-TW"), pick(row, "note", "en")) == ("註", "")
    assert pick({"note_en": float("nan")}, "note", "en") == ""
    assert pick(Source(code="x", publisher_zh_tw="院", publisher_en="Yuan"), "publisher", "en") == "Yuan"
    assert [suffix(language) for language in LANGUAGES] == ["zh_tw", "en"]


def test_both_spellings_of_taiwan_find_the_same() -> None:
    assert normalise_han("  臺北市\n資料 ") == normalise_han("台北市 資料")


# Interface texts.


def _placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


@pytest.mark.parametrize("key", sorted(load_texts()))
def test_a_text_is_there_in_both_languages_with_the_same_placeholders(key: str) -> None:
    words = load_texts()[key]
    assert set(words) == set(LANGUAGES)
    assert all(words[language].strip() for language in LANGUAGES)
    assert _placeholders(words["zh-TW"]) == _placeholders(words["en"])


def test_placeholders_are_filled() -> None:
    filled = text("late_by", "en", months=7)
    assert "7" in filled and "{" not in filled


def _calls() -> Iterator[tuple[Path, ast.Call]]:
    """Yield every call that asks for an interface text: text(…), say(…), reader.text(…), reader.html(…)."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func
            plain = isinstance(called, ast.Name) and called.id in ("text", "say")
            bound = isinstance(called, ast.Attribute) and called.attr in ("text", "html")
            if bound and isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
                bound = called.value.id not in ("st", "html", "sqlalchemy")
            if (plain or bound) and path.name not in ("store.py",):
                yield path, node


def _asked(node: ast.expr) -> Iterator[str | re.Pattern[str]]:
    """Yield the keys an argument may be: itself, either branch, or a pattern for a family such as level_…"""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _asked(node.body)
        yield from _asked(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values]
        yield re.compile("".join(parts))


def _keys_and_families() -> tuple[set[str], set[re.Pattern[str]]]:
    found = [key for _, call in _calls() for key in _asked(call.args[0])]
    keys = {key for key in found if isinstance(key, str)}
    return keys, {key for key in found if not isinstance(key, str)}


def test_no_text_asked_for_in_code_is_missing() -> None:
    keys, _ = _keys_and_families()
    assert len(keys) > 50, "the code asks for many texts"
    assert keys <= set(load_texts())


def test_every_family_of_texts_in_code_has_members() -> None:
    _, families = _keys_and_families()
    empty = {family.pattern for family in families if not any(family.fullmatch(key) for key in load_texts())}
    assert families and not empty


def test_no_text_is_unused() -> None:
    keys, families = _keys_and_families()
    words = {
        node.value
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    # A key may also be passed on in a list or a table of the code, so any equal word in the code counts.
    unused = {key for key in set(load_texts()) - keys - words if not any(family.fullmatch(key) for family in families)}
    assert not unused


def test_a_text_gets_the_values_it_names() -> None:
    wrong = []
    for path, call in _calls():
        if any(keyword.arg is None for keyword in call.keywords):
            continue
        given_names = {keyword.arg for keyword in call.keywords}
        for key in _asked(call.args[0]):
            if isinstance(key, str) and key in load_texts():
                wanted = _placeholders(load_texts()[key]["en"])
                if not wanted <= given_names:
                    wrong.append(f"{path.name} line {call.lineno}, {key}: {sorted(wanted - given_names)}")
    assert not wrong


@pytest.mark.parametrize("family", FAMILIES)
def test_every_code_of_a_list_has_its_words(family: str) -> None:
    missing = {f"{family}{code}" for code in FAMILIES[family]} - set(load_texts())
    assert not missing


def test_the_default_language_is_one_of_the_two() -> None:
    assert DEFAULT_LANGUAGE in LANGUAGES


@pytest.mark.parametrize(
    ("written", "closed"),
    [
        ("資料來源： 內政部", "資料來源：內政部"),
        ("<b>最大疑點：</b> 數列短", "<b>最大疑點：</b>數列短"),
        ("<b><i>甲：</i></b> 乙", "<b><i>甲：</i></b>乙"),
        ("Source: the ministry", "Source: the ministry"),
        ("甲：<b>乙</b> 丙", "甲：<b>乙</b> 丙"),
    ],
)
def test_no_space_stands_after_a_full_width_colon(written: str, closed: str) -> None:
    assert close_colons(written) == closed


def test_a_period_after_a_value_has_the_preposition_english_asks_for() -> None:
    for period, words in (("2022", "in 2022"), ("2022-04", "in Apr 2022"), ("2022-04-20", "on 20 Apr 2022")):
        assert place_in_time(format_period(period, "en"), "en") == words
    assert place_in_time(format_period("2022-04-20", "zh-TW"), "zh-TW") == "2022 年 4 月 20 日"


@pytest.mark.parametrize(
    ("lower", "upper", "sign"),
    [
        (28.0, None, "≥"),
        (28.0, float("nan"), "≥"),
        (None, 28.0, "≤"),
        (float("nan"), 28.0, "≤"),
        (27.0, 29.0, ""),
        (28.0, 28.0, ""),
        (None, None, ""),
        (float("nan"), float("nan"), ""),
    ],
)
def test_a_value_that_is_the_only_end_of_its_interval_has_a_sign(
    lower: float | None, upper: float | None, sign: str
) -> None:
    assert bound_sign(28.0, lower, upper) == sign


@given(
    value=st.one_of(st.integers(1, 10**13).map(float), st.integers(1, 10**6).map(lambda cents: cents / 100)),
    kind=st.sampled_from(["money", "count", "percent"]),
    language=st.sampled_from(LANGUAGES),
    sign=st.sampled_from(["≥", "≤"]),
)
def test_a_bound_is_never_rounded_to_the_side_where_it_is_untrue(
    value: float, kind: str, language: Language, sign: str
) -> None:
    decimals = 2 if kind == "percent" else 0
    words = format_value(round_bound(value, sign, kind, decimals), kind, decimals, language)
    shown = _read(re.sub("NT\\$|新臺幣 |元|%", "", words).strip(), language)
    beyond = shown - value if sign == "≥" else value - shown
    assert beyond <= abs(value) * 1e-9
    assert abs(beyond) <= max(1.0, abs(value) * 0.01), "and stays near it"


def test_a_bound_that_can_be_shown_whole_is_not_rounded() -> None:
    assert [round_bound(value, "≥", "money", 0) for value in (5.709e7, 1.17e10, 16e6, 340_000)] == [
        5.709e7, 1.17e10, 16e6, 340_000,
    ]  # fmt: skip
    assert round_bound(257_690_000, "≥", "money", 0) == 257e6
    assert round_bound(257_690_000, "≤", "money", 0) == 258e6
    assert round_bound(99.65, "≥", "percent", 2) == pytest.approx(99.65)
