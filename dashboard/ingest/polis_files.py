"""Read a Polis export into votes and statements, whatever state its files are in; what people wrote is never read.

Two forms exist: the export of the organisers (``votes.csv``, ``comments.csv``, ``participants-votes.csv``,
``summary.csv``) and the copy of the public interface (``votes.json``, ``comments.json``, ``math-pca2.json``). Since
2025 the organisers' files carry day and number of the report before their name. Columns were renamed over the years,
files are missing, votes are doubled; each thing put right is told in ``notes``.
"""

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.exceptions import IngestError

NAMES = {
    "voter": ("voter-id", "participant-id", "voter", "participant", "pid"),
    "statement": ("comment-id", "statement-id", "statement", "tid"),
    "vote": ("vote", "value"),
    "time": ("timestamp", "modified", "created", "datetime"),
    "author": ("author-id", "participant-id", "pid", "author"),
    "state": ("moderated", "mod", "moderation"),
    "agrees": ("agrees", "agree-count", "n-agree"),
    "group": ("group-id", "group"),
}
"""What we call a column, and what exports have called it; compared in lower case with hyphens."""
STEMS = {"participants-votes": ("participants-votes", "participant-votes")}
"""Files that have had more than one name."""
STATES = {"1": 1, "0": 0, "-1": -1, "true": 1, "false": -1, "accepted": 1, "rejected": -1, "": 0}
LARGEST = 2_000_000
"""Votes above which a file is refused rather than read for minutes."""
TAIPEI = pd.Timedelta(hours=8)


@dataclass
class Export:
    """A consultation as exported: one row a vote and one a statement, and what had to be put right."""

    votes: pd.DataFrame  # voter, statement, vote, time
    statements: pd.DataFrame  # statement, author, state, time
    groups: "pd.Series[int] | None" = None
    """The platform's own group of each person, by voter."""
    positions: pd.DataFrame | None = None
    """The platform's own positions (x, y) of clusters of people, by cluster, in its own sign."""
    clusters: dict[int, list[int]] = field(default_factory=dict)
    """The people of each of those clusters."""
    topic: str = ""
    url: str = ""
    notes: list[str] = field(default_factory=list)


def _plain(name: object) -> str:
    return re.sub(r"[\s_]+", "-", str(name).strip().strip("\ufeff").lower())


def _rename(table: pd.DataFrame, wanted: tuple[str, ...]) -> pd.DataFrame:
    """Return the wanted columns under our names; those the file does not have are left out."""
    held: dict[str, str] = {}
    for column in table.columns:
        held.setdefault(_plain(column), column)
    found = {}
    for name in wanted:
        column = next((held[known] for known in NAMES[name] if known in held), None)
        if column is not None:
            found[name] = table[column]
    return pd.DataFrame(found)


def _read_csv(path: Path, notes: list[str]) -> pd.DataFrame:
    """Return a CSV as text cells; broken lines are left out and counted.

    Raises:
        IngestError: when there is nothing that can be read as rows.
    """
    words = path.read_bytes().decode("utf-8-sig", errors="replace").replace("\x00", "")
    first = words.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows, broken = [], 0
    csv.field_size_limit(10_000_000)
    reader = csv.reader(words.splitlines(keepends=True), delimiter=delimiter)
    header = next(reader, [])
    try:
        for row in reader:
            if len(row) == len(header):
                rows.append(row)
            elif row:
                broken += 1
            if len(rows) > LARGEST:
                raise IngestError(f"{path.name} has more than {LARGEST:,} rows")
    except csv.Error:
        broken += 1
    if broken:
        notes.append(f"{path.name}: {broken} lines with another number of cells than the header left out")
    names: list[str] = []
    for name in header:
        names.append(name if name not in names else f"{name}.{len(names)}")
    return pd.DataFrame(rows, columns=names, dtype="str")


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise IngestError(f"{path.name} is not valid JSON") from error


def _find(folder: Path, stem: str, ending: str, notes: list[str]) -> Path | None:
    """Return ``<stem>.<ending>``, or the file whose name ends so after day and number of the report; None without."""
    stems = STEMS.get(stem, (stem,))
    for name in stems:
        if (path := folder / f"{name}.{ending}").exists():
            return path
    named = re.compile(rf".*(?<!participant)(?<!participants)[-_](?:{'|'.join(stems)})\.{ending}")
    found = sorted(path for path in folder.glob(f"*.{ending}") if named.fullmatch(path.name))
    if len(found) > 1:
        notes.append(f"{len(found)} files end in {stem}.{ending}; the last by name was read")
    return found[-1] if found else None


def _read_table(folder: Path, stem: str, notes: list[str]) -> pd.DataFrame | None:
    """Return a table from ``<stem>.csv`` or ``<stem>.json``; None when there is neither."""
    if path := _find(folder, stem, "csv", notes):
        return _read_csv(path, notes)
    if path := _find(folder, stem, "json", notes):
        rows = _read_json(path)
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise IngestError(f"{path.name} is not a list of rows")
        # Texts are dropped before anything else looks at them.
        return pd.DataFrame([{key: row[key] for key in row if key != "txt"} for row in rows])
    return None


def read_times(values: pd.Series) -> pd.Series:
    """Return moments in Taiwan time, from milliseconds, seconds or ISO text; NaT where nothing can be read."""
    numbers = pd.to_numeric(values, errors="coerce")
    known = numbers.dropna()
    if len(known) > len(values) / 2:
        unit = "ms" if known.median() > 1e11 else "s"
        inside = numbers.where(numbers.between(0, 4e12 if unit == "ms" else 4e9))
        return pd.to_datetime(inside, unit=unit, errors="coerce").astype("datetime64[ms]") + TAIPEI
    read = pd.to_datetime(values, utc=True, format="ISO8601", errors="coerce")
    return read.dt.tz_localize(None).astype("datetime64[ms]") + TAIPEI


def _whole(values: pd.Series) -> pd.Series:
    """Return whole numbers; anything else is missing."""
    numbers = pd.to_numeric(values, errors="coerce")
    return numbers.where((numbers % 1 == 0) & (numbers.abs() < 1e15))


def clean_votes(table: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Return the latest vote of each person on each statement, with the moment of the first; unreadable ones left out.

    Without times the last in the file counts.
    """
    votes = pd.DataFrame({name: _whole(table[name]) for name in ("voter", "statement", "vote")})
    votes["time"] = read_times(table["time"]) if "time" in table else pd.NaT
    sound = votes[["voter", "statement"]].ge(0).all(axis=1) & votes["vote"].isin([-1, 0, 1])
    if lost := int((~sound).sum()):
        notes.append(f"{lost} votes that are not 1, 0 or -1, or of nobody or nothing, left out")
    votes = votes[sound].astype({"voter": "int64", "statement": "int64", "vote": "int64"})
    votes = votes.sort_values("time", kind="stable", na_position="first")
    keys = ["voter", "statement"]
    latest = votes.drop_duplicates(keys, keep="last")
    if doubled := len(votes) - len(latest):
        notes.append(f"{doubled} votes replaced by a later vote of the same person on the same statement")
    first = votes.drop_duplicates(keys).set_index(keys)["time"].rename("first")
    return latest.drop(columns="time").join(first, on=keys).rename(columns={"first": "time"}).reset_index(drop=True)


def _melt(people: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Return votes from the table of people by statements, whose statement columns are numbers."""
    voter = _rename(people, ("voter",))
    numbers = [column for column in people.columns if re.fullmatch(r"\d+", str(column).strip())]
    if voter.empty or not numbers:
        raise IngestError("participants-votes.csv has no column of people, or no column that is a statement's number")
    notes.append("votes.csv is missing; votes read from participants-votes.csv, so nothing is known of time")
    long = people[numbers].assign(voter=voter["voter"]).melt("voter", var_name="statement", value_name="vote")
    return long[long["vote"].astype("str").str.strip().ne("") & long["vote"].notna()]


def _read_votes(folder: Path, people: pd.DataFrame | None, notes: list[str]) -> pd.DataFrame:
    table = _read_table(folder, "votes", notes)
    if table is None and people is None:
        raise IngestError(f"{folder.name} has neither votes.csv nor votes.json nor participants-votes.csv")
    named = _melt(people, notes) if table is None and people is not None else table
    assert named is not None
    found = _rename(named, ("voter", "statement", "vote", "time"))
    if missing := [name for name in ("voter", "statement", "vote") if name not in found]:
        known = " or ".join(NAMES[missing[0]])
        raise IngestError(f"votes have no column for the {missing[0]}; one of these is expected: {known}")
    return clean_votes(found, notes)


def _read_statements(folder: Path, votes: pd.DataFrame, notes: list[str]) -> tuple[pd.DataFrame, int | None]:
    """Return statements and, where the file tells, how many agreements it counts on those voted on."""
    table = _read_table(folder, "comments", notes)
    found = pd.DataFrame() if table is None else _rename(table, ("statement", "author", "state", "time", "agrees"))
    if "statement" not in found:
        notes.append("comments.csv is missing; every statement is taken as accepted")
        numbers = sorted(votes["statement"].unique())
        return pd.DataFrame({"statement": numbers, "author": pd.NA, "state": 1, "time": pd.NaT}), None
    rows = pd.DataFrame({"statement": _whole(found["statement"])})
    rows["author"] = _whole(found["author"]) if "author" in found else float("nan")
    rows["time"] = read_times(found["time"]) if "time" in found else pd.NaT
    if "state" in found:
        written = found["state"].map(lambda value: "" if pd.isna(value) else str(value).strip().lower())
        rows["state"] = written.str.replace(".0", "").map(STATES).fillna(0).astype("int64")
    else:
        rows["state"] = 1
        notes.append("comments.csv does not say what the moderators did; every statement is taken as accepted")
    agrees = pd.to_numeric(found["agrees"], errors="coerce").sum() if "agrees" in found else None
    rows = rows.dropna(subset=["statement"]).astype({"statement": "int64"}).drop_duplicates("statement", keep="last")
    if unknown := sorted(set(votes["statement"]) - set(rows["statement"])):
        notes.append(f"{len(unknown)} statements with votes are not in comments.csv; taken as undecided")
        more = pd.DataFrame({"statement": unknown, "author": float("nan"), "time": pd.NaT, "state": 0})
        rows = pd.concat([rows, more.astype(rows.dtypes.to_dict())], ignore_index=True)
    return rows.sort_values("statement").reset_index(drop=True), None if agrees is None else int(agrees)


def fix_sign(votes: pd.DataFrame, agrees: int | None, notes: list[str]) -> pd.DataFrame:
    """Return votes in which 1 is agreement; Polis' own database has it the other way round.

    The agreements that the list of statements counts decide; doubled clicks make the two counts differ a little.
    """
    if agrees is None:
        notes.append("nothing says which sign means agreement; 1 is taken as agreement")
        return votes
    as_is, turned = int((votes["vote"] == 1).sum()), int((votes["vote"] == -1).sum())
    if abs(as_is - agrees) <= abs(turned - agrees):
        return votes
    notes.append("in this file -1 means agreement; turned round")
    return votes.assign(vote=-votes["vote"])


def _read_platform(folder: Path, people: pd.DataFrame | None, export: Export) -> None:
    """Read the groups and positions that Polis itself calculated, where they are stored."""
    if people is not None and {"voter", "group"} <= set(found := _rename(people, ("voter", "group"))):
        pairs = pd.DataFrame({name: _whole(found[name]) for name in ("voter", "group")}).dropna().astype("int64")
        export.groups = pairs.drop_duplicates("voter").set_index("voter")["group"] if len(pairs) else None
    path = folder / "math-pca2.json"
    if not path.exists():
        return
    math = _read_json(path)
    try:
        clusters = math["base-clusters"]
        members = dict(zip(clusters["id"], clusters["members"], strict=True))
        group_of = {base: group["id"] for group in math["group-clusters"] for base in group["members"]}
        voters = {voter: group_of[base] for base, people_in in members.items() for voter in people_in}
        positions = pd.DataFrame({"x": clusters["x"], "y": clusters["y"]}, index=clusters["id"], dtype=float)
    except (KeyError, TypeError, ValueError) as error:
        export.notes.append(f"math-pca2.json does not have the expected shape ({type(error).__name__}); left out")
        return
    export.groups = pd.Series(voters, dtype="int64").rename_axis("voter")
    export.positions, export.clusters = positions, members


def _read_summary(folder: Path, export: Export) -> None:
    if path := _find(folder, "summary", "csv", export.notes):
        words = path.read_text(encoding="utf-8-sig", errors="replace")
        pairs = {row[0]: row[1] for row in csv.reader(words.splitlines()) if len(row) > 1}
        export.topic, export.url = pairs.get("topic", "").strip()[:200], pairs.get("url", "").strip()[:200]
    elif (folder / "conversation.json").exists():
        told = _read_json(folder / "conversation.json")
        export.topic = str(told.get("topic", "")).strip()[:200] if isinstance(told, Mapping) else ""


def read_export(folder: Path) -> Export:
    """Return the consultation in a folder.

    Raises:
        IngestError: when the folder holds no votes that can be read.
    """
    if not folder.is_dir():
        raise IngestError(f"{folder.name} is not a folder")
    notes: list[str] = []
    people = _read_table(folder, "participants-votes", notes)
    votes = _read_votes(folder, people, notes)
    statements, agrees = _read_statements(folder, votes, notes)
    if votes.empty:
        raise IngestError(f"{folder.name} holds no vote that can be read")
    if agrees is None and people is not None and "agrees" in (found := _rename(people, ("agrees",))):
        agrees = int(pd.to_numeric(found["agrees"], errors="coerce").sum())
    export = Export(fix_sign(votes, agrees, notes), statements, notes=notes)
    _read_platform(folder, people, export)
    _read_summary(folder, export)
    return export
