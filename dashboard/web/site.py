"""All routes of the site, in the order they are tried."""

from pathlib import Path

from starlette.formparsers import MultiPartParser
from starlette.routing import BaseRoute

from dashboard.voices import MOST_BYTES
from dashboard.web import (
    assets,
    brief,
    decks,
    downloads,
    embed,
    feed,
    opinion_tables,
    packs,
    pictures,
    query,
    share,
    sitemap,
    stage,
)
from dashboard.web.api import endpoints as api
from dashboard.web.shell import shell_routes

# A reader's opinions never touch the disk: an upload would else be spooled to a temporary file above 1 MB.
MultiPartParser.spool_max_size = 2 * MOST_BYTES


def site_routes(static: str | Path) -> list[BaseRoute]:
    """Return every route of ours; pages come last because they take any first segment."""
    index = Path(static) / "index.html"
    ours = (
        assets,
        packs,
        opinion_tables,
        downloads,
        pictures,
        decks,
        stage,
        query,
        api,
        share,
        brief,
        embed,
        feed,
        sitemap,
    )
    return [*(route for module in ours for route in module.routes), *shell_routes(index)]
