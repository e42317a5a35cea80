"""What two vTaiwan consultations on Polis amounted to: voters, votes, statements, agreement and who did the work.

Sources: the export of the Uber consultation of 2015 (compdemocracy/openData, CC BY 4.0) and the copy of the AI
consultation of 2023 (patcon/polis-community-open-data). Only counts and shares leave this module; what people wrote
is never read. The Uber conversation stayed open for years after its meeting, so it is measured twice: up to the eve of
the meeting, and to its last vote.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.exceptions import IngestError
from dashboard.ingest.common import NATION, write_observations

UBER, AI = "polis_vtaiwan_uber_2015", "polis_vtaiwan_ai_2023"
SOURCES = {UBER: "uberpolis_export_2015", AI: "uberpolis_ai_2023"}
MEETING_EVE = "2015-08-26"
AGREE, DISAGREE = 1, -1
ACCEPTED, REJECTED, UNDECIDED = 1, -1, 0
ORGANISERS = 0
"""Polis numbers accounts from 0 in each conversation; the first is whoever opened it."""
LEAST_VOTERS = 30
AGREED = 0.8
TAIPEI = pd.Timedelta(hours=8)

Row = dict[str, object]


@dataclass(frozen=True)
class Conversation:
    """One consultation: each person's latest vote on each statement, and every statement handed in."""

    source: str
    period: str
    votes: pd.DataFrame  # voter, statement, vote, day, first_month
    statements: pd.DataFrame  # statement, author, state, day
    grouped: int | None = None


def _need(table: pd.DataFrame, columns: tuple[str, ...], name: str) -> pd.DataFrame:
    if missing := [column for column in columns if column not in table]:
        raise IngestError(f"{name} has no column {', '.join(missing)}")
    if table.empty:
        raise IngestError(f"{name} has no rows")
    return table


def _csv(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    if not path.exists():
        raise IngestError(f"{path.name} is missing; put it into {path.parent.name}")
    return _need(pd.read_csv(path, encoding="utf-8"), columns, path.name)[list(columns)]


def _json(path: Path) -> Any:
    if not path.exists():
        raise IngestError(f"{path.name} is missing; put it into {path.parent.name}")
    with path.open(encoding="utf-8") as file:
        return json.load(file)


def _day(milliseconds: pd.Series) -> pd.Series:
    """Return the day in Taipei; the exports write a text date beside it in another time zone."""
    return (pd.to_datetime(milliseconds, unit="ms") + TAIPEI).dt.strftime("%Y-%m-%d")


def latest_votes(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each person and statement, the latest vote, with the month in which the first was cast.

    The export keeps every click, doubled ones and changes of mind included.
    """
    ordered = rows.sort_values("timestamp", kind="stable")
    keys = ["voter", "statement"]
    first = ordered.drop_duplicates(keys, keep="first").set_index(keys)["timestamp"].rename("first")
    last = ordered.drop_duplicates(keys, keep="last").join(first, on=keys)
    return last.assign(day=_day(last["timestamp"]), first_month=_day(last["first"]).str[:7])


def _check_sign(votes: pd.DataFrame, agrees: int, name: str) -> None:
    """Refuse a file whose 1 does not mean agreement: Polis' own interface has it the other way round."""
    if (counted := int((votes["vote"] == AGREE).sum())) != agrees:
        raise IngestError(f"{name}: {counted} votes are 1, but the source counts {agrees} agreements")


def read_uber(folder: Path, until: str | None = None) -> Conversation:
    """Return the Uber consultation, up to the end of a day when one is given."""
    clicks = _csv(folder / "votes.csv", ("timestamp", "comment-id", "voter-id", "vote"))
    clicks = clicks.rename(columns={"comment-id": "statement", "voter-id": "voter"})
    people = _csv(folder / "participants-votes.csv", ("participant", "group-id", "n-agree"))
    statements = _csv(folder / "comments.csv", ("timestamp", "comment-id", "author-id", "moderated"))
    statements = statements.rename(columns={"comment-id": "statement", "author-id": "author", "moderated": "state"})
    statements = statements.assign(day=_day(statements["timestamp"]))
    votes = latest_votes(clicks)
    _check_sign(votes, int(people["n-agree"].sum()), "votes.csv")
    days = _day(clicks["timestamp"])
    whole = Conversation(SOURCES[UBER], f"{days.min()}/{days.max()}", votes, statements, people["group-id"].count())
    if until is None:
        return whole
    period, early = f"{days.min()}/{until}", latest_votes(clicks[days <= until])
    # Groups are published for the final state only.
    return replace(whole, period=period, votes=early, statements=statements[statements["day"] <= until], grouped=None)


def read_ai(folder: Path) -> Conversation:
    """Return the AI consultation."""
    clicks = pd.DataFrame(_json(folder / "votes.json"))
    clicks = _need(clicks, ("participant_id", "statement_id", "vote", "modified"), "votes.json")
    clicks = clicks.rename(columns={"participant_id": "voter", "statement_id": "statement", "modified": "timestamp"})
    told = pd.DataFrame(_json(folder / "comments.json"))
    told = _need(told, ("statement_id", "participant_id", "moderated", "agree_count", "created"), "comments.json")
    statements = told.rename(columns={"statement_id": "statement", "participant_id": "author", "moderated": "state"})
    created = pd.to_datetime(statements["created"], utc=True, format="ISO8601") + TAIPEI
    statements = statements.assign(day=created.dt.strftime("%Y-%m-%d"))
    votes = latest_votes(clicks)
    _check_sign(votes, int(told["agree_count"].sum()), "votes.json")
    math = _json(folder / "math-pca2.json")
    if not isinstance(math, dict) or "group-votes" not in math:
        raise IngestError('math-pca2.json has no "group-votes"')
    grouped = sum(group["n-members"] for group in math["group-votes"].values())
    return Conversation(SOURCES[AI], f"{votes['day'].min()}/{votes['day'].max()}", votes, statements, grouped)


def votes_a_person(conversation: Conversation) -> pd.Series:
    """Return how many statements each voter voted on, most first."""
    return conversation.votes.groupby("voter").size().sort_values(ascending=False)


def share_of_votes(counts: pd.Series) -> dict[str, float]:
    """Return the percent of votes cast by the most active tenth and by the less active half, both rounded down."""
    tenth, half = len(counts) // 10, len(counts) // 2
    if not tenth:
        raise IngestError(f"{len(counts)} voters have no tenth")
    whole = counts.sum()
    return {"top_tenth": counts.iloc[:tenth].sum() / whole * 100, "lower_half": counts.iloc[-half:].sum() / whole * 100}


def rate_statements(conversation: Conversation) -> pd.DataFrame:
    """Return agreements, disagreements and voters of each accepted statement that enough people voted on."""
    accepted = conversation.statements.loc[conversation.statements["state"] == ACCEPTED, "statement"]
    votes = conversation.votes[conversation.votes["statement"].isin(accepted)]
    kinds = votes.assign(agree=votes["vote"] == AGREE, disagree=votes["vote"] == DISAGREE, voters=1)
    rated = kinds.groupby("statement")[["agree", "disagree", "voters"]].sum()
    return rated[rated["voters"] >= LEAST_VOTERS]


def count_agreed(rated: pd.DataFrame) -> dict[str, int]:
    """Return how many statements reach the threshold, over all who voted and over those who took a side."""
    if rated.empty:
        raise IngestError(f"no accepted statement has votes of {LEAST_VOTERS} people")
    with_passes = rated["agree"] / rated["voters"]
    without_passes = rated["agree"] / (rated["agree"] + rated["disagree"])
    return {
        "passes_counted": int((with_passes >= AGREED).sum()),
        "passes_left_out": int((without_passes >= AGREED).sum()),
    }


def count_statements(conversation: Conversation) -> dict[str, int]:
    """Return statements handed in, by what the moderators did, and how many accepted ones came from the organisers."""
    states = conversation.statements["state"]
    own = conversation.statements["author"] == ORGANISERS
    return {
        "_T": len(states),
        "accepted": int((states == ACCEPTED).sum()),
        "rejected": int((states == REJECTED).sum()),
        "undecided": int((states == UNDECIDED).sum()),
        "accepted_organisers": int((own & (states == ACCEPTED)).sum()),
        "rated": len(rate_statements(conversation)),
    }


def measure_writers(conversation: Conversation) -> tuple[int, int]:
    """Return how many voters handed in a statement of their own, and how many voters there are; organisers apart."""
    voters = set(conversation.votes["voter"]) - {ORGANISERS}
    return len(voters & set(conversation.statements["author"])), len(voters)


def _row(conversation: Conversation, value: float, part: str = "_T", base: tuple[int, int] | None = None) -> Row:
    row: Row = {
        "ref_area": NATION,
        "time_period": conversation.period,
        "breakdown": part,
        "obs_value": value,
        "source_code": conversation.source,
    }
    if base:
        row |= {"note_zh_tw": f"{base[1]:,} 之中的 {base[0]:,}。", "note_en": f"{base[0]:,} of {base[1]:,}."}
    return row


def summarise(conversation: Conversation) -> Iterator[tuple[str, Row]]:
    """Yield (indicator, observation) for everything measured over a whole consultation."""
    counts = votes_a_person(conversation)
    yield "polis_consultation_voters", _row(conversation, len(counts))
    if conversation.grouped is not None:
        yield "polis_consultation_voters", _row(conversation, int(conversation.grouped), "grouped")
    yield "polis_consultation_votes", _row(conversation, int(counts.sum()))
    for part, count in count_statements(conversation).items():
        yield "polis_consultation_statements", _row(conversation, count, part)
    for part, share in share_of_votes(counts).items():
        yield "polis_vote_concentration", _row(conversation, float(share), part)
    rated = rate_statements(conversation)
    for part, count in count_agreed(rated).items():
        base = (count, len(rated))
        yield "polis_statements_agreed_share", _row(conversation, count / len(rated) * 100, part, base)
    wrote, voters = measure_writers(conversation)
    yield "polis_voters_who_wrote", _row(conversation, wrote / voters * 100, base=(wrote, voters))


def count_by_month(conversation: Conversation) -> list[Row]:
    """Return the votes first cast in each month from the first to the last; a month without any is a true zero."""
    months = conversation.votes["first_month"].value_counts()
    every = pd.period_range(months.index.min(), months.index.max(), freq="M").astype(str)
    return [
        _row(replace(conversation, period=month), int(count))
        for month, count in months.reindex(every, fill_value=0).items()
    ]


def ingest(raw: Path, data: Path) -> None:
    """Write the ``polis_*`` observations; ``raw`` holds the folders of both consultations.

    Raises:
        IngestError: when a file is missing or has not the expected shape.
    """
    whole = read_uber(raw / UBER)
    tables: dict[str, list[Row]] = {"polis_uber_votes_monthly": count_by_month(whole)}
    for conversation in (read_uber(raw / UBER, MEETING_EVE), whole, read_ai(raw / AI)):
        for indicator, row in summarise(conversation):
            tables.setdefault(indicator, []).append(row)
    for indicator, rows in tables.items():
        write_observations(data / "indicators" / f"{indicator}.csv", rows)
