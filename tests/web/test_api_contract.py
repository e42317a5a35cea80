"""The OpenAPI document as a contract: any request it allows is answered as it says, any other is refused."""

from typing import Any

import hypothesis
import schemathesis
from starlette.applications import Starlette

from dashboard.catalog import today
from dashboard.store import Store
from dashboard.web.api.endpoints import routes
from dashboard.web.api.rows import list_codes

EXAMPLES = 12
app = Starlette(routes=routes)
schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)


def _make_known(case: schemathesis.Case, site: Store) -> None:
    """Replace made-up codes by published ones and days to come by today: neither can be said in a schema."""
    codes = {name: sorted(known) for name, known in list_codes(site, today()).items()}
    query: dict[str, Any] = case.query or {}
    for name in set(query) & set(codes):
        query[name] = [codes[name][sum(map(ord, word)) % len(codes[name])] for word in query[name]]
    if "asof" in query:
        query["asof"] = min(str(query["asof"]), today().isoformat())


@schema.parametrize()
@hypothesis.settings(max_examples=EXAMPLES)
def test_the_interface_keeps_to_its_document(case: schemathesis.Case, site: Store) -> None:
    if case.meta is not None and case.meta.generation.mode.is_positive:
        _make_known(case, site)
    case.call_and_validate()
