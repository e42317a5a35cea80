import csv
import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polis_samples import SAME_VOTES, SECRET, make_votes, write_export, write_interface

from dashboard.__main__ import main
from dashboard.exceptions import IngestError
from dashboard.ingest import polis
from dashboard.ingest.polis_files import read_export

TABLES = ("groups", "statements", "votes_by_group", "map", "growth", "shares")
Rows = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hold a tidy export; read only."""
    return write_export(tmp_path_factory.mktemp("raw") / "polis_our_town_2024", make_votes())


@pytest.fixture(scope="module")
def tidy(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hold what the tidy export gives."""
    data = tmp_path_factory.mktemp("data")
    polis.ingest(export, data)
    return data / "opinions" / "our-town-2024"


def read(folder: Path) -> Rows:
    rows = {}
    for name in TABLES:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows[name] = list(csv.DictReader(file))
    return rows


def computed(folder: Path) -> dict:
    return tomllib.loads((folder / "computed.toml").read_text(encoding="utf-8"))


def test_the_figures_are_those_of_the_votes(tidy: Path) -> None:
    votes = make_votes()["votes"]
    found = computed(tidy)
    assert found["voters"] == 65
    assert found["votes"] == len(votes)
    assert (found["statements"], found["accepted"], found["rejected"], found["undecided"]) == (30, 28, 2, 0)
    assert found["grouped"] == 65
    assert found["started"] == "2015-08-20"
    assert found["stored_groups"] is True
    assert found["same_group"] == 100
    assert found["rand_index"] == 1
    assert found["found_groups"] == 2


def test_votes_by_group_add_up_and_agree_with_a_slow_count(tidy: Path) -> None:
    rows = read(tidy)
    votes = make_votes()["votes"]
    group = {person: "A" if person < 40 else "B" for person in range(65)}
    assert [(row["code"], row["people"]) for row in rows["groups"]] == [("A", "40"), ("B", "25")]
    for row in rows["votes_by_group"]:
        of_statement = votes[votes["comment-id"] == int(row["number"])]
        mine = of_statement[of_statement["voter-id"].map(group) == row["group_code"]]["vote"]
        assert [int(row[name]) for name in ("agree", "disagree", "passed", "voters")] == [
            (mine == 1).sum(), (mine == -1).sum(), (mine == 0).sum(), len(mine),
        ]  # fmt: skip
    whole = {row["number"]: int(row["voters"]) for row in rows["statements"]}
    for number, voters in whole.items():
        assert voters == sum(int(row["voters"]) for row in rows["votes_by_group"] if row["number"] == number)


def test_statements_that_were_rejected_are_not_published(tidy: Path) -> None:
    numbers = {int(row["number"]) for row in read(tidy)["statements"]}
    assert numbers == set(range(28))


def test_consensus_and_division_are_told_apart(tidy: Path) -> None:
    rows = read(tidy)["statements"]
    united = sorted(rows, key=lambda row: -float(row["consensus_agree"]))[:6]
    assert {int(row["number"]) for row in united} == set(range(6))
    assert all(float(row["gap"]) > 50 for row in rows if int(row["number"]) >= 6)


def test_no_person_and_no_text_leaves_the_export(tidy: Path) -> None:
    for path in tidy.iterdir():
        words = path.read_text(encoding="utf-8")
        assert SECRET not in words
        assert not {"voter", "voter-id", "participant", "author", "author-id"} & set(words.splitlines()[0].split(","))
    spots = read(tidy)["map"]
    assert sum(int(row["people"]) for row in spots) == 65
    assert spots == sorted(spots, key=lambda row: (float(row["x"]), float(row["y"]), row["group_code"]))


def test_growth_tells_every_day_and_adds_up(tidy: Path) -> None:
    growth = read(tidy)["growth"]
    days = pd.to_datetime([row["time_period"] for row in growth])
    assert (days.to_series().diff().dropna() == pd.Timedelta(days=1)).all()
    assert sum(int(row["votes"]) for row in growth) == computed(tidy)["votes"]
    assert sum(int(row["voters"]) for row in growth) == 65


def test_a_long_consultation_is_told_by_month_with_true_zeros(tmp_path: Path) -> None:
    files = make_votes()
    files["votes"].loc[:300, "timestamp"] += 400 * 86_400_000
    polis.ingest(write_export(tmp_path / "long", files), tmp_path)
    growth = read(tmp_path / "opinions" / "long")["growth"]
    assert len(growth[0]["time_period"]) == 7
    assert any(row["votes"] == "0" for row in growth)


@pytest.mark.parametrize("disorder", SAME_VOTES, ids=str)
def test_a_disorderly_export_gives_the_same_map(
    disorder: str, export: Path, tidy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(export, tmp_path / export.name)
    SAME_VOTES[disorder](folder)
    polis.ingest(folder, tmp_path)
    made = read(tmp_path / "opinions" / "our-town-2024")
    wanted = read(tidy)
    without_groups = disorder == "without people"
    for name in TABLES:
        if name == "growth" and disorder in ("without votes", "votes doubled and changed"):
            continue
        if not (without_groups and name == "groups"):
            assert made[name] == wanted[name], name
    assert computed(tmp_path / "opinions" / "our-town-2024")["stored_groups"] is not without_groups
    told = capsys.readouterr().out
    assert ("note: " in told) == (disorder in {
        "without votes", "signs turned", "rubbish among the votes", "votes doubled and changed", "two reports",
        "numbers below zero",
    })  # fmt: skip


def test_the_copy_of_the_public_interface_gives_the_same_as_the_export(tidy: Path, tmp_path: Path) -> None:
    polis.ingest(write_interface(tmp_path / "polis_our_town_2024", make_votes()), tmp_path)
    made, wanted = read(tmp_path / "opinions" / "our-town-2024"), read(tidy)
    for name in ("statements", "votes_by_group", "map", "shares"):
        assert made[name] == wanted[name], name


def test_the_platforms_own_positions_are_compared(tmp_path: Path) -> None:
    folder = write_interface(tmp_path / "x", make_votes())
    found = polis.calculate(read_export(folder))
    people = found.matrix.people.tolist()
    clusters = {
        "id": people,
        "members": [[person] for person in people],
        "x": (-found.positions[:, 0]).tolist(),
        "y": found.positions[:, 1].tolist(),
    }
    groups = [{"id": 0, "members": people[:40]}, {"id": 1, "members": people[40:]}]
    (folder / "math-pca2.json").write_text(json.dumps({"base-clusters": clusters, "group-clusters": groups}))
    polis.ingest(folder, tmp_path)
    assert computed(tmp_path / "opinions" / "x")["axis_match"] == pytest.approx(1)
    assert computed(tmp_path / "opinions" / "x")["stored_groups"] is True


def test_small_groups_and_small_bases_are_held_back(tmp_path: Path) -> None:
    files = make_votes((40, 25, 9))
    few = files["votes"]
    few = few[(few["comment-id"] != 3) | (few["voter-id"] < 46)]
    polis.ingest(write_export(tmp_path / "small", files | {"votes": few}), tmp_path)
    folder = tmp_path / "opinions" / "small"
    rows, found = read(folder), computed(folder)
    assert [row["code"] for row in rows["groups"]] == ["A", "B"]
    assert found["in_small_groups"] == 9
    assert {row["group_code"] for row in rows["map"]} == {"A", "B", "_N"}
    assert {row["group_code"] for row in rows["votes_by_group"]} == {"A", "B"}
    held = next(row for row in rows["votes_by_group"] if row["number"] == "3" and row["group_code"] == "B")
    assert [held[name] for name in ("agree", "disagree", "passed", "voters", "z")] == [""] * 5
    whole = next(row for row in rows["statements"] if row["number"] == "3")
    assert (whole["consensus_agree"], whole["gap"]) == ("", ""), "no agreement of all groups is known"


def test_what_is_held_back_cannot_be_found_by_subtraction(tmp_path: Path) -> None:
    files = make_votes((40, 25, 9))
    polis.ingest(write_export(tmp_path / "small", files), tmp_path)
    rows = read(tmp_path / "opinions" / "small")
    whole = {row["number"]: int(row["voters"]) for row in rows["statements"]}
    shown = {number: 0 for number in whole}
    for row in rows["votes_by_group"]:
        shown[row["number"]] += int(row["voters"] or 0)
    assert all(whole[number] - shown[number] >= 10 for number in whole), "nine people would stand alone"
    assert any(row["voters"] for row in rows["votes_by_group"] if row["group_code"] == "A")


def test_of_one_shown_group_nothing_unites_and_nothing_divides(tmp_path: Path) -> None:
    polis.ingest(write_export(tmp_path / "lone", make_votes((40, 4))), tmp_path)
    rows = read(tmp_path / "opinions" / "lone")
    assert [row["code"] for row in rows["groups"]] == ["A"]
    assert {row[name] for row in rows["statements"] for name in ("consensus_agree", "consensus_disagree", "gap")} == {
        ""
    }


def test_rejected_statements_without_a_column_and_numbers_with_gaps_are_read(tmp_path: Path) -> None:
    files = make_votes()
    people = files["participants-votes"].drop(columns=["0", "3", "28", "29"])
    people.insert(1, "xid", "")
    raw = write_export(tmp_path / "gaps", files | {"participants-votes": people})
    (raw / "votes.csv").unlink()
    polis.ingest(raw, tmp_path)
    found = computed(tmp_path / "opinions" / "gaps")
    assert (found["statements"], found["rejected"], found["shown"]) == (30, 2, 26)
    assert found["same_group"] == 100


def test_statements_hardly_anybody_voted_on_are_held_back(tmp_path: Path) -> None:
    files = make_votes()
    votes = files["votes"]
    polis.ingest(
        write_export(tmp_path / "x", files | {"votes": votes[(votes["comment-id"] != 4) | (votes["voter-id"] < 9)]}),
        tmp_path,
    )
    assert "4" not in {row["number"] for row in read(tmp_path / "opinions" / "x")["statements"]}


def test_what_a_person_wrote_stays_when_the_export_is_read_again(export: Path, tmp_path: Path) -> None:
    polis.ingest(export, tmp_path)
    folder = tmp_path / "opinions" / "our-town-2024"
    assert "⟦…⟧" in (folder / "about.toml").read_text(encoding="utf-8")
    assert "Should it be so?" in (folder / "about.toml").read_text(encoding="utf-8")
    tomllib.loads((folder / "glosses.toml").read_text(encoding="utf-8"))
    (folder / "about.toml").write_text("mine", encoding="utf-8")
    polis.ingest(export, tmp_path)
    assert (folder / "about.toml").read_text(encoding="utf-8") == "mine"


def test_the_same_export_gives_the_same_files(export: Path, tidy: Path, tmp_path: Path) -> None:
    polis.ingest(export, tmp_path)
    for path in tidy.iterdir():
        assert (tmp_path / "opinions" / "our-town-2024" / path.name).read_bytes() == path.read_bytes()


def test_the_command_writes_where_it_is_told(export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest", "polis", str(export), "--out", str(tmp_path / "mine")]) == 0
    assert (tmp_path / "mine" / "opinions" / "our-town-2024" / "statements.csv").exists()
    told = capsys.readouterr().out
    assert "voters: 65" in told
    assert str(tmp_path / "mine") in told


def _remove(*names: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        for name in names:
            (folder / name).unlink()

    return spoil


def _write(name: str, words: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        (folder / name).write_text(words, encoding="utf-8")

    return spoil


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_remove("votes.csv", "participants-votes.csv"), "neither"),
        (_write("votes.csv", ""), "no column"),
        (_write("votes.csv", "timestamp,comment-id,vote\n1,2,1\n"), "voter"),
        (_write("votes.csv", "timestamp,comment-id,voter-id,vote\n"), "no vote"),
        (_write("votes.csv", "timestamp,comment-id,voter-id,vote\n1,2,1,1\n"), "too few"),
    ],
    ids=["no votes", "empty", "no voters", "no rows", "one vote"],
)
def test_what_makes_no_map_is_told_in_one_sentence(
    spoil: Callable[[Path], None], told: str, export: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(export, tmp_path / "raw")
    spoil(folder)
    with pytest.raises(IngestError, match=told) as raised:
        polis.ingest(folder, tmp_path)
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "opinions").exists()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="not a folder"):
        polis.ingest(tmp_path / "none", tmp_path)


@pytest.mark.parametrize(
    ("name", "slug"),
    [("polis_vtaiwan_uber_2015", "vtaiwan-uber-2015"), ("Brexit Consensus", "brexit-consensus"), ("a.b__c", "a-b-c")],
)
def test_a_folder_gives_the_address(name: str, slug: str) -> None:
    assert polis.make_slug(name) == slug


def test_a_folder_without_letters_gives_no_address() -> None:
    with pytest.raises(IngestError, match="rename"):
        polis.make_slug("諮詢")


cells = st.one_of(
    st.sampled_from(
        ["", "1", "-1", "0", "1.0", "nan", "inf", "-99999999999999999999", "2015-07-01", "x", '"', "\x00", "٣"]
    ),
    st.text(max_size=6),
    st.integers(-2, 40).map(str),
)
headers = st.lists(
    st.sampled_from(
        ["timestamp", "comment-id", "voter-id", "vote", "participant", "0", "1", "moderated", "agrees", ""]
    ),
    min_size=1,
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=50)
@given(data=st.data())
def test_any_cells_give_a_map_or_one_sentence(data: st.DataObject, tmp_path: Path) -> None:
    folder = tmp_path / "raw"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in ("votes", "comments", "participants-votes"):
        if data.draw(st.booleans()):
            lines = [data.draw(headers), *data.draw(st.lists(st.lists(cells, max_size=7), max_size=25))]
            text = "\n".join(",".join(line) for line in lines)
            (folder / f"{name}.csv").write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        polis.ingest(folder, tmp_path)
    except IngestError as error:
        assert "\n" not in str(error)
