"""Every page, and views of it that look different, without the language."""

from playwright.sync_api import Page, expect

PAGES = {
    "overview": "/?",
    "indicators": "/indicators?",
    "indicator": "/indicator?code=cpi_score",
    "indicator_map": "/indicator?code=presidential_turnout",
    "places": "/places?",
    "places_projects": "/places?show=projects",
    "world": "/world?",
    "world_map": "/world?view=map",
    "plans": "/plans?",
    "plans_timeline": "/plans?view=timeline",
    "plans_task_force": "/plans?view=task_force",
    "plans_recommendations": "/plans?view=recommendations",
    "plans_standards": "/plans?view=standards",
    "stories": "/stories?",
    "story": "/story?slug=open-contracting",
    "failures": "/failures?",
    "ledger": "/ledger?",
    "claim": "/claim?id=cpi_within_margin",
    "search": "/search?",
    "search_found": "/search?q=AAC",
    "compare": "/compare?",
    "compare_indexed": "/compare?i=cpi_score&i=wgi_control_of_corruption&form=indexed",
    "compare_places": "/compare?i=wgi_rule_of_law",
    "query": "/query?",
    "query_refused": "/query?sql=DROP%20TABLE%20claim",
    "opinions": "/opinions?",
    "opinions_every": "/opinions?c=vtaiwan-ai-2023&list=every",
    "voices": "/voices?",
    "decks": "/decks?",
    "decks_own": "/decks?items=claim:cpi_within_margin,story:open-contracting&lang2=both",
    "about": "/about?",
    "about_sources": "/about?view=sources",
    "about_freshness": "/about?view=freshness",
    "about_gaps": "/about?view=gaps",
    "about_parity": "/about?view=parity",
    "changes": "/changes?",
    "overview_of_a_day": "/?asof=2026-11-23",
    "indicator_corrected": "/indicator?code=leak_location_days",
    "about_method": "/about?view=method",
}
HTML_LANG = {"zh-TW": "zh-Hant-TW", "en": "en"}
OFFERED = {"zh-TW": "中文", "en": "English"}


def address(name: str, language: str) -> str:
    """Return the path of a page in a language."""
    path = PAGES[name]
    return f"{path}{'' if path.endswith('?') else '&'}lang={language}"


def choose_language(page: Page, language: str) -> None:
    """Use the switch as a reader does; the page is being made anew when this returns."""
    page.locator(".st-key-switches").get_by_role("radio", name=OFFERED[language]).click()
    expect(page.locator("html")).to_have_attribute("lang", HTML_LANG[language], timeout=15_000)
