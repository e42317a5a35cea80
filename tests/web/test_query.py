import csv
import io
from typing import Any
from urllib.parse import urlencode

import pytest
from client import Answer, Client

from dashboard.catalog import today
from dashboard.language import LANGUAGES, Language, text
from dashboard.queries import get_publication_days, get_themes
from dashboard.sandbox.runner import LONGEST, QueryError
from dashboard.store import Store
from dashboard.web import query


def ask(client: Client, sql: str, **more: str) -> Answer:
    return client.get(f"/query.csv?{urlencode({'sql': sql, **more})}")


def test_the_rows_of_a_query_come_as_csv_that_spreadsheets_read(client: Client, site: Store) -> None:
    answer = ask(client, "SELECT code, title_zh_tw, NULL AS empty, 1.5 AS number FROM theme ORDER BY position")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="query_')
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))
    assert rows[0] == ["code", "title_zh_tw", "empty", "number"]
    assert rows[1:] == [[theme.code, theme.title_zh_tw, "", "1.5"] for theme in get_themes(site)]


def test_text_a_spreadsheet_would_run_is_disarmed_and_numbers_are_left(client: Client, site: Store) -> None:
    answer = ask(client, "SELECT '=HYPERLINK(\"x\")' AS \"@name\", -1.5 AS b, '+1' AS c, 'a-b' AS d")
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))
    assert rows == [["'@name", "b", "c", "d"], ['\'=HYPERLINK("x")', "-1.5", "'+1", "a-b"]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("sql", "kind"),
    [("", "empty"), ("x" * (LONGEST + 1), "long"), ("DROP TABLE claim", "denied"), ("SELECT 1; SELECT 2", "several")],
    ids=["empty", "long", "denied", "several"],
)
def test_a_refused_query_is_answered_in_one_sentence(
    client: Client, site: Store, sql: str, kind: str, language: Language
) -> None:
    answer = ask(client, sql, lang=language)
    assert answer.status == 400
    assert answer.text == text(f"query_error_{kind}", language)


def test_a_wrong_query_is_answered_with_the_engines_words(client: Client, site: Store) -> None:
    answer = ask(client, "SELECT nowhere FROM theme", lang="en")
    assert answer.status == 400
    assert answer.text.endswith("no such column: nowhere")


@pytest.mark.parametrize(("kind", "status"), [("busy", 503), ("time", 422), ("memory", 422)])
def test_what_is_not_the_readers_fault_has_another_status(
    client: Client, site: Store, monkeypatch: pytest.MonkeyPatch, kind: str, status: int
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise QueryError(kind)

    monkeypatch.setattr(query, "run_query", refuse)
    answer = ask(client, "SELECT 1", lang="en")
    assert answer.status == status
    assert ("retry-after" in answer.headers) == (status == 503)


def test_a_day_in_the_address_gives_what_was_published_by_then(client: Client, site: Store) -> None:
    sql = "SELECT count(*) FROM observation"
    first, *later = get_publication_days(site, today())
    counts = [int(ask(client, sql, asof=day.isoformat()).text.split()[-1]) for day in (first, *later)]
    assert counts[0] > 0 and counts == sorted(set(counts))


def test_without_a_store_there_is_one_sentence(client: Client, site: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard.exceptions import StoreError

    def fail(*_: Any) -> Any:
        raise StoreError("gone")

    monkeypatch.setattr(query, "current_store", fail)
    answer = ask(client, "SELECT 1", lang="en")
    assert answer.status == 503
    assert answer.text == text("error_store", "en")
