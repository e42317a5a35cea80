"""Decks that are ready made: the overview, one for each theme, each plan and each story."""

from dashboard import views
from dashboard.exceptions import UnknownCodeError
from dashboard.export.deck.charts import say, say_field
from dashboard.export.deck.model import Words
from dashboard.export.deck.slides import strongest_claim
from dashboard.export.shelf import Shelf
from dashboard.language import LANGUAGES, pick
from dashboard.models import Plan
from dashboard.queries import FilledClaim, get_commitments, get_plans, get_themes

MOST = 12
"""Slides of a ready-made deck."""


def list_names(shelf: Shelf) -> dict[str, Words]:
    """Return name and title of every ready-made deck that has a slide to show."""
    names = {"overview": say("deck_overview")}
    themes = {f"theme-{row.code}": say_field(row, "title") for row in get_themes(shelf.store)}
    plans = {f"plan-{row.code}": say_field(row, "title") for row in get_plans(shelf.store)}
    stories: dict[str, Words] = {
        f"story-{row.slug}": {
            language: shelf.fill_story(row, pick(row, "title", language), language) for language in LANGUAGES
        }
        for row in shelf.stories.values()
    }
    return {name: title for name, title in (names | themes | plans | stories).items() if list_items(shelf, name)}


def list_items(shelf: Shelf, name: str) -> tuple[str, ...]:
    """Return the items of a ready-made deck, by the rule of the headlines.

    Raises:
        UnknownCodeError: when no ready-made deck has this name.
    """
    kind, _, key = name.partition("-")
    if name == "overview":
        chosen = views.choose_headlines(list(shelf.claims.values()), shelf.cards, shelf.day)
        return tuple(f"claim:{filled.claim.id}" for filled in chosen)
    if kind == "theme" and any(row.code == key for row in get_themes(shelf.store)):
        return _theme_items(shelf, key)
    plan = next((row for row in get_plans(shelf.store) if row.code == key), None)
    if kind == "plan" and plan is not None:
        return _plan_items(shelf, plan)
    if kind == "story" and key in shelf.stories:
        own = [filled for filled in shelf.claims.values() if filled.claim.case_study == key]
        first = strongest_claim(shelf, shelf.stories[key])
        rest = [filled for filled in own if first is None or filled.claim.id != first.claim.id]
        return (f"story:{key}", *_claim_items(shelf, rest, MOST - 1)) if own else ()
    if kind == "commitment" and any(row.code == key for row in get_commitments(shelf.store)):
        told = {story.slug for story in shelf.stories.values() if key in story.commitments}
        return _claim_items(
            shelf, [filled for filled in shelf.claims.values() if filled.claim.case_study in told], MOST
        )
    raise UnknownCodeError("decks", name)


def _claim_items(shelf: Shelf, claims: list[FilledClaim], most: int) -> tuple[str, ...]:
    """Return claims in the order of the headlines; those with no record behind them stay out."""
    fit = [filled for filled in claims if filled.claim.grade != "E0"]
    ranked = sorted(fit, key=lambda filled: views.headline_order(filled, shelf.day))
    return tuple(f"claim:{filled.claim.id}" for filled in ranked[:most])


def _theme_items(shelf: Shelf, code: str) -> tuple[str, ...]:
    """Return the claims of a theme, those of no story first; without any, its indicators of results."""
    own = [filled for filled in shelf.claims.values() if filled.claim.theme == code]
    free = [filled for filled in own if filled.claim.case_study is None]
    told = [filled for filled in own if filled.claim.case_study is not None]
    items = _claim_items(shelf, free, MOST)
    items += _claim_items(shelf, told, MOST - len(items))
    if items:
        return items
    cards = [card for card in shelf.cards.values() if card.theme.code == code]
    cards = [card for card in cards if not shelf.rows(card.indicator.code).empty]
    cards.sort(key=lambda card: (card.indicator.result_level not in ("outcome", "impact"), card.indicator.code))
    return tuple(f"indicator:{card.indicator.code}" for card in cards[:MOST])


def _plan_items(shelf: Shelf, plan: Plan) -> tuple[str, ...]:
    """Return the stories of a plan's commitments, then the project-wide claims that stand on the plan itself."""
    codes = {row.code for row in get_commitments(shelf.store) if row.plan == plan.code}
    stories = [story for story in shelf.stories.values() if codes & set(story.commitments)]
    shown = [story for story in stories if strongest_claim(shelf, story) is not None]
    items = tuple(f"story:{story.slug}" for story in shown[:MOST])
    own = [filled for filled in shelf.claims.values() if filled.claim.theme == "action_plans"]
    own = [filled for filled in own if filled.claim.case_study is None]
    return items + _claim_items(shelf, own, MOST - len(items))
