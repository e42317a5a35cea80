"""What could not be answered, as RFC 9457 writes it: one sentence in both languages, no trace of our insides."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from pydantic_core import to_json
from starlette.responses import Response

from dashboard.language import LANGUAGES, text

STATUSES = {
    "bad_parameter": HTTPStatus.BAD_REQUEST,
    "unknown_code": HTTPStatus.BAD_REQUEST,
    "future_day": HTTPStatus.BAD_REQUEST,
    "long_query": HTTPStatus.BAD_REQUEST,
    "nothing_here": HTTPStatus.NOT_FOUND,
    "bad_method": HTTPStatus.METHOD_NOT_ALLOWED,
    "not_acceptable": HTTPStatus.NOT_ACCEPTABLE,
    "no_store": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Every kind of problem and its status; its sentence is the text ``problem_<kind>``."""
MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """Raised when a request cannot be answered; carries what the asker may know."""

    def __init__(self, kind: str, *, faults: Sequence[Mapping[str, str]] = (), **words: object) -> None:
        self.kind = kind
        self.faults = list(faults)
        self.words = words
        super().__init__(kind)


def describe(problem: Problem) -> dict[str, Any]:
    """Return a problem as the members of its document."""
    status = STATUSES[problem.kind]
    said = {language: text(f"problem_{problem.kind}", language, **problem.words) for language in LANGUAGES}
    document: dict[str, Any] = {
        "type": f"/api/#{problem.kind}",
        "title": status.phrase,
        "status": int(status),
        "detail": said["en"],
        "words": said,
    }
    return document | ({"errors": problem.faults} if problem.faults else {})


def answer_problem(problem: Problem, headers: Mapping[str, str]) -> Response:
    """Return the answer that tells a problem; never kept by a cache."""
    body = to_json(describe(problem))
    kept = {**headers, "Cache-Control": "no-store"}
    return Response(body, STATUSES[problem.kind], kept, MEDIA_TYPE)
