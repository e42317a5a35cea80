import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.language import LANGUAGES, Language, format_period
from dashboard.models import GrowthStep, OpinionCell, OpinionGroup, VoteShare
from dashboard.opinion_figures import build_growth_figure, build_opinion_map, build_share_figure, frame_people
from dashboard.palette import Mode

places = st.floats(-9, 9).map(lambda value: round(value, 1))
codes = st.sampled_from(["A", "B", "_N"])
people = st.integers(1, 40)
spots = st.builds(OpinionCell, consultation=st.just("x"), x=places, y=places, group_code=codes, people=people)
cells = st.lists(spots, min_size=1, max_size=40)
GROUPS = [OpinionGroup(consultation="x", code=code, people=20, x=1, y=2) for code in ("A", "B")]
NAMES = {"A": "Group A", "B": "Group B"}
MODES: tuple[Mode, ...] = ("light", "dark")


@given(cells, st.sampled_from(MODES), st.sampled_from(LANGUAGES))
def test_every_spot_is_drawn_in_the_shape_of_its_group(held: list[OpinionCell], mode: Mode, language: Language) -> None:
    figure = build_opinion_map(held, GROUPS, NAMES, mode, language)
    assert sum(len(trace.x) for trace in figure.data) == len(held)
    shapes = {trace.name: trace.marker.symbol for trace in figure.data if trace.name in NAMES.values()}
    assert len(set(shapes.values())) == len(shapes)
    assert [note.text for note in figure.layout.annotations] == ["<b>Group A</b>", "<b>Group B</b>"]


@given(cells)
def test_the_frame_leaves_out_at_most_a_handful_and_counts_them(held: list[OpinionCell]) -> None:
    (left, right, bottom, top), outside = frame_people(held)
    assert left < right
    assert bottom < top
    inside = sum(cell.people for cell in held if left <= cell.x <= right and bottom <= cell.y <= top)
    whole = sum(cell.people for cell in held)
    assert inside + outside == whole
    assert outside <= whole * 0.008


def test_one_person_far_out_does_not_set_the_frame() -> None:
    held = [OpinionCell(consultation="x", x=spot / 10, y=spot / 10, group_code="A", people=100) for spot in range(20)]
    held.append(OpinionCell(consultation="x", x=0, y=-90, group_code="A", people=1))
    (_, _, bottom, _), outside = frame_people(held)
    assert outside == 1
    assert bottom > -5


@pytest.mark.parametrize(
    "periods", [["2015-06", "2015-07", "2015-08"], ["2023-08-16", "2023-08-17"]], ids=["months", "days"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_growth_starts_at_zero_and_names_its_ends(periods: list[str], language: Language) -> None:
    steps = [
        GrowthStep(consultation="x", time_period=period, votes=10 * place, voters=place, statements=1)
        for place, period in enumerate(periods)
    ]
    figure = build_growth_figure(steps, "light", language)
    assert list(figure.data[0].y) == [step.votes for step in steps]
    assert figure.layout.yaxis.rangemode == "tozero"
    first, *_, last = figure.layout.annotations
    assert [first.text, last.text] == [format_period(periods[place], language) for place in (0, -1)]
    assert (first.xanchor, last.xanchor) == ("left", "right"), "they lean inwards, so neither is cut"


def test_shares_are_drawn_beside_equality() -> None:
    shares = [VoteShare(consultation="x", voters_pct=step, votes_pct=step**2 / 100) for step in range(0, 101, 10)]
    equal, curve = build_share_figure(shares, "dark", "en").data
    assert list(equal.x) == list(equal.y)
    assert [round(value, 6) for value in curve.y] == [step.votes_pct for step in shares]
