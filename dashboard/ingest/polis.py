"""A Polis export becomes an opinion map: groups, statements by group, positions, growth, who cast the votes.

Writes ``opinions/<slug>/``: ``computed.toml`` and tables from here, ``about.toml`` and ``glosses.toml`` as templates
where there are none, for a person to fill. Whose vote is whose never leaves this module, nor does what people wrote.
Groups under ten people and statements under ten voters are held back, and what would give them away by subtraction.
"""

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard import opinions
from dashboard.exceptions import IngestError
from dashboard.ingest.common import number
from dashboard.ingest.polis_files import Export, read_export
from dashboard.opinions import SMALL_GROUP, Array, Axes, Grouping, Matrix

REJECTED, UNDECIDED, ACCEPTED = -1, 0, 1
SPOT = 0.2
"""Width of a spot of the map; people are counted by spot, so that no position is one person's to the digit."""
DAYS_SHOWN = 120
"""Days up to which growth is told by day, else by month."""
LETTERS = "ABCDE"
NO_GROUP = "_N"
"""People in no group: too few votes, or a group too small to be shown."""
TABLES = {
    "groups": ("code", "people", "x", "y"),
    "statements": (
        "number", "agree", "disagree", "passed", "voters", "x", "y", "consensus_agree", "consensus_disagree", "gap",
    ),
    "votes_by_group": ("number", "group_code", "agree", "disagree", "passed", "voters", "z"),
    "map": ("x", "y", "group_code", "people"),
    "growth": ("time_period", "votes", "voters", "statements"),
    "shares": ("voters_pct", "votes_pct"),
}  # fmt: skip
"""The tables written, with their columns."""
ABOUT = """# About this consultation; written by a person. Every ⟦…⟧ must be replaced before the site takes it.
source_code = "⟦…⟧"              # a code in data/sources
checked = ⟦…⟧                    # day the glosses were compared with the statements
published = ⟦…⟧                  # day it becomes public here; without it the day above
title = {{ zh-TW = "⟦…⟧", en = "⟦…⟧" }}
question = {{ zh-TW = "⟦…⟧", en = "⟦…⟧" }}   # the export says: {topic}
note = {{ zh-TW = "⟦…⟧", en = "⟦…⟧" }}       # who was invited, what may mislead
"""
GLOSSES = """# Each statement in our own words, never the citizens' text: number = {{ zh-TW = "…", en = "…" }}
# Statements with enough votes, most first: {numbers}
"""

Row = dict[str, object]


@dataclass(frozen=True)
class OpinionMap:
    """Everything calculated from one export."""

    export: Export
    matrix: Matrix
    votes: Array
    axes: Axes
    positions: Array
    chosen: Array
    grouping: Grouping
    """The groups shown: the platform's where it stored them, else ours."""
    own: Grouping
    """Ours, with the number of groups by silhouette."""


def calculate(export: Export) -> OpinionMap:
    """Return the opinion map of an export.

    Raises:
        IngestError: when there are too few people or statements for a map.
    """
    matrix = opinions.build_matrix(export.votes)
    if min(matrix.votes.shape) < 3:
        raise IngestError(
            f"{matrix.votes.shape[0]} people and {matrix.votes.shape[1]} statements are too few for a map"
        )
    states = export.statements.set_index("statement")["state"]
    votes = opinions.zero_out(matrix, states.index[states == REJECTED].tolist())
    axes = opinions.find_axes(votes)
    positions = opinions.place_people(votes, axes)
    chosen = opinions.choose_people(matrix)
    own = opinions.find_groups(positions, chosen)
    return OpinionMap(export, matrix, votes, axes, positions, chosen, _stored(export, matrix) or own, own)


def _stored(export: Export, matrix: Matrix) -> Grouping | None:
    """Return the platform's own groups, the largest first; None where it stored none."""
    if export.groups is None:
        return None
    labels = export.groups.reindex(matrix.people).to_numpy(dtype=float)
    known = ~np.isnan(labels)
    if not known.any() or len(set(labels[known])) > len(LETTERS):
        return None
    result = np.full(len(labels), -1)
    result[known] = opinions.order_groups(labels[known].astype(int))
    return Grouping(result, {})


def compare_groups(found: OpinionMap) -> Row:
    """Return how far our calculation agrees with the stored groups, at the stored number of groups."""
    if found.grouping is found.own:
        return {}
    from sklearn.metrics import adjusted_rand_score

    same_count = opinions.find_groups(found.positions, found.chosen, found.grouping.count)
    both = (same_count.labels >= 0) & (found.grouping.labels >= 0)
    ours, theirs = same_count.labels[both], found.grouping.labels[both]
    if not len(ours):
        return {}
    return {
        "same_group": opinions.measure_same(theirs, ours) * 100,
        "rand_index": float(adjusted_rand_score(theirs, ours)),
    }


def compare_positions(found: OpinionMap) -> Row:
    """Return the lower correlation of our positions with those of the platform's clusters, sign apart."""
    stored = found.export.positions
    if stored is None or len(stored) < 3:
        return {}
    ours = pd.DataFrame(found.positions, index=found.matrix.people, columns=["x", "y"])
    means = {cluster: ours.loc[ours.index.isin(people)].mean() for cluster, people in found.export.clusters.items()}
    joined = pd.DataFrame(means).T.join(stored.add_suffix("_stored")).dropna()
    matches = [abs(joined[axis].corr(joined[f"{axis}_stored"])) for axis in ("x", "y")]
    return {"axis_match": float(min(matches))}


def _big_groups(found: OpinionMap) -> dict[int, str]:
    """Return the letter of each group that is large enough to be shown."""
    sizes = np.bincount(found.grouping.labels[found.grouping.labels >= 0])
    shown = [group for group, size in enumerate(sizes) if size >= SMALL_GROUP]
    return dict(zip(shown, LETTERS, strict=False))


def describe_groups(found: OpinionMap) -> list[Row]:
    """Return the groups with their middle."""
    rows = []
    for group, letter in _big_groups(found).items():
        where = found.positions[found.grouping.labels == group]
        x, y = where.mean(axis=0)
        rows.append({"code": letter, "people": len(where), "x": float(x), "y": float(y)})
    return rows


def describe_statements(found: OpinionMap) -> tuple[list[Row], list[Row]]:
    """Return accepted statements with enough voters, and how each shown group voted on them."""
    letters = _big_groups(found)
    labels = np.where(np.isin(found.grouping.labels, list(letters)), found.grouping.labels, -1)
    counts = opinions.count_votes(found.matrix, labels)
    counts = counts.assign(z=opinions.score_representative(counts))
    states = found.export.statements.set_index("statement")["state"]
    accepted = counts["statement"].isin(states.index[states == ACCEPTED])
    enough = counts[(counts["group"] == -1) & (counts["voters"] >= SMALL_GROUP) & accepted]
    # One group alone neither agrees with the others nor differs from them.
    consensus = opinions.measure_consensus(_heard(counts) if len(letters) > 1 else counts.iloc[:0])
    places = pd.DataFrame(opinions.place_statements(found.axes), index=found.matrix.statements, columns=["x", "y"])
    whole = enough.join(consensus, on="statement").join(places, on="statement")
    rows = whole.rename(columns={"statement": "number"})[list(TABLES["statements"])]
    parts = counts[(counts["group"] >= 0) & counts["statement"].isin(enough["statement"])]
    kept = parts.assign(group_code=parts["group"].map(letters)).rename(columns={"statement": "number"})
    everybody = dict(zip(enough["statement"], enough["voters"], strict=True))
    hidden = opinions.hide_small(kept, everybody, group_held_back=len(letters) < found.grouping.count)
    kept.loc[hidden, ["agree", "disagree", "passed", "voters", "z"]] = np.nan
    kept = kept.sort_values(["number", "group_code"])[list(TABLES["votes_by_group"])]
    return _records(rows), _records(kept)


def _heard(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of statements on which enough of every group voted; of others no agreement of all is known."""
    grouped = counts[counts["group"] >= 0]
    least = grouped.groupby("statement")["voters"].min()
    return grouped[grouped["statement"].isin(least.index[least >= SMALL_GROUP])]


def _records(frame: pd.DataFrame) -> list[Row]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def draw_map(found: OpinionMap) -> list[Row]:
    """Return how many people stand on each spot, by group."""
    letters = _big_groups(found)
    drawn = found.chosen | (found.grouping.labels >= 0)
    spots = np.round(found.positions[drawn] / SPOT) * SPOT + 0.0
    groups = [letters.get(int(label), NO_GROUP) for label in found.grouping.labels[drawn]]
    frame = pd.DataFrame(spots.round(1), columns=["x", "y"]).assign(group_code=groups)
    counted = frame.groupby(["x", "y", "group_code"]).size().rename("people").reset_index()
    return _records(counted)


def tell_growth(export: Export) -> list[Row]:
    """Return votes, new voters and statements of each day or month; a period without any is a true zero."""
    times = export.votes.dropna(subset=["time"])
    if times.empty:
        return []
    span = times["time"].max() - times["time"].min()
    unit = "D" if span <= pd.Timedelta(days=DAYS_SHOWN) else "M"
    written = export.statements["time"].dropna()
    columns = {
        "votes": times["time"],
        "voters": times.groupby("voter")["time"].min(),
        "statements": written,
    }
    counted = {name: moments.dt.to_period(unit).value_counts() for name, moments in columns.items() if len(moments)}
    every = pd.period_range(times["time"].min(), times["time"].max(), freq=unit)
    frame = pd.DataFrame(counted).reindex(every).reindex(columns=list(columns)).fillna(0).astype("int64")
    return _records(frame.rename_axis("time_period").reset_index().astype({"time_period": "str"}))


def summarise(found: OpinionMap, groups: Sequence[Row], shown: int) -> Row:
    """Return the figures of the whole consultation."""
    states = found.export.statements["state"]
    writers = found.export.statements["author"].nunique()
    times = found.export.votes["time"].dropna()
    days = {"started": f"{times.min():%Y-%m-%d}", "ended": f"{times.max():%Y-%m-%d}"} if len(times) else {}
    stability = opinions.measure_stability(found.votes, found.chosen, found.own.labels)
    grouped = int((found.grouping.labels >= 0).sum())
    return {
        **days,
        "voters": len(found.matrix.people),
        "votes": int(found.matrix.counts.sum()),
        "grouped": grouped,
        "in_small_groups": grouped - sum(int(str(row["people"])) for row in groups),
        "statements": len(states),
        "accepted": int((states == ACCEPTED).sum()),
        "rejected": int((states == REJECTED).sum()),
        "undecided": int((states == UNDECIDED).sum()),
        "shown": shown,
        **({"writers": int(writers)} if writers else {}),
        "axis_1": float(found.axes.explained[0] * 100),
        "axis_2": float(found.axes.explained[1] * 100),
        "stored_groups": found.grouping is not found.own,
        "found_groups": found.own.count,
        **({"stability": stability * 100} if stability == stability else {}),
        **compare_groups(found),
        **compare_positions(found),
        "gini": opinions.measure_inequality(found.matrix.counts),
        "silhouettes": {str(count): round(score, 3) for count, score in found.own.silhouettes.items()},
    }


def _write_table(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    columns = TABLES[path.stem]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({name: _cell(row.get(name), name) for name in columns})


def _cell(value: object, name: str) -> object:
    if isinstance(value, float):
        if value != value:
            return ""
        return number(value, 6 if name.startswith("consensus") else 2)
    return value


def _write_toml(path: Path, row: Mapping[str, object]) -> None:
    lines = ["# Written by python -m dashboard ingest polis; change about.toml and glosses.toml instead."]
    for key, value in row.items():
        if isinstance(value, dict):
            inside = ", ".join(f'"{name}" = {score}' for name, score in value.items())
            lines.append(f"{key} = {{ {inside} }}" if inside else f"{key} = {{}}")
        elif isinstance(value, float):
            written = number(value, 3)
            lines.append(f"{key} = {written if '.' in written else f'{written}.0'}")
        else:
            lines.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def make_slug(name: str) -> str:
    """Return the address part a folder's name gives: ``polis_vtaiwan_uber_2015`` → ``vtaiwan-uber-2015``."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-").removeprefix("polis-")
    if not slug:
        raise IngestError(f'"{name}" holds no letter or number; rename the folder')
    return slug


def _write_templates(folder: Path, export: Export, statements: Sequence[Row]) -> None:
    """Write what a person must fill, where nobody has begun."""
    topic = re.sub(r"[\x00-\x1f\x7f]+", " ", export.topic) or "nothing"
    if not (path := folder / "about.toml").exists():
        path.write_text(ABOUT.format(topic=topic), encoding="utf-8", newline="\n")
    if not (path := folder / "glosses.toml").exists():
        ordered = sorted(statements, key=lambda row: -int(str(row["voters"])))
        numbers = ", ".join(str(row["number"]) for row in ordered)
        path.write_text(GLOSSES.format(numbers=numbers), encoding="utf-8", newline="\n")


def ingest(raw: Path, data: Path) -> None:
    """Write ``data/opinions/<slug>`` from one export, and print what was found and what had to be put right.

    Raises:
        IngestError: when the folder holds no votes that make a map.
    """
    found = calculate(read_export(raw))
    groups = describe_groups(found)
    statements, votes = describe_statements(found)
    row = summarise(found, groups, len(statements))
    folder = data / "opinions" / make_slug(raw.resolve().name)
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "groups": groups,
        "statements": statements,
        "votes_by_group": votes,
        "map": draw_map(found),
        "growth": tell_growth(found.export),
        "shares": [
            {"voters_pct": voters, "votes_pct": share} for voters, share in opinions.share_out(found.matrix.counts)
        ],
    }
    for name, rows in tables.items():
        _write_table(folder / f"{name}.csv", rows)
    _write_toml(folder / "computed.toml", row)
    _write_templates(folder, found.export, statements)
    for note in found.export.notes:
        print(f"note: {note}")
    for key, value in row.items():
        print(f"{key}: {round(value, 3) if isinstance(value, float) else value}")
