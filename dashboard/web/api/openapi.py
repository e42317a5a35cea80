"""The OpenAPI 3.1 document and the index, written from the definitions that also read the parameters."""

import datetime as dt
from functools import lru_cache
from typing import Any

from pydantic.json_schema import models_json_schema

from dashboard import __version__
from dashboard.language import LANGUAGES, text
from dashboard.store import Store
from dashboard.web.api.parameters import CODE_PATTERN, Asked, describe_parameters, for_files
from dashboard.web.api.problems import MEDIA_TYPE, STATUSES
from dashboard.web.api.resources import LISTINGS, SINGLES, Listing, Single
from dashboard.web.api.schemas import IndexRow, ProblemRow

BASE = "/api/v1"
LICENSE_URL = "https://creativecommons.org/licenses/by/4.0/"
REFERENCE = "#/components/schemas/{model}"
EXAMPLES: dict[str, Any] = {
    "indicator": ["cpi_score"],
    "place": ["TWN"],
    "part": ["_T"],
    "from": "2019",
    "to": "2022-06",
    "asof": "2026-11-23",
    "limit": 10,
    "plan": ["nap1"],
    "q": "廉政平臺",
}
"""A value for those parameters whose form alone does not tell how they look."""
KEYS = {
    "indicators": "cpi_score",
    "commitments": "nap1-4-2",
    "claims": "cpi_within_margin",
    "stories": "open-contracting",
}
FILE_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


def in_both(key: str, **values: object) -> dict[str, str]:
    """Return an interface text in both languages."""
    return {language: text(key, language, **values) for language in LANGUAGES}


def _described(key: str) -> str:
    words = in_both(key)
    return f"{words['en']}\n\n{words['zh-TW']}"


def _parameters(asked: type[Asked]) -> list[dict[str, Any]]:
    found = []
    for name, schema in describe_parameters(asked).items():
        described = {
            "name": name,
            "in": "query",
            "required": name in asked.model_json_schema().get("required", []),
            "description": _described(f"api_param_{name}"),
            "schema": schema,
        }
        found.append(described | ({"example": EXAMPLES[name]} if name in EXAMPLES else {}))
    return found


def _refuse(status: int) -> dict[str, Any]:
    kinds = [kind for kind, known in STATUSES.items() if known == status]
    schema = {"$ref": REFERENCE.format(model="ProblemRow")}
    return {"description": ", ".join(kinds), "content": {MEDIA_TYPE: {"schema": schema}}}


def _responses(description: str, media_type: str, schema: dict[str, Any], refused: tuple[int, ...]) -> dict[str, Any]:
    tag = {"ETag": {"description": "version of the answer", "schema": {"type": "string"}}}
    return {
        "200": {"description": description, "headers": tag, "content": {media_type: {"schema": schema}}},
        "304": {"description": "The answer is the one the If-None-Match header names."},
        **{str(status): _refuse(status) for status in refused},
    }


def _list_schema(listing: Listing) -> dict[str, Any]:
    rows = {"type": "array", "items": {"$ref": REFERENCE.format(model=listing.shape.__name__)}}
    whole = {"type": "integer", "minimum": 0}
    members = {
        "asof": {"type": "string", "format": "date", "description": "day whose published state this is"},
        "total": {**whole, "description": "rows on all pages"},
        "limit": whole,
        "offset": whole,
        "next": {"type": ["string", "null"], "description": "address of the next page"},
        "rows": rows,
    }
    return {"type": "object", "required": list(members), "additionalProperties": False, "properties": members}


def _list_operation(listing: Listing, form: str) -> dict[str, Any]:
    asked = listing.asked if form == "json" else for_files(listing.asked)
    schema = _list_schema(listing) if form == "json" else {}
    media_type = FILE_TYPES.get(form, "application/json")
    return {
        "operationId": f"list_{listing.name}" + ("" if form == "json" else f"_{form}"),
        "summary": text(f"api_{listing.name}", "en"),
        "description": _described(f"api_{listing.name}"),
        "parameters": _parameters(asked),
        "responses": _responses("One page of rows.", media_type, schema, (400, 406, 503)),
    }


def _single_operation(single: Single) -> dict[str, Any]:
    key = {
        "name": single.key,
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": CODE_PATTERN},
        "example": KEYS[single.name],
    }
    schema = {"$ref": REFERENCE.format(model=single.shape.__name__)}
    return {
        "operationId": f"get_{single.name}",
        "summary": single.shape.__doc__,
        "parameters": [key, *_parameters(single.asked)],
        "responses": _responses("One thing.", "application/json", schema, (400, 404, 406, 503)),
    }


def _paths() -> dict[str, Any]:
    index = {"$ref": REFERENCE.format(model="IndexRow")}
    answers = _responses("What there is.", "application/json", index, (400, 406, 503))
    paths: dict[str, Any] = {"/": {"get": {"operationId": "index", "summary": "What there is.", "responses": answers}}}
    for listing in LISTINGS:
        for form in ("json", *FILE_TYPES):
            address = f"/{listing.name}" + ("" if form == "json" else f".{form}")
            paths[address] = {"get": _list_operation(listing, form)}
    for single in SINGLES:
        paths[f"/{single.name}/{{{single.key}}}"] = {"get": _single_operation(single)}
    return paths


def build_document(base: str) -> dict[str, Any]:
    """Return the OpenAPI document of a site at an address."""
    return {**_describe(), "externalDocs": {"url": f"{base}/api/"}, "servers": [{"url": f"{base}{BASE}"}]}


@lru_cache(maxsize=1)
def _describe() -> dict[str, Any]:
    shapes = [*[thing.shape for thing in (*LISTINGS, *SINGLES)], IndexRow, ProblemRow]
    _, schemas = models_json_schema([(shape, "validation") for shape in shapes], ref_template=REFERENCE)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": text("product", "en"),
            "version": __version__,
            "description": _described("api_lead"),
            "license": {"name": "CC BY 4.0", "url": LICENSE_URL},
        },
        "paths": _paths(),
        "components": {"schemas": schemas["$defs"]},
    }


def describe_index(store: Store, day: dt.date, base: str) -> dict[str, Any]:
    """Return what there is, where (whole addresses, after the site's ``base``), of which version."""
    root = f"{base}{BASE}"
    return {
        "title": in_both("product"),
        "version": __version__,
        "asof": day,
        "built": store.built,
        "data_version": store.fingerprint,
        "license": {"title": in_both("footer_license"), "url": LICENSE_URL},
        "manual": f"{base}/api/",
        "openapi": f"{root}/openapi.json",
        "lists": [
            {
                "name": listing.name,
                "about": in_both(f"api_{listing.name}"),
                "json": f"{root}/{listing.name}",
                **{form: f"{root}/{listing.name}.{form}" for form in FILE_TYPES},
                "one": next((f"{root}/{one.name}/{{{one.key}}}" for one in SINGLES if one.name == listing.name), None),
            }
            for listing in LISTINGS
        ],
    }
