"""What a check is, and what several of them count."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dashboard.catalog import Catalog
from dashboard.models import Claim, Indicator

Run = Callable[[Catalog], Iterator[str]]
Count = Callable[[Catalog], int]


@dataclass(frozen=True)
class Check:
    """A check with what it counts and whether a finding stops the build."""

    run: Run
    count: Count
    failing: bool = True

    @property
    def code(self) -> str:
        """Return the name the check is known by."""
        return self.run.__name__.removeprefix("check_")

    @property
    def sentences(self) -> tuple[str, str]:
        """Return the published sentence in Chinese and in English."""
        chinese, english = (self.run.__doc__ or "").strip().split("\n\n")
        return " ".join(chinese.split()), " ".join(english.split())


def check(count: Count, *, failing: bool = True) -> Callable[[Run], Check]:
    """Make a function a check; readers see it once it is in the list of the package."""
    return lambda run: Check(run, count, failing)


def count_observations(catalog: Catalog) -> int:
    """Return how many observations a check reads."""
    return len(catalog.observations)


def count_indicators(catalog: Catalog) -> int:
    """Return how many indicators a check reads."""
    return len(catalog.rows(Indicator))


def count_claims(catalog: Catalog) -> int:
    """Return how many claims a check reads."""
    return len(catalog.rows(Claim))
