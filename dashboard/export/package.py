"""The whole catalogue as a Frictionless data package: every table as CSV with a schema made from ``models``.

The descriptor follows the Data Package standard (version 2): field types, descriptions, keys between tables, code
lists, checksums, sources and licences. What is not yet published is not in it.
"""

import csv
import hashlib
import io
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
from sqlmodel import SQLModel

from dashboard import __version__
from dashboard.exceptions import OpenGovError
from dashboard.export.files import write_sums
from dashboard.export.pack import write_zip
from dashboard.export.shelf import Shelf
from dashboard.export.tables import COMPILATION_LICENSE, write_json
from dashboard.language import text
from dashboard.markup import fill_claim
from dashboard.models import Base, CheckResult, Observation
from dashboard.queries import get_every_observation, get_public_tables
from dashboard.settings import get_settings

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TYPES: dict[type, str] = {
    str: "string", int: "integer", float: "number", bool: "boolean", list: "array", dict: "object",
}  # fmt: skip
LANGUAGE_ENDINGS = {"_zh_tw": "in Chinese", "_en": "in English"}
OBSERVATION_KEY = ["indicator_code", "ref_area", "time_period", "breakdown", "source_code"]
OBSERVATION_LINKS = {"indicator_code": "indicator", "ref_area": "place", "source_code": "source"}
LEFT_OUT: tuple[type, ...] = (CheckResult,)
"""Tables that tell about a build and not about the world."""


def list_models() -> dict[str, type[SQLModel]]:
    """Return every published table by the name of its file, the observations first."""
    mapped = [mapper.class_ for mapper in Base._sa_registry.mappers if mapper.class_ not in LEFT_OUT]
    tables = {str(model.__tablename__): model for model in sorted(mapped, key=lambda model: model.__name__)}
    return {"observation": Observation, **tables}


def _bare_type(annotation: Any) -> tuple[Any, bool]:
    """Return a field's type without ``None``, and whether it may be missing."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        kept = [part for part in typing.get_args(annotation) if part is not type(None)]
        return kept[0], len(kept) < len(typing.get_args(annotation))
    return annotation, False


def describe_field(name: str, field: Any) -> dict[str, Any]:
    """Return a column as the Table Schema describes it: type, meaning, code list, whether it must be filled."""
    bare, optional = _bare_type(field.annotation)
    plain = typing.get_origin(bare) or bare
    is_list = isinstance(plain, type) and issubclass(plain, StrEnum)
    described: dict[str, Any] = {"name": name, "type": "string" if is_list else TYPES.get(plain, "date")}
    constraints: dict[str, Any] = {}
    if is_list:
        constraints["enum"] = [code.value for code in plain.__members__.values()]
    if not optional and field.is_required():
        constraints["required"] = True
    described["description"] = field.description or _describe_name(name)
    return described | ({"constraints": constraints} if constraints else {})


def _describe_name(name: str) -> str:
    for ending, words in LANGUAGE_ENDINGS.items():
        if name.endswith(ending):
            return f"{name.removesuffix(ending).replace('_', ' ')} {words}"
    return name.replace("_", " ")


def describe_schema(model: type[SQLModel]) -> dict[str, Any]:
    """Return a table's schema from its model."""
    schema: dict[str, Any] = {
        "fields": [describe_field(name, field) for name, field in model.model_fields.items()],
        "missingValues": [""],
    }
    if model is Observation:
        for field in schema["fields"]:
            field["description"] = text(f"field_{field['name']}", "en")
        links = OBSERVATION_LINKS
        return schema | {"primaryKey": OBSERVATION_KEY, "foreignKeys": [_link(*pair, "code") for pair in links.items()]}
    table = model.__table__  # type: ignore[attr-defined]
    keys = [column.name for column in table.primary_key.columns]
    links = [
        _link(column.name, key.column.table.name, key.column.name)
        for column in table.columns
        for key in column.foreign_keys
    ]
    return schema | {"primaryKey": keys} | ({"foreignKeys": links} if links else {})


def _link(field: str, resource: str, other: str) -> dict[str, Any]:
    return {"fields": [field], "reference": {"resource": resource, "fields": [other]}}


def _read_tables(shelf: Shelf) -> dict[str, list[dict[str, Any]]]:
    """Return the public rows of every table; a claim's sentences stand with their numbers in them."""
    frame = get_every_observation(shelf.store, shelf.day)
    observations = frame.astype(object).where(frame.notna(), None).to_dict("records")
    catalogue = [model for model in list_models().values() if model is not Observation]
    held = get_public_tables(shelf.store, shelf.day, catalogue)
    held["claim"] = [row | _fill(shelf, row["id"]) for row in held["claim"]]
    return {"observation": observations, **held}  # type: ignore[dict-item]


def _fill(shelf: Shelf, claim_id: str) -> dict[str, str]:
    filled = shelf.claims[claim_id]
    row = {}
    for name in ("title", "sentence", "biggest_doubt"):
        row[f"{name}_zh_tw"] = fill_claim(filled, name, "zh-TW")
        row[f"{name}_en"] = fill_claim(filled, name, "en")
    return row


def _cell(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, dict)):
        return write_json(value).decode().replace("\n", "")
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return str(value)


def write_rows(rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> bytes:
    """Return rows as plain CSV in UTF-8: no mark at its start, because the descriptor names the encoding."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    names = list(columns)
    writer.writerow(names)
    writer.writerows([_cell(row[name]) for name in names] for row in rows)
    return buffer.getvalue().encode()


@lru_cache(maxsize=2)
def build_files(shelf: Shelf) -> dict[str, bytes]:
    """Return every file of the package: descriptor, tables, checksums."""
    held = _read_tables(shelf)
    files = {f"data/{name}.csv": write_rows(held[name], model.model_fields) for name, model in list_models().items()}
    files["datapackage.json"] = write_json(_describe_package(shelf, files))
    files["SHA256SUMS"] = write_sums(files)
    return files


def _describe_package(shelf: Shelf, files: Mapping[str, bytes]) -> dict[str, Any]:
    used = {source.license for card in shelf.cards.values() for source in card.sources}
    licenses = {code: terms for card in shelf.cards.values() for code, terms in card.licenses.items()}
    return {
        "$schema": PROFILE,
        "name": "open-government-outcomes",
        "title": f"{text('product', 'en')} · {text('product', 'zh-TW')}",
        "description": f"{text('purpose', 'en')} {text('license_compilation', 'en')} {text('pack_sources_note', 'en')}",
        **({"homepage": get_settings().public_url} if get_settings().public_url else {}),
        "version": f"{__version__}+{shelf.edition}",
        "created": f"{(shelf.published or shelf.day).isoformat()}T00:00:00Z",
        "keywords": ["open government", "Taiwan", "outcomes", "evidence"],
        "licenses": [{"name": "CC-BY-4.0", "path": COMPILATION_LICENSE, "title": "CC BY 4.0"}],
        "sources": [
            {"title": f"{source.publisher_en}: {source.title}", "path": source.url} for source in shelf.sources.values()
        ],
        "contributors": [{"title": text("product", "en"), "roles": ["publisher"]}],
        "resources": [_describe_resource(name, model, files) for name, model in list_models().items()],
        "source_licenses": [
            {"code": code, "title": licenses[code].title_en, "redistribute": licenses[code].redistribute}
            for code in sorted(used)
        ],
    }


def _describe_resource(name: str, model: type[SQLModel], files: Mapping[str, bytes]) -> dict[str, Any]:
    path = f"data/{name}.csv"
    return {
        "name": name,
        "type": "table",
        "path": path,
        "title": model.__name__,
        "description": " ".join((model.__doc__ or "").split()),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(files[path]),
        "hash": f"sha256:{hashlib.sha256(files[path]).hexdigest()}",
        "schema": describe_schema(model),
    }


def write_descriptor(shelf: Shelf) -> bytes:
    """Return the package's descriptor alone."""
    return build_files(shelf)["datapackage.json"]


def build_zip(shelf: Shelf) -> bytes:
    """Return the package as one zip."""
    return write_zip(build_files(shelf), f"open-government-outcomes_{shelf.day.isoformat()}", shelf)


def write_package(shelf: Shelf, out: Path, tell: Callable[[str], None] = print) -> None:
    """Write the package into a folder, or into one file when the name ends with ``.zip``.

    Raises:
        OpenGovError: when the place cannot be written to.
    """
    try:
        if out.suffix == ".zip":
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_bytes(build_zip(shelf))
        else:
            for name, content in build_files(shelf).items():
                path = out / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    except OSError as error:
        raise OpenGovError(f"{out} cannot be written: {error.strerror}") from error
    tell(f"data package: {out}")
