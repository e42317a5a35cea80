"""What may be asked: one model a resource, which reads the address and describes itself in the OpenAPI document."""

import datetime as dt
import re
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, create_model
from starlette.datastructures import QueryParams

from dashboard.models import Completion, Kind, ResultLevel, SourceKind
from dashboard.search import LONGEST, MOST
from dashboard.web.api.problems import Problem

CODE_PATTERN = r"^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$"
PERIOD_PATTERN = r"^[12][0-9]{3}(-(Q[1-4]|(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?))?$"
MOST_ROWS = 10_000
MOST_FILE_ROWS = 100_000
"""A file is read by a machine and cut nowhere as long as everything published fits into it."""
MOST_CODES = 50
LONGEST_QUERY = 4096
LATEST_ROW = 10_000_000


def _only(pattern: str) -> BeforeValidator:
    """Refuse text that the type behind would read but the description does not promise: ``1e3``, a Unix time."""

    def check(value: Any) -> Any:
        if isinstance(value, str) and not re.fullmatch(pattern, value):
            raise ValueError("the text does not have the form described")
        return value

    return BeforeValidator(check)


Whole = Annotated[int, _only(r"[0-9]{1,9}")]
Day = Annotated[dt.date, _only(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")]
Code = Annotated[str, StringConstraints(pattern=CODE_PATTERN)]
Codes = Annotated[list[Code], Field(min_length=1, max_length=MOST_CODES)]
Period = Annotated[str, StringConstraints(pattern=PERIOD_PATTERN)]


class Asked(BaseModel):
    """Parameters of one resource; a name that is not here is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Paged(Asked):
    """A list, a page at a time."""

    limit: Whole = Field(default=1000, ge=1, le=MOST_ROWS)
    offset: Whole = Field(default=0, ge=0, le=LATEST_ROW)


class Dated(Paged):
    """A list that had other rows on another day."""

    asof: Day | None = None


class DatedOne(Asked):
    """One thing that read differently on another day."""

    asof: Day | None = None


class ObservationsAsked(Dated):
    """Observations."""

    indicator: Codes | None = None
    place: Codes | None = None
    level: Literal["group", "country", "county", "township"] | None = None
    part: Codes | None = None
    source: Codes | None = None
    start: Period | None = Field(default=None, alias="from")
    end: Period | None = Field(default=None, alias="to")


class IndicatorsAsked(Dated):
    """Indicators."""

    theme: Codes | None = None
    result_level: ResultLevel | None = None
    kind: Kind | None = None


class PlacesAsked(Paged):
    """Places."""

    level: Literal["group", "country", "county", "township"] | None = None
    parent: Codes | None = None


class CommitmentsAsked(Paged):
    """Commitments."""

    plan: Codes | None = None
    theme: Codes | None = None
    completion: Completion | None = None


class ClaimsAsked(Dated):
    """Claims."""

    theme: Codes | None = None
    indicator: Codes | None = None
    case_study: Codes | None = None
    grade: Literal["E0", "E1", "E2", "E3", "E4", "E5"] | None = None
    result_level: ResultLevel | None = None


class StoriesAsked(Dated):
    """Case stories."""

    theme: Codes | None = None


class SearchAsked(Dated):
    """Words to look for, in either language."""

    q: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]
    limit: Whole = Field(default=20, ge=1, le=MOST)


class SourcesAsked(Paged):
    """Sources."""

    kind: SourceKind | None = None


@lru_cache
def for_files(asked: type[Paged]) -> type[Paged]:
    """Return the parameters of the same list as a file, which holds everything unless fewer rows are asked for."""
    most = MOST if issubclass(asked, SearchAsked) else MOST_FILE_ROWS
    limit = Field(default=most, ge=1, le=most)
    return create_model(f"{asked.__name__}File", __base__=asked, __doc__=asked.__doc__, limit=(Whole, limit))


@lru_cache
def describe_parameters(asked: type[Asked]) -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of every parameter by its name in the address."""
    schema = asked.model_json_schema()
    described = {}
    for name, found in schema.get("properties", {}).items():
        # A parameter that may be left out is never sent as null.
        choices = [choice for choice in found.get("anyOf", [found]) if choice.get("type") != "null"]
        chosen = schema["$defs"][choices[0]["$ref"].rpartition("/")[2]] if "$ref" in choices[0] else choices[0]
        kept = {key: value for key, value in chosen.items() if key not in ("title", "description", "default")}
        described[name] = kept | ({"default": found["default"]} if found.get("default") is not None else {})
    return described


def parse(asked: type[Asked], query: QueryParams) -> Any:
    """Return the parameters of an address.

    Raises:
        Problem: when a parameter is unknown, given twice or not of its form.
    """
    if len(str(query)) > LONGEST_QUERY:
        raise Problem("long_query", most=LONGEST_QUERY)
    described = describe_parameters(asked)
    given = {key: query.getlist(key) for key in query}
    values = {
        key: found if len(found) > 1 or described.get(key, {}).get("type") == "array" else found[0]
        for key, found in given.items()
    }
    try:
        return asked.model_validate(values)
    except ValidationError as error:
        faults = [{"parameter": str(fault["loc"][0]), "reason": fault["msg"]} for fault in error.errors()]
        wrong = ", ".join(dict.fromkeys(fault["parameter"] for fault in faults))
        raise Problem("bad_parameter", faults=faults, names=wrong) from error
