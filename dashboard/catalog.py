"""Read the published text files in data/ and case_studies/ into one validated catalog.

The only reader of those files. Everything wrong in them is collected and told at once,
each line naming file, place, problem and remedy, so that a non-programmer can mend it.
"""

import csv
import datetime as dt
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlmodel import SQLModel

from dashboard.exceptions import CatalogError
from dashboard.language import normalise_han
from dashboard.models import (
    TOTAL,
    Breakdown,
    CaseStudy,
    Claim,
    ClaimValue,
    Commitment,
    Consultation,
    Disagreement,
    Event,
    Gap,
    GrowthStep,
    Indicator,
    IndicatorEvent,
    IndicatorSource,
    License,
    Meeting,
    Member,
    Membership,
    Milestone,
    Observation,
    OpinionCell,
    OpinionGroup,
    Place,
    Plan,
    Project,
    Recommendation,
    Rule,
    SeriesBreak,
    Source,
    Standard,
    Statement,
    StatementVotes,
    StudyEstimate,
    Synonym,
    Target,
    Theme,
    Unit,
    VoteShare,
)

T = TypeVar("T", bound=SQLModel)
Row = dict[str, Any]
LANGUAGE_KEYS = {"zh-TW": "zh_tw", "en": "en"}
ESTIMATES = Path("event_study") / "estimates.csv"
OPERATIONS = ("difference", "ratio", "percent_change")
OPINION_TABLES: dict[str, type[SQLModel]] = {
    "groups": OpinionGroup,
    "statements": Statement,
    "votes_by_group": StatementVotes,
    "map": OpinionCell,
    "growth": GrowthStep,
    "shares": VoteShare,
}
"""The tables of an online consultation, by file."""
TEMPLATE_MARK = "⟦…⟧"
"""Stands in templates where an editor must write; nothing that carries it is published."""
TAIPEI = dt.timezone(dt.timedelta(hours=8))


@dataclass
class Catalog:
    """Everything we publish, validated row by row."""

    tables: dict[type[SQLModel], list[Any]] = field(default_factory=lambda: defaultdict(list))
    observations: list[Observation] = field(default_factory=list)

    def rows(self, model: type[T]) -> list[T]:
        """Return the rows of one table."""
        return self.tables[model]


class _Reader:
    """Collects rows and problems while files are read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.catalog = Catalog()
        self.problems: list[str] = []
        self.files: dict[int, str] = {}
        """Which file each kept row came from, by the row's identity."""

    def name(self, path: Path) -> str:
        return path.relative_to(self.root.parent).as_posix()

    def problem(self, path: Path, words: str) -> None:
        self.problems.append(f"{self.name(path)}: {words}")

    def _text(self, path: Path) -> str:
        """Return a file's text without a byte-order mark; an absent, empty or foreign file becomes a problem."""
        try:
            words = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            self.problem(path, "file is missing")
            return ""
        except UnicodeDecodeError:
            self.problem(path, "is not UTF-8; save it as UTF-8")
            return ""
        if not words.strip():
            self.problem(path, "is empty; it may have been only half written")
        return words

    def toml(self, path: Path) -> Row:
        try:
            return tomllib.loads(self._text(path))
        except tomllib.TOMLDecodeError as error:
            self.problem(path, f"is not valid TOML: {error}")
        return {}

    def named_tables(self, path: Path) -> list[tuple[str, Row]]:
        """Return each ``[name]`` of a file with its table."""
        found = []
        for name, table in self.toml(path).items():
            if isinstance(table, Mapping):
                found.append((name, flatten(table)))
            else:
                self.problem(path, f"{name}: stands outside a [name]; put it under the one it belongs to")
        return found

    def listed_tables(self, path: Path, table: Row, key: str) -> list[Row]:
        """Return every ``[[key]]`` of a file."""
        found = table.pop(key, [])
        if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
            self.problem(path, f"{key}: write [[{key}]] with two brackets, once for each")
            return []
        return [flatten(item) for item in found]

    def csv(self, path: Path) -> Iterator[tuple[int, Row]]:
        """Yield line number and non-empty cells of each row."""
        reader = csv.DictReader(self._text(path).splitlines(), strict=True)
        try:
            for row in reader:
                if None in row or None in row.values():
                    self.problem(path, f"line {reader.line_num} has another number of cells than the header")
                    continue
                yield reader.line_num, {key: value for key, value in row.items() if value != ""}
        except csv.Error as error:
            self.problem(path, f"line {reader.line_num}: {error}")

    def add(self, model: type[T], row: Mapping[str, Any], path: Path, where: str) -> T | None:
        """Validate a row and keep it; a bad one becomes problems."""
        empty = [key for key, value in row.items() if TEMPLATE_MARK in str(value)]
        if empty:
            self.problem(path, f"{where}: {', '.join(empty)} still as in the template; write it".removeprefix(": "))
            return None
        unknown = sorted(set(row) - set(model.model_fields))
        if unknown:
            self.problem(path, f"{where}: unknown key {', '.join(unknown)}; remove it or correct its spelling")
        try:
            item = model.model_validate({key: value for key, value in row.items() if key not in unknown})
        except ValidationError as error:
            for detail in error.errors():
                column = ".".join(str(part) for part in detail["loc"])
                self.problem(path, f"{where}, {column}: {detail['msg']}")
            return None
        if model is Observation:
            self.catalog.observations.append(item)  # type: ignore[arg-type]
        else:
            self.catalog.tables[model].append(item)
            self.files[id(item)] = self.name(path)
        return item


def flatten(table: Mapping[str, Any]) -> Row:
    """Return a TOML table with every ``{zh-TW = …, en = …}`` spread into ``_zh_tw`` and ``_en``."""
    row: Row = {}
    for key, value in table.items():
        if isinstance(value, Mapping) and value and set(value) <= set(LANGUAGE_KEYS):
            row.update({f"{key}_{LANGUAGE_KEYS[tag]}": words for tag, words in value.items()})
        else:
            row[key] = value
    return row


def _load_codelists(reader: _Reader) -> None:
    for name, model in (("themes", Theme), ("units", Unit), ("licenses", License)):
        path = reader.root / f"{name}.toml"
        for position, (code, table) in enumerate(reader.named_tables(path)):
            extra = {"position": position} if model is Theme else {}
            reader.add(model, {"code": code, **extra, **table}, path, f"[{code}]")


def _load_listed(reader: _Reader, path: Path, key: str, model: type[T]) -> None:
    for number, row in enumerate(reader.listed_tables(path, reader.toml(path), key), start=1):
        if model is Standard:
            row["position"] = number
        reader.add(model, row, path, f"[[{key}]] {row.get('code', number)}")


def _load_sources(reader: _Reader) -> None:
    for path in sorted((reader.root / "sources").glob("*.toml")):
        for code, table in reader.named_tables(path):
            reader.add(Source, {"code": code, **table}, path, f"[{code}]")


def _load_synonyms(reader: _Reader) -> None:
    path = reader.root / "synonyms.toml"
    groups: dict[str, str] = {}
    for code, table in reader.named_tables(path):
        row = reader.add(Synonym, {"code": code, **table}, path, f"[{code}]")
        for word in [] if row is None else map(normalise_han, row.words):
            if word in groups:
                reader.problem(path, f'[{code}], words: "{word}" stands in [{groups[word]}] as well; keep it in one')
            groups[word] = code


def _load_csv(reader: _Reader, path: Path, model: type[T]) -> None:
    for line, row in reader.csv(path):
        reader.add(model, row, path, f"line {line}")


def _load_indicator(reader: _Reader, path: Path) -> None:
    code = path.stem
    table = reader.toml(path)
    if not table:
        return
    sources = table.pop("sources", [])
    lists = {key: reader.listed_tables(path, table, key) for key in ("breakdown", "target", "break", "disagreement")}
    events = table.pop("events", [])
    keywords = " ".join(table.pop("keywords", []))
    indicator = reader.add(Indicator, {"code": code, "keywords": keywords, **flatten(table)}, path, "")
    if not sources:
        reader.problem(path, "sources: name at least one source code")
    for position, source in enumerate(sources):
        row = {"indicator_code": code, "source_code": source, "position": position}
        reader.add(IndicatorSource, row, path, "sources")
    for position, row in enumerate(lists["breakdown"]):
        row |= {"indicator_code": code, "position": position}
        row = {f"title_{key.lower().replace('-', '_')}" if key in LANGUAGE_KEYS else key: v for key, v in row.items()}
        reader.add(Breakdown, row, path, "[[breakdown]]")
    for key, model in (("target", Target), ("break", SeriesBreak), ("disagreement", Disagreement)):
        for row in lists[key]:
            reader.add(model, {"indicator_code": code, **row}, path, f"[[{key}]]")
    for event in events:
        reader.add(IndicatorEvent, {"indicator_code": code, "event_code": event}, path, "events")
    if indicator is not None and sources:
        _load_observations(reader, path.with_suffix(".csv"), indicator, sources[0])


def _find_orphans(reader: _Reader) -> None:
    for path in sorted((reader.root / "indicators").glob("*.csv")):
        if not path.with_suffix(".toml").exists():
            reader.problem(path, f"has no {path.stem}.toml beside it; write its metadata or remove it")


def _load_observations(reader: _Reader, path: Path, indicator: Indicator, source: str) -> None:
    defaults = {"indicator_code": indicator.code, "source_code": source, "published": indicator.published}
    for line, row in reader.csv(path):
        reader.add(Observation, defaults | row, path, f"line {line}")


def _add_claim(reader: _Reader, path: Path, table: Row, extra: Row) -> None:
    row = flatten(table)
    values = row.pop("values", {})
    where = f"[[claim]] {row.get('id', '?')}"
    if values and "headline" not in row:
        row["headline"] = next(iter(values))
    reader.add(Claim, extra | row, path, where)
    for name, key in values.items():
        value: Row = {"claim_id": row.get("id", "?"), "name": name}
        if isinstance(key, Mapping):
            (operation, operands), *more = key.items()
            if operation not in OPERATIONS or len(operands) != 2 or more:
                reader.problem(path, f'{where}, {name}: write one of {", ".join(OPERATIONS)} = ["a", "b"]')
                continue
            value |= {"operation": operation, "operand_a": operands[0], "operand_b": operands[1]}
        else:
            fields = ("indicator_code", "ref_area", "time_period", "breakdown", "source_code")
            value |= dict(zip(fields, key, strict=False))
        reader.add(ClaimValue, value, path, f"{where}, {name}")


def _load_claims(reader: _Reader) -> None:
    for path in sorted((reader.root / "claims").glob("*.toml")):
        for table in reader.listed_tables(path, reader.toml(path), "claim"):
            _add_claim(reader, path, table, {"theme": path.stem})


def _load_plans(reader: _Reader) -> None:
    root = reader.root / "plans"
    listed = {
        "plan": Plan,
        "milestone": Milestone,
        "rule": Rule,
        "recommendation": Recommendation,
        "standard": Standard,
    }
    for key, model in listed.items():
        _load_listed(reader, root / f"{key}s.toml", key, model)
    _load_csv(reader, root / "members.csv", Member)
    _load_csv(reader, root / "meetings.csv", Meeting)
    for path in sorted(root.glob("*/*.toml")):
        table = reader.toml(path)
        code = f"{path.parent.name}-{path.stem}"
        milestones = reader.listed_tables(path, table, "milestone")
        reader.add(
            Commitment, {"code": code, "plan": path.parent.name, "number": path.stem, **flatten(table)}, path, ""
        )
        for row in milestones:
            where = f"[[milestone]] {row.get('number', '?')}"
            owner = {"code": f"{code}.{row.get('number')}", "plan": path.parent.name, "commitment": code}
            reader.add(Milestone, owner | row, path, where)


def _read_glosses(reader: _Reader, path: Path) -> dict[str, Row]:
    """Return each statement's gloss by its number: ``12 = { zh-TW = "…", en = "…" }``."""
    found = {}
    for key, words in reader.toml(path).items():
        if not isinstance(words, Mapping) or set(words) != set(LANGUAGE_KEYS):
            reader.problem(path, f'{key}: write {{ zh-TW = "…", en = "…" }}')
            continue
        found[key] = flatten({"gloss": words})
    return found


def _load_opinions(reader: _Reader) -> None:
    for folder in sorted(path for path in (reader.root / "opinions").glob("*") if path.is_dir()):
        about, computed = (reader.toml(folder / f"{name}.toml") for name in ("about", "computed"))
        if not about or not computed:
            continue
        row = {"slug": folder.name, "published": about.get("checked"), **flatten(about), **computed}
        if reader.add(Consultation, row, folder / "about.toml", "") is None:
            continue
        glosses = _read_glosses(reader, folder / "glosses.toml")
        for name, model in OPINION_TABLES.items():
            path = folder / f"{name}.csv"
            for line, cells in reader.csv(path):
                more = glosses.pop(cells.get("number", ""), {}) if model is Statement else {}
                reader.add(model, {"consultation": folder.name, **more, **cells}, path, f"line {line}")
        for key in glosses:
            reader.problem(folder / "glosses.toml", f"{key}: no statement of statements.csv has this number; remove it")


def _read_prose(reader: _Reader, path: Path) -> Row:
    """Return title, summary, revised and body of a story: TOML between two lines of ``+++``, then Markdown."""
    try:
        _, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
        meta = tomllib.loads(front)
        prose = {key: meta[key] for key in ("title", "summary", "revised")}
        return prose | {"body": body.strip()}
    except FileNotFoundError:
        reader.problem(path, "file is missing; every story is told in both languages")
    except (ValueError, KeyError) as error:
        reader.problem(path, f"must begin with title, summary and revised (a day) between two lines of +++ ({error})")
    return {}


def _load_case_studies(reader: _Reader, root: Path) -> None:
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        path = folder / "facts.toml"
        table = reader.toml(path)
        if not table:
            continue
        claims = reader.listed_tables(path, table, "claim")
        row = {"slug": folder.name, **flatten(table)}
        told = [(ending, _read_prose(reader, folder / f"{tag}.md")) for tag, ending in LANGUAGE_KEYS.items()]
        if not all(prose for _, prose in told):
            continue
        row |= {f"{key}_{ending}": words for ending, prose in told for key, words in prose.items()}
        reader.add(CaseStudy, row, path, "")
        for claim in claims:
            _add_claim(reader, path, claim, {"theme": row.get("theme"), "case_study": folder.name})


def load_catalog(data: Path, case_studies: Path) -> Catalog:
    """Return the validated catalog of both folders.

    Raises:
        CatalogError: with every problem of every file, when there is one.
    """
    reader = _Reader(data)
    _load_codelists(reader)
    _load_sources(reader)
    _load_synonyms(reader)
    _find_orphans(reader)
    for name in ("counties", "townships", "countries"):
        _load_csv(reader, data / "places" / f"{name}.csv", Place)
    for path, model in ((data / "places" / "memberships.csv", Membership), (data / ESTIMATES, StudyEstimate)):
        if path.exists():
            _load_csv(reader, path, model)
    for path in sorted((data / "indicators").glob("*.toml")):
        _load_indicator(reader, path)
    for key, model in (("event", Event), ("gap", Gap)):
        for path in sorted((data / f"{key}s").glob("*.toml")):
            _load_listed(reader, path, key, model)
    for name in ("integrity_platforms", "hackathon_winners"):
        _load_csv(reader, data / "projects" / f"{name}.csv", Project)
    _load_plans(reader)
    _load_claims(reader)
    _load_opinions(reader)
    if case_studies.exists():
        reader.root = case_studies
        _load_case_studies(reader, case_studies)
    # References are judged only when every row could be read: a row that points at a rejected one is no second fault.
    if problems := reader.problems or _reference_problems(reader):
        raise CatalogError(problems)
    return reader.catalog


def _reference_problems(reader: _Reader) -> list[str]:
    """Return every code that points at nothing, and every key given twice, each with its file."""
    catalog = reader.catalog
    problems: list[str] = []
    keys: dict[str, set[Any]] = {}
    for model, rows in catalog.tables.items():
        table = model.__table__  # type: ignore[attr-defined]
        primary = [column.name for column in table.primary_key if column.name != "id" or model is Claim]
        seen: set[Any] = set()
        for row in rows:
            key = tuple(getattr(row, name) for name in primary)
            if primary and key in seen:
                problems.append(f"{reader.files[id(row)]}: {table.name} {'/'.join(map(str, key))} is given twice")
            seen.add(key)
        keys[table.name] = {key[0] for key in seen if key}
    for model, rows in catalog.tables.items():
        for column in model.__table__.columns:  # type: ignore[attr-defined]
            for foreign in column.foreign_keys:
                target = foreign.target_fullname.split(".")[-2]
                known = keys.get(target, set())
                for row in rows:
                    value = getattr(row, column.name)
                    if value is not None and value not in known:
                        where = f"{reader.files[id(row)]}, {model.__name__.lower()} {_label(row)}"
                        problems.append(f'{where}, {column.name}: "{value}" is not in {target}')
    return problems + list(_observation_reference_problems(catalog)) + list(_list_reference_problems(catalog))


def _label(row: SQLModel) -> str:
    """Return what a row is known by."""
    return next((str(getattr(row, key)) for key in ("code", "slug", "indicator_code", "id") if hasattr(row, key)), "")


def _observation_reference_problems(catalog: Catalog) -> Iterator[str]:
    places = {place.code for place in catalog.rows(Place)}
    sources: dict[str, set[str]] = defaultdict(set)
    for link in catalog.rows(IndicatorSource):
        sources[link.indicator_code].add(link.source_code)
    parts: dict[str, set[str]] = defaultdict(lambda: {TOTAL})
    for part in catalog.rows(Breakdown):
        parts[part.indicator_code].add(part.code)
    for row in catalog.observations:
        where = f"indicators/{row.indicator_code}.csv, {row.ref_area} {row.time_period}"
        if row.ref_area not in places:
            yield f'{where}, ref_area: "{row.ref_area}" is not in data/places'
        if row.source_code not in sources[row.indicator_code]:
            yield f'{where}, source_code: "{row.source_code}" is not among the sources of the indicator'
        if row.breakdown not in parts[row.indicator_code]:
            yield f'{where}, breakdown: "{row.breakdown}" has no [[breakdown]] in the .toml beside it'


def _list_reference_problems(catalog: Catalog) -> Iterator[str]:
    sources = {source.code for source in catalog.rows(Source)}
    listed: Iterable[type[SQLModel]] = (Commitment, Milestone, Recommendation, Standard, CaseStudy)
    for model in listed:
        for row in catalog.rows(model):
            label = getattr(row, "code", None) or getattr(row, "slug", "")
            for code in row.sources:  # type: ignore[attr-defined]
                if code not in sources:
                    yield f'{model.__name__.lower()} {label}, sources: "{code}" is not in data/sources'


def today() -> dt.date:
    """Return the day in Taiwan, where publication days are counted, whatever clock the machine keeps."""
    return now().astimezone(TAIPEI).date()


def now() -> dt.datetime:
    """Return the moment, in universal time."""
    return dt.datetime.now(dt.UTC)
