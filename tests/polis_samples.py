"""Consultations of our own making in the shape of Polis exports, tidy and in the disorder real ones come in."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

SECRET = "A private sentence nobody may publish"
START = 1_440_000_000_000
DAY = 86_400_000
Files = dict[str, pd.DataFrame]


def make_votes(sizes: tuple[int, ...] = (40, 25), statements: int = 30, seed: int = 1, missing: float = 0.25) -> Files:
    """Return the files of a consultation whose groups disagree on all statements but the first six.

    The last two statements are rejected. Votes are spread over thirty days.
    """
    random = np.random.default_rng(seed)
    groups = np.repeat(np.arange(len(sizes)), sizes)
    leaning = random.choice([-1, 1], (len(sizes), statements))
    leaning[:, :6] = 1
    leaning[1] = np.concatenate([np.ones(6), -leaning[0, 6:]])
    votes = leaning[groups]
    noise = random.random(votes.shape)
    votes = np.where(noise < 0.06, -votes, np.where(noise < 0.14, 0, votes)).astype(float)
    votes[random.random(votes.shape) < missing] = np.nan
    people = pd.DataFrame(votes, columns=[str(number) for number in range(statements)])
    long = (
        people.melt(var_name="comment-id", value_name="vote", ignore_index=False).dropna().reset_index(names="voter-id")
    )
    long = long.astype({"comment-id": int, "vote": int})
    times = START + random.integers(0, 30 * DAY, len(long))
    long.insert(0, "timestamp", times)
    states = [-1 if number >= statements - 2 else 1 for number in range(statements)]
    agrees = [int((votes[:, number] == 1).sum()) for number in range(statements)]
    comments = pd.DataFrame(
        {
            "timestamp": START,
            "comment-id": range(statements),
            "author-id": [number % 7 for number in range(statements)],
            "agrees": agrees,
            "moderated": states,
            "comment-body": f'{SECRET}, "quoted",\nand over two lines',
        }
    )
    head = pd.DataFrame({"participant": people.index, "group-id": groups, "n-votes": people.notna().sum(axis=1)})
    table = pd.concat([head, people.map(lambda cell: "" if cell != cell else str(int(cell)))], axis=1)
    summary = pd.DataFrame([["topic", "Should it be so?"], ["url", "https://example.org"]])
    return {"votes": long, "comments": comments, "participants-votes": table, "summary": summary}


def write_export(folder: Path, files: Files) -> Path:
    """Write the files as the organisers' export."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in files.items():
        table.to_csv(folder / f"{name}.csv", index=False, header=name != "summary", encoding="utf-8")
    return folder


def write_interface(folder: Path, files: Files) -> Path:
    """Write the same as the copy of the public interface."""
    folder.mkdir(parents=True, exist_ok=True)
    votes = files["votes"].rename(
        columns={"timestamp": "modified", "comment-id": "statement_id", "voter-id": "participant_id"}
    )
    names = {
        "comment-id": "statement_id",
        "author-id": "participant_id",
        "agrees": "agree_count",
        "comment-body": "txt",
    }
    comments = files["comments"].rename(columns=names).drop(columns="timestamp")
    comments["created"] = "2015-08-19T16:00:00.000000Z"
    (folder / "votes.json").write_text(votes.to_json(orient="records"), encoding="utf-8")
    (folder / "comments.json").write_text(comments.to_json(orient="records"), encoding="utf-8")
    (folder / "conversation.json").write_text(json.dumps({"topic": "Should it be so?"}), encoding="utf-8")
    return folder


def _without(*names: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        for name in names:
            (folder / name).unlink()

    return spoil


def _rewrite(name: str, change: Callable[[pd.DataFrame], pd.DataFrame], **how: object) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        table = pd.read_csv(folder / name, dtype=str, keep_default_na=False)
        change(table).to_csv(folder / name, **{"index": False, "encoding": "utf-8", **how})  # type: ignore[arg-type]

    return spoil


def _turn_signs(folder: Path) -> None:
    _rewrite("votes.csv", lambda table: table.assign(vote=(-table["vote"].astype(int)).astype(str)))(folder)


def _add_rubbish(folder: Path) -> None:
    with (folder / "votes.csv").open("a", encoding="utf-8") as file:
        file.write("not,a\n1440000000000,3,,1\n1440000000000,3,5,2\nwhen,3,x,1\n\n1,2,3,4,5,6,7\n")


def _double_votes(folder: Path) -> None:
    def change(table: pd.DataFrame) -> pd.DataFrame:
        early = table.head(50).assign(timestamp="1430000000000", vote="0")
        return pd.concat([table, early, table.tail(20)])

    _rewrite("votes.csv", change)(folder)


def _old_names(folder: Path) -> None:
    names = {"comment-id": "Comment_ID", "voter-id": " Participant ID ", "vote": "VOTE", "timestamp": "created"}
    _rewrite("votes.csv", lambda table: table.rename(columns=names), encoding="utf-8-sig", sep=";")(folder)


def _seconds(folder: Path) -> None:
    _rewrite("votes.csv", lambda table: table.assign(timestamp=table["timestamp"].str[:-3]))(folder)


def _of_the_report(folder: Path) -> None:
    """Name the files as reports since 2025 do, with seconds and dates as browsers write them."""
    _seconds(folder)
    _rewrite(
        "votes.csv",
        lambda table: table.assign(datetime="Thu Aug 20 2015 00:00:00 GMT+0000 (Coordinated Universal Time)"),
    )(folder)
    for stem in ("votes", "comments", "summary", "participants-votes"):
        singular = stem.replace("participants", "participant")
        (folder / f"{stem}.csv").rename(folder / f"2025-08-29-0002-7made2up-{singular}.csv")


def _two_reports(folder: Path) -> None:
    """Leave an earlier report, with half of the votes, beside the later one."""
    _of_the_report(folder)
    later = folder / "2025-08-29-0002-7made2up-votes.csv"
    lines = later.read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "2025-01-02-0900-7made2up-votes.csv").write_text("".join(lines[: len(lines) // 2]), encoding="utf-8")


def _numbers_below_zero(folder: Path) -> None:
    """Add votes on what is no statement, as some servers' exports hold them."""
    with (folder / "votes.csv").open("a", encoding="utf-8") as file:
        file.write("1440000000000,-1,3,1\n1440000000000,-5,4,-1\n1440000000000,3,-2,1\n")


SAME_VOTES: dict[str, Callable[[Path], None]] = {
    "without votes": _without("votes.csv"),
    "without people": _without("participants-votes.csv"),
    "without summary": _without("summary.csv"),
    "signs turned": _turn_signs,
    "rubbish among the votes": _add_rubbish,
    "votes doubled and changed": _double_votes,
    "old names, semicolons, byte-order mark": _old_names,
    "seconds": _seconds,
    "files of a report": _of_the_report,
    "two reports": _two_reports,
    "numbers below zero": _numbers_below_zero,
    "people out of order": _rewrite("participants-votes.csv", lambda table: table.iloc[::-1]),
    "extra column": _rewrite("participants-votes.csv", lambda table: table.assign(xid="")),
    "states in words": _rewrite(
        "comments.csv", lambda table: table.assign(moderated=table["moderated"].map({"1": "TRUE", "-1": "false"}))
    ),
}
"""Disorders that leave the votes what they are."""
