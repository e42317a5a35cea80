"""Rules of accessibility, asked in the browser of the page as it stands."""

from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SERIOUS = {"serious", "critical"}
OF_COLOUR = ("color-contrast", "link-in-text-block")
"""The rules that a change of theme can break."""
QUICK = {"resultTypes": ["violations"], "selectors": False, "preload": False}
"""Nothing is told of what passes, and no path to each node: most of the time went into those."""


def list_barriers(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """Return the serious findings, by all rules or by some, with the element each is about."""
    options = QUICK | ({"runOnly": list(rules)} if rules else {})
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in Axe().run(page, options=options).response["violations"]
        if rule["impact"] in SERIOUS
        for node in rule["nodes"][:3]
    ]
