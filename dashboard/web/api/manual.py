"""The page about the public interface for people, ``/api/``, written from the definitions the programs read."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from dashboard.catalog import today
from dashboard.language import HTML_LANG, LANGUAGES, NAMES, Language, text
from dashboard.markup import escape, paragraph
from dashboard.web.addresses import base_address
from dashboard.web.api.openapi import BASE, FILE_TYPES
from dashboard.web.api.parameters import LONGEST_QUERY, MOST_CODES, MOST_FILE_ROWS, MOST_ROWS, describe_parameters
from dashboard.web.api.problems import STATUSES
from dashboard.web.api.resources import LISTINGS, SINGLES
from dashboard.web.assets import asset_url
from dashboard.web.documents import answer_html
from dashboard.web.shell import choose_language

EXAMPLES = (
    ("scores", "/observations", {"indicator": "cpi_score", "place": "TWN", "from": "2019"}),
    ("counties", "/observations.csv", {"indicator": "same_sex_marriages", "level": "county", "from": "2022"}),
    ("doubted", "/claims", {"grade": "E1", "limit": "20"}),
    ("story", "/stories/open-contracting", {}),
    ("ballots", "/observations.parquet", {"indicator": "referendum_turnout", "level": "township"}),
)  # fmt: skip
"""What a reader may try at once: the text ``api_example_<name>``, path and parameters."""


EXAMPLE_WORDS = "OCDS"


def example_address(path: str, query: dict[str, str]) -> str:
    """Return an example's address inside the site."""
    return f"{BASE}{path}" + (f"?{urlencode(query)}" if query else "")


def _table(heads: list[str], rows: list[list[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(words)}</th>' for words in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _code(words: str) -> str:
    return f"<code>{escape(words)}</code>"


def _link(address: str) -> str:
    return f'<a href="{escape(address)}">{_code(address)}</a>'


def _lists(language: Language) -> str:
    rows = []
    for listing in LISTINGS:
        one = next((f"{BASE}/{one.name}/{{{one.key}}}" for one in SINGLES if one.name == listing.name), "")
        needed = {"q": EXAMPLE_WORDS} if "q" in listing.asked.model_fields else {}
        whole = _link(example_address(f"/{listing.name}", needed))
        places = [whole, _code(one)] if one else [whole]
        names = ", ".join(_code(name) for name in describe_parameters(listing.asked) if name not in ("limit", "offset"))
        rows.append(["<br>".join(places), escape(text(f"api_{listing.name}", language)), names])
    return _table([text(key, language) for key in ("api_address", "api_what", "api_parameters")], rows)


def _parameters(language: Language) -> str:
    choices: dict[str, list[str]] = {}
    for name, schema in [pair for listing in LISTINGS for pair in describe_parameters(listing.asked).items()]:
        choices.setdefault(name, []).extend(schema.get("enum", []))
    rows = []
    for name, values in choices.items():
        codes = " · ".join(_code(value) for value in dict.fromkeys(values))
        rows.append([_code(name), escape(text(f"api_param_{name}", language)) + (f"<br>{codes}" if codes else "")])
    return _table([text("api_parameter", language), text("api_what", language)], rows)


def _problems(language: Language) -> str:
    marks = dict.fromkeys(("names", "name", "code", "day", "method", "form"), "…") | {"most": f"{LONGEST_QUERY:,}"}
    rows = [
        [
            str(int(status)),
            f'<span id="{kind}">{_code(kind)}</span>',
            escape(text(f"problem_{kind}", language, **marks)),
        ]
        for kind, status in STATUSES.items()
    ]
    return _table([text(key, language) for key in ("api_status", "api_kind", "api_what")], rows)


def _examples(language: Language, base: str) -> str:
    items = [
        f"<li>{escape(text(f'api_example_{name}', language))}<br>{_link(example_address(path, query))}</li>"
        for name, path, query in EXAMPLES
    ]
    _, path, query = EXAMPLES[1]
    address = f"{base}{example_address(path, query)}"
    code = f'import pandas as pd\n\nframe = pd.read_csv(\n    "{address}"\n)'
    shell = f'curl "{base}{BASE}/observations?indicator=cpi_score&place=TWN"'
    return f'<ul class="examples">{"".join(items)}</ul><pre>{escape(shell)}</pre><pre>{escape(code)}</pre>'


def write_manual(language: Language, base: str) -> str:
    """Return the page in one language."""
    words = {key: escape(text(key, language)) for key in ("product", "api_title", "back_home")}
    limits = {"rows": f"{MOST_ROWS:,}", "files": f"{MOST_FILE_ROWS:,}", "codes": MOST_CODES}
    others = "".join(
        f'<a href="/api/?lang={other}" lang="{HTML_LANG[other]}">{escape(NAMES[other])}</a>'
        for other in LANGUAGES
        if other != language
    )
    alternates = "".join(
        f'<link rel="alternate" hreflang="{HTML_LANG[other]}" href="{escape(base)}/api/?lang={other}">'
        for other in LANGUAGES
    )
    sections = [
        ("api_examples", _examples(language, base)),
        ("api_lists", _lists(language)),
        ("api_parameters", _parameters(language)),
        ("api_forms", paragraph(text("api_forms_words", language, types=", ".join(FILE_TYPES)))),
        ("api_pages", paragraph(text("api_pages_words", language, **limits))),
        ("api_days", paragraph(text("api_days_words", language, day=today().isoformat()))),
        ("api_caching", paragraph(text("api_caching_words", language))),
        ("api_problems", paragraph(text("api_problems_words", language)) + _problems(language)),
        ("api_license", paragraph(text("api_license_words", language))),
    ]
    body = "".join(f"<h2>{escape(text(key, language))}</h2>{content}" for key, content in sections)
    return (
        f'<!DOCTYPE html><html lang="{HTML_LANG[language]}"><head><meta charset="utf-8">'
        f"<title>{words['api_title']} · {words['product']}</title>"
        f'<meta name="description" content="{escape(text("api_lead", language))}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="{asset_url("favicon.png")}"><link rel="stylesheet" href="{asset_url("app.css")}">'
        f'<link rel="service-desc" type="application/json" href="{BASE}/openapi.json">{alternates}</head>'
        f'<body class="plain manual"><main><nav><a href="/?lang={language}">{words["product"]}</a> {others}</nav>'
        f"<h1>{words['api_title']}</h1>{paragraph(text('api_lead', language), 'lead')}"
        f'<p><a href="{BASE}/openapi.json">{escape(text("api_openapi", language))}</a></p>{body}</main></body></html>'
    )


async def show_manual(request: Request) -> Response:
    """Answer with the page in the language of the address or of the browser."""
    page = write_manual(choose_language(request), base_address(request))
    return answer_html(request, page, headers={"Cache-Control": "no-cache", "Vary": "Accept-Language"})
