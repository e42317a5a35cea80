"""All routes and headers of the site, in the order they are tried."""

from collections.abc import Mapping
from pathlib import Path

from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard.voices import MOST_BYTES
from dashboard.web import assets, downloads, opinion_tables
from dashboard.web.api import endpoints as api
from dashboard.web.shell import content_security_policy, shell_routes

# A reader's opinions never touch the disk: an upload would else be spooled to a temporary file above 1 MB.
MultiPartParser.spool_max_size = 2 * MOST_BYTES


async def tell_robots(_: Request) -> Response:
    """Answer what crawlers may read: everything."""
    return PlainTextResponse("User-agent: *\nAllow: /\n")


def site_routes(static: str | Path) -> list[BaseRoute]:
    """Return every route of ours; pages come last because they take any first segment."""
    index = Path(static) / "index.html"
    robots = Route("/robots.txt", tell_robots)
    return [*assets.routes, *opinion_tables.routes, *downloads.routes, *api.routes, robots, *shell_routes(index)]


def site_headers(static: str | Path) -> Mapping[str, str]:
    """Return the headers every answer carries."""
    return content_security_policy((Path(static) / "index.html").read_text(encoding="utf-8"))
