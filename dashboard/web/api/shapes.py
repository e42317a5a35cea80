"""What is answered: the shape of a row, derived from the published tables, as JSON Schema, Arrow schema and values.

Two columns ``title_zh_tw`` and ``title_en`` are one member ``{"zh-TW": …, "en": …}`` in JSON and two columns in files.
"""

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from types import NoneType
from typing import Any, get_args, get_origin

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, create_model
from sqlmodel import SQLModel

from dashboard.language import LANGUAGES, suffix

ENDINGS = tuple(f"_{suffix(language)}" for language in LANGUAGES)
SEPARATOR = "|"
"""Between the codes of a list inside one cell of a file."""


class Shape(BaseModel):
    """A row as it is answered."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Words(Shape):
    """The same words in both languages."""

    zh_tw: str = Field(alias="zh-TW")
    en: str


class Days(Shape):
    """A day for each language."""

    zh_tw: dt.date = Field(alias="zh-TW")
    en: dt.date


class WordLists(Shape):
    """The same list in both languages."""

    zh_tw: list[str] = Field(alias="zh-TW")
    en: list[str]


PAIRS: dict[Any, Any] = {str: Words, str | None: Words | None, list[str]: WordLists, dt.date: Days}
"""What stands for a pair of columns of a type."""


def derive_shape(name: str, table: type[SQLModel], without: Collection[str] = (), **more: Any) -> type[Shape]:
    """Return the shape of a table's rows: its columns and their meanings, language pairs joined, with ``more``."""
    fields: dict[str, Any] = {}
    for key, column in table.model_fields.items():
        base = next((key.removesuffix(ending) for ending in ENDINGS if key.endswith(ending)), key)
        if base in without or base in fields:
            continue
        annotation = column.annotation if base == key else PAIRS[column.annotation]
        fields[base] = (annotation, Field(description=column.description or None))
    return create_model(name, __base__=Shape, __doc__=table.__doc__, **fields, **more)


def extend(name: str, base: type[Shape], meaning: str, **fields: Any) -> type[Shape]:
    """Return a shape with further members."""
    members: dict[str, Any] = {key: (kind, ...) for key, kind in fields.items()}
    return create_model(name, __base__=base, __doc__=meaning, **members)


def write_row(shape: type[Shape], row: Any, **more: Any) -> dict[str, Any]:
    """Return a row of the store in its shape; ``more`` gives the members the table does not have."""
    written = {}
    for name in shape.model_fields:
        if name in more:
            written[name] = more[name]
        elif hasattr(row, name):
            written[name] = getattr(row, name)
        else:
            words = [getattr(row, f"{name}{ending}") for ending in ENDINGS]
            written[name] = None if None in words else dict(zip(LANGUAGES, words, strict=True))
    return written


ARROW = {bool: pa.bool_(), int: pa.int64(), float: pa.float64(), dt.date: pa.date32(), str: pa.string()}
"""Narrow kinds first: every bool is an int."""


@lru_cache
def arrow_schema(shape: type[Shape]) -> pa.Schema:
    """Return the columns of a file of such rows."""
    fields = []
    for name, field in shape.model_fields.items():
        kinds = [kind for kind in get_args(field.annotation) or (field.annotation,) if kind is not NoneType]
        if kinds[0] in (Words, Days):
            kind = pa.string() if kinds[0] is Words else pa.date32()
            fields += [(f"{name}{ending}", kind) for ending in ENDINGS]
        else:
            plain = next((kind for kind in ARROW if isinstance(kinds[0], type) and issubclass(kinds[0], kind)), str)
            fields.append((name, pa.string() if get_origin(field.annotation) is list else ARROW[plain]))
    return pa.schema(fields)


def tabulate(shape: type[Shape], rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return rows as a table of plain columns, the codes of a list in one cell."""
    schema = arrow_schema(shape)
    flat = []
    for row in rows:
        cells: dict[str, Any] = {}
        for name, value in row.items():
            if isinstance(value, list):
                cells[name] = _write_list(value)
            elif isinstance(value, dict):
                cells |= {f"{name}{end}": value[language] for end, language in zip(ENDINGS, LANGUAGES, strict=True)}
            else:
                cells[name] = value
        flat.append(cells)
    return pa.Table.from_pylist(flat, schema=schema)


def _write_list(items: Sequence[Any]) -> str:
    """Return a list as one cell: codes with a mark between them, anything richer as JSON."""
    if all(isinstance(item, str) for item in items):
        return SEPARATOR.join(items)
    return json.dumps(items, ensure_ascii=False)


def join_languages(table: pa.Table) -> list[dict[str, Any]]:
    """Return the rows of a table of plain columns with every pair of languages joined."""
    columns = {name: table[name].to_pylist() for name in table.column_names}
    bases = [name.removesuffix(ENDINGS[0]) for name in columns if name.endswith(ENDINGS[0])]
    for base in bases:
        pairs = zip(*(columns.pop(f"{base}{ending}") for ending in ENDINGS), strict=True)
        columns[base] = [None if None in pair else dict(zip(LANGUAGES, pair, strict=True)) for pair in pairs]
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
