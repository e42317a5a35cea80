"""Every page, and views of it that look different, without the language."""

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


def address(name: str, language: str) -> str:
    """Return the path of a page in a language."""
    path = PAGES[name]
    return f"{path}{'' if path.endswith('?') else '&'}lang={language}"
