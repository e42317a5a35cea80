"""How much of a long list a run asks about: a part chosen by a fixed rule, or with ``make test-thorough`` all of it.

What differs between two of 301 indicators is mostly words; every one of them is asked where that is cheap, and where a
page, a picture or a slide has to be drawn for each, a few stand for the others in the run of every day.
"""

import os
from collections.abc import Iterable
from typing import TypeVar

Thing = TypeVar("Thing")
THOROUGH = os.environ.get("DASHBOARD_TEST_THOROUGH") == "1"


def some(things: Iterable[Thing], every: int) -> list[Thing]:
    """Return each ``every``-th of the things, the first among them; all of them in a thorough run."""
    listed = list(things)
    return listed if THOROUGH else listed[::every]


def tries(count: int) -> int:
    """Return how many examples to make up: as many, or five times as many in a thorough run."""
    return count * 5 if THOROUGH else count
