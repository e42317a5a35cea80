"""Routes that are imported while the server starts, and not when the app is."""

from collections.abc import Callable, Sequence
from functools import cache

from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

CHOSEN = "late_route"


class LateRoutes(BaseRoute):
    """Many routes as one: they are loaded at their first use, and then tried in their order.

    Args:
        load: returns the routes; called once.
    """

    def __init__(self, load: Callable[[], Sequence[BaseRoute]]) -> None:
        self.load = cache(load)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return the first full match among the routes, else the first partial one (another method), else none."""
        partial: tuple[Match, Scope] = (Match.NONE, {})
        for route in self.load():
            match, found = route.matches(scope)
            if match is Match.FULL:
                return match, {**found, CHOSEN: route}
            if match is Match.PARTIAL and partial[0] is Match.NONE:
                partial = match, {**found, CHOSEN: route}
        return partial

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the route that matched answer."""
        await scope[CHOSEN].handle(scope, receive, send)
