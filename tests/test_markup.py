import datetime as dt
import html
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import SERIES

from dashboard import markup
from dashboard.evidence import GRADES
from dashboard.language import LANGUAGES, Language, period_end, text
from dashboard.models import Milestone, ResultLevel, Source
from dashboard.queries import (
    FilledClaim,
    get_cards,
    get_claims,
    get_commitments,
    get_meetings,
    get_milestones,
    get_observations,
)
from dashboard.queries import get_sources as sources_of
from dashboard.rows import cite_rows
from dashboard.store import Store
from dashboard.views import headline_order

DAY = dt.date(2099, 1, 1)
TERMS = ("cited", "ogdl_1")
SPARK = [[(2020, 1.0), (2021, 2.0)]]
HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>"
SOURCE = Source(
    code="x", publisher_zh_tw=HOSTILE, publisher_en=HOSTILE, title=HOSTILE, language="en", url='https://x/"><u>'
)  # fmt: skip


def _is_harmless(words: str) -> bool:
    return "<script" not in words and "<img src=x" not in words and '"><u>' not in words


def _bare(words: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", words))


def _claim(store: Store, code: str = "open_share_fell_by") -> FilledClaim:
    return next(row for row in get_claims(store, get_cards(store), DAY) if row.claim.id == code)


def test_chinese_sources_and_reasons_have_full_width_signs(store: Store) -> None:
    named = SOURCE.model_copy(update={"publisher_zh_tw": "監察院", "publisher_en": "Control Yuan", "title": "x"})
    assert _bare(markup.source_words(named, "zh-TW")) == "監察院：x"
    assert _bare(markup.source_words(named, "en")) == "Control Yuan: x"
    claim = _claim(store)
    claim.claim.grade_reasons = ["design_Ds1", "single_source"]
    assert "依據為公開紀錄；僅有單一來源" in _bare(markup.claim_block(claim, "zh-TW"))


def test_a_term_in_a_column_of_its_own_has_no_colon() -> None:
    assert "<dt>最大疑點</dt>" in markup.definition_list([("最大疑點：", "x")])


@given(st.text())
def test_escaped_words_read_back_and_hold_no_tag(words: str) -> None:
    escaped = markup.escape(words)
    assert html.unescape(escaped) == html.unescape(html.unescape(escaped)) or "&" in words
    assert not set(escaped) & set("<>\"'")


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_words_stay_words(language: Language) -> None:
    pieces = [
        markup.state_mark("done", HOSTILE),
        markup.source_link(SOURCE, language),
        markup.data_table([HOSTILE], [[HOSTILE]], HOSTILE, numeric=[0]),
        markup.paragraph(HOSTILE),
        markup.tagged(HOSTILE, language),
        markup.timeline([{"date": "2022", "zh-TW": HOSTILE, "en": HOSTILE}], language),
        markup.outcome_ladder({"output": {"zh-TW": HOSTILE, "en": HOSTILE}}, language, {}),
        markup.outcome_ladder({"output": {"zh-TW": "{a}", "en": "{a}"}}, language, {"a": HOSTILE}),
        markup.legend([("#000000", HOSTILE, 1)], HOSTILE, HOSTILE),
        markup.spark_image(SPARK, HOSTILE),
        markup.definition_list([(HOSTILE, markup.escape(HOSTILE))]),
    ]
    for piece in pieces:
        assert _is_harmless(piece), piece


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_claim_stays_words(language: Language, store: Store) -> None:
    filled = _claim(store)
    for field in ("title", "sentence", "biggest_doubt", "independent_verdict"):
        for ending in ("zh_tw", "en"):
            setattr(filled.claim, f"{field}_{ending}", HOSTILE)
    filled.claim.rival_explanations_en = filled.claim.rival_explanations_zh_tw = [HOSTILE]
    card = get_cards(store)[SERIES]
    assert _is_harmless(markup.claim_block(filled, language))
    assert _is_harmless(markup.finding_card(filled, card, language, SPARK, (), 'x" onclick="alert(1)'))
    assert 'onclick="' not in markup.finding_card(filled, card, language, SPARK, (), 'x" onclick="alert(1)')


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", ResultLevel)
def test_a_level_is_a_word_and_one_step_of_five(level: ResultLevel, language: Language) -> None:
    mark = markup.level_mark(level, language)
    steps = re.findall(r'<i class="(on)?"', mark)
    assert len(steps) == 5 and steps.index("on") == list(ResultLevel).index(level) and steps.count("on") == 1
    assert text(f"level_{level}", language) in _bare(mark)


def test_only_outcomes_and_impacts_are_marked_as_results() -> None:
    looks = {level: markup.level_mark(level, "en").split(">")[0] for level in ResultLevel}
    assert looks["outcome"] == looks["impact"] != looks["output"] == looks["activity"] == looks["input"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("grade", GRADES)
def test_a_grade_is_a_code_with_words_and_as_many_ticks(grade: str, language: Language) -> None:
    mark = markup.grade_mark(grade, language)
    assert mark.count('class="on"') == int(grade[1])
    assert grade in _bare(mark) and text(f"grade_{grade}", language) in _bare(mark)


def test_a_rating_is_named_as_such_and_a_measurement_is_not(store: Store) -> None:
    cards = get_cards(store)
    assert markup.kind_mark(cards[SERIES], "en") == ""
    assert text("kind_perception", "en") in markup.kind_mark(cards["cpi_score"], "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_source_line_names_publisher_day_and_licence(language: Language, store: Store) -> None:
    card = get_cards(store)["integrity_platforms"]
    first, second = (row.model_copy(update={"license": name}) for row, name in zip(card.sources, TERMS, strict=False))
    line = _bare(markup.source_line([second, first], card, "2022-04-20", language))
    ending = "zh_tw" if language == "zh-TW" else "en"
    assert getattr(second, f"publisher_{ending}") in line
    assert text("and_more_sources", language, count=1) in line
    assert "2022" in line
    assert all(getattr(card.licenses[name], f"title_{ending}") in line for name in TERMS)
    assert text("and_more_sources", language, count=1) not in _bare(markup.source_line([first], card, "", language))


def test_rows_credit_the_source_of_their_latest_value_first(real_sqlite_store: Store) -> None:
    cards = get_cards(real_sqlite_store)
    late = 0
    for code, card in cards.items():
        frame = get_observations(real_sqlite_store, code, DAY)
        cited = cite_rows(frame, card)
        valued = frame.dropna(subset=["obs_value"])
        last = max(valued["time_period"], key=period_end)
        assert cited[0].code in set(valued[valued["time_period"].map(period_end) == period_end(last)]["source_code"])
        assert {row.code for row in cited} == set(valued["source_code"])
        late += cited[0] is not card.sources[0]
    assert late > 20  # or the rule would hold by chance


def test_a_claim_credits_what_its_headline_was_read_from(real_sqlite_store: Store) -> None:
    cards = get_cards(real_sqlite_store)
    for filled in get_claims(real_sqlite_store, cards, DAY):
        key = filled.headline
        assert filled.sources and len({row.code for row in filled.sources}) == len(filled.sources)
        if key is None or key.operation is not None:
            continue
        rows = get_observations(real_sqlite_store, key.indicator_code or "", DAY, ref_areas=[key.ref_area or ""])
        rows = rows[(rows["time_period"] == key.time_period) & (rows["breakdown"] == key.breakdown)]
        held = dict(zip(rows["source_code"], rows["obs_value"], strict=True))
        assert held[filled.sources[0].code] == filled.values[key.name], filled.claim.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bound_set_large_has_its_sign(language: Language, store: Store) -> None:
    filled, card = _claim(store), get_cards(store)[SERIES]
    plain = filled.say_headline(language)
    bound = replace(filled, bounds={language: {filled.claim.headline: f"≥{plain}"}})
    assert bound.say_headline(language) == f"≥{plain}"
    assert f"≥{plain}" in _bare(markup.finding_card(bound, card, language, SPARK, (), "/"))


def test_headlines_are_results_before_outputs_and_recent_before_old(store: Store) -> None:
    filled, day = _claim(store), dt.date(2026, 11, 29)
    asked = (("outcome", "2025", "E1"), ("impact", "2010", "E3"), ("output", "2026", "E4"), ("output", "2012", "E4"))
    made = [
        replace(
            filled, claim=filled.claim.model_copy(update={"result_level": level, "grade": grade}), last_period=period
        )
        for level, period, grade in asked
    ]
    assert sorted(reversed(made), key=lambda one: headline_order(one, day)) == made


def test_a_title_in_another_language_is_tagged(store: Store) -> None:
    titled = [source for source in sources_of(store).values() if source.language == "zh-TW"]
    assert 'lang="zh-Hant-TW"' in markup.source_words(titled[0], "en")
    assert 'lang="en"' in markup.source_words(SOURCE, "zh-TW")
    named = SOURCE.model_copy(update={"title": "Report"})
    assert "：<cite" in markup.source_words(named, "zh-TW") and ": <cite" in markup.source_words(named, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_publisher_in_the_title_is_not_named_twice(language: Language) -> None:
    named = SOURCE.model_copy(update={"publisher_zh_tw": "小組", "publisher_en": "Group", "title": "小組第 1 次會議"})
    words = _bare(markup.source_words(named, language))
    assert words == ("小組第 1 次會議" if language == "zh-TW" else "Group: 小組第 1 次會議")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finding_card_shows_number_sentence_doubt_and_grade(language: Language, store: Store) -> None:
    filled, card = _claim(store), get_cards(store)[SERIES]
    words = _bare(markup.finding_card(filled, card, language, [[(2019, 87.06), (2022, 83.9)]], (), "indicator?code=x"))
    assert filled.written[language]["fall"] in words and "87.06%" in words and "{" not in words
    assert filled.claim.biggest_doubt_en in words or filled.claim.biggest_doubt_zh_tw in words
    assert filled.claim.grade in words


def test_a_claim_shows_its_reasons_and_rivals(store: Store) -> None:
    claims = get_claims(store, get_cards(store), DAY)
    filled = next(row for row in claims if row.claim.rival_explanations_en)
    block = _bare(markup.claim_block(filled, "en"))
    assert filled.claim.grade in block
    for words in filled.claim.rival_explanations_en:
        assert words in block
    for reason in filled.claim.grade_reasons:
        assert text(f"reason_{reason}", "en") in block


def test_a_line_of_one_point_is_not_drawn() -> None:
    assert markup.spark_image([[(2020, 1.0)]], "x") == ""
    assert markup.spark_image(SPARK, "x").count("<img") == 2


def test_a_headline_names_the_ends_of_its_line_and_the_unit_before_the_period(store: Store) -> None:
    filled = _claim(store)
    card = get_cards(store)[filled.claim.indicator]
    shown = markup.finding_card(filled, card, "en", [[(2019, 87.06), (2022, 83.9)]], ("87.06%", "≥83.90%"), "/")
    assert '<span class="ends"><span>87.06%</span><span>≥83.90%</span></span>' in shown
    counted = replace(card, unit=card.unit.model_copy(update={"kind": "count", "title_en": "couples"}))
    key = next(key for key in filled.keys if key.operation is None and key.indicator_code == filled.claim.indicator)
    filled.claim.headline = key.name
    assert "couples, 20" in _bare(markup.finding_card(filled, counted, "en", [], (), "/"))


def test_a_table_has_a_caption_and_headed_columns() -> None:
    table = markup.data_table(["place", "value"], [["a", "1"], ["b", "2"]], "Two places", numeric=[1])
    assert "<caption>Two places</caption>" in table
    assert table.count('scope="col"') == 2 and table.count("<tr>") == 3
    assert table.count('class="num"') == 3


def test_an_empty_term_is_left_out() -> None:
    listed = markup.definition_list([("a", "1"), ("b", "")])
    assert listed.count("<dt>") == 1 and "b" not in _bare(listed)


def test_an_empty_step_of_the_ladder_says_so() -> None:
    ladder = markup.outcome_ladder({"output": {"en": "Done: {c.n}.", "zh-TW": "完成"}}, "en", {"c.n": "46"})
    assert ladder.count("<li") == 5 and "Done: 46." in _bare(ladder)
    assert _bare(ladder).count(text("step_unknown", "en")) == 4


def test_a_timeline_runs_from_the_oldest() -> None:
    rows = [{"date": date, "zh-TW": date, "en": date} for date in ("2022-05", "2019", "2021-01-02")]
    words = _bare(markup.timeline(rows, "en"))
    assert words.index("2019") < words.index("2021") < words.index("2022")


# Time as width.

months = st.builds("{}-{:02}".format, st.integers(2019, 2028), st.integers(1, 12))


@given(st.lists(months, min_size=2, max_size=2), months, months)
def test_a_span_stays_on_its_timeline(ends: list[str], one: str, other: str) -> None:
    first, last = sorted(ends)
    span = markup.place_span(*sorted((one, other)), first, last)
    assert 0 <= span.left <= 100
    assert span.width > 0


def test_the_whole_timeline_is_all_of_its_width() -> None:
    whole = markup.place_span("2021-01", "2024-12", "2021-01", "2024-12")
    assert (whole.left, whole.width) == (0, pytest.approx(100))
    half = markup.place_span("2023-01", "2024-12", "2021-01", "2024-12")
    assert (half.left, half.width) == (pytest.approx(50), pytest.approx(50))


@given(st.lists(months, min_size=2, max_size=2))
def test_a_later_month_has_a_greater_number(pair: list[str]) -> None:
    first, last = sorted(pair)
    assert markup.month_number(first) <= markup.month_number(last)
    assert (markup.month_number(first) == markup.month_number(last)) == (first == last)


def test_a_bare_year_stands_at_its_end() -> None:
    assert markup.month_number("2021-12") < markup.month_number("2021") < markup.month_number("2022-01")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_published_step_can_be_drawn(language: Language, store: Store) -> None:
    steps: dict[str, list[Milestone]] = {}
    for row in get_milestones(store):
        if row.plan == "nap1":
            steps.setdefault(row.commitment or row.plan, []).append(row)
    promised = [row for row in get_commitments(store) if row.plan == "nap1"]
    drawn = markup.gantt_rows("nap1", promised, steps, sources_of(store), language, ("2019-01", "2026-12"))
    assert drawn.count('class="step"') == sum(len(rows) for rows in steps.values())
    assert drawn.index(text("plan_itself", language)) < drawn.index('class="step"')
    for left, width in re.findall(r"left:(-?[\d.]+)%;width:([\d.]+)%", drawn):
        assert 0 <= float(left) <= 100 and float(width) > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_gaps_between_meetings_are_written_out(language: Language, store: Store) -> None:
    dates = [row.date for row in get_meetings(store)]
    strip = markup.gap_strip(dates, dt.date(2026, 11, 29), language)
    assert strip.count("<i ") == len(dates)
    gaps = [markup.month_number(later) - markup.month_number(earlier) for earlier, later in pairwise(dates)]
    assert strip.count("<em ") == sum(gap >= 5 for gap in gaps) > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_time_since_the_last_meeting_is_drawn_as_a_record_not_found(language: Language) -> None:
    strip = markup.gap_strip(["2023-10-02", "2024-01-29"], dt.date(2026, 11, 29), language)
    words = text("no_record_found", language, months=34)
    found = re.search(r'class="silent" style="left:([\d.]+)%;width:([\d.]+)%"><b>([^<]+)<', strip)
    assert found is not None
    assert found[3] == words
    # From the last point to the right end, which is the reader's day.
    assert found[1] == re.findall(r'<i style="left:([\d.]+)%', strip)[-1]
    assert float(found[1]) + float(found[2]) == pytest.approx(100, abs=0.1)


def test_a_short_time_since_the_last_meeting_is_no_gap() -> None:
    for day in (dt.date(2024, 1, 29), dt.date(2024, 5, 1), dt.date(2023, 12, 1)):
        strip = markup.gap_strip(["2023-10-02", "2024-01-29"], day, "en")
        assert "silent" not in strip
        assert all(0 <= float(left) <= 100 for left in re.findall(r"left:(-?[\d.]+)%", strip))


def test_a_table_escapes_its_cells_but_for_words_marked_as_another_language() -> None:
    table = markup.data_table(["Name"], [("<b>",), (markup.tagged("耿璐<", "zh-TW"),)], "Members")
    assert "<td>&lt;b&gt;</td>" in table
    assert '<td><span lang="zh-Hant-TW">耿璐&lt;</span></td>' in table


def test_a_heading_is_broken_between_its_chinese_clauses() -> None:
    words = markup.clauses("資料集有多少，算了很多年；<b>")
    assert words == '<span class="clause">資料集有多少，</span><span class="clause">算了很多年；</span>' + (
        '<span class="clause">&lt;b&gt;</span>'
    )
    assert markup.clauses("One, two; three?") == "One, two; three?"
    for whole in ("", "，", "，先，後", "自用車（vTaiwan，2015 年）"):
        assert markup.clauses(whole) == whole
