import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pyarrow.parquet as pq
import pytest
from client import HOST, Answer, Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import SERIES
from starlette.applications import Starlette

from dashboard.catalog import today
from dashboard.exceptions import StoreError
from dashboard.language import LANGUAGES
from dashboard.queries import Selection, get_cards, get_claims, get_observation_page, get_observations
from dashboard.search import search
from dashboard.settings import get_settings
from dashboard.store import Store
from dashboard.web.api import endpoints
from dashboard.web.api.manual import EXAMPLES, example_address
from dashboard.web.api.problems import STATUSES
from dashboard.web.api.resources import LISTINGS, SINGLES

BASE = "/api/v1"
NAMES = [listing.name for listing in LISTINGS]
DATED = [listing.name for listing in LISTINGS if "asof" in listing.asked.model_fields]
KEY = ["indicator_code", "ref_area", "breakdown", "time_period", "source_code"]
NEEDED = {"search": "q=open%20data"}
"""What a list cannot be asked without."""
PUBLISHED = [dt.date(2026, 11, day) for day in (1, 10, 20)]
"""The days on which the series of the small store was published, corrected and continued."""


def rows_of(answer: Answer) -> list[dict[str, Any]]:
    assert answer.status == 200, answer.text
    return json.loads(answer.text)["rows"]


def problem_of(answer: Answer) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "*"
    found = json.loads(answer.text)
    assert found["status"] == answer.status
    assert set(found["words"]) == set(LANGUAGES)
    assert all(found["words"].values())
    return found


def visit_all(client: Client, address: str) -> list[dict[str, Any]]:
    """Follow the addresses of the next pages to the last row."""
    found: list[dict[str, Any]] = []
    following: str | None = address
    while following:
        answer = client.get(following)
        found += rows_of(answer)
        following = json.loads(answer.text)["next"]
    return found


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, vintage_store: Store) -> Client:
    """Ask the interface about the small store, on the last day anything in it was published."""
    monkeypatch.setattr(endpoints, "current_store", lambda _: vintage_store)
    monkeypatch.setattr(endpoints, "today", lambda: dt.date(2026, 11, 30))
    return Client(Starlette(routes=endpoints.routes))


# --- what is answered is what is published ---


def test_the_index_leads_to_every_list(client: Client, site: Store) -> None:
    index = json.loads(client.get(BASE).text)
    assert [row["name"] for row in index["lists"]] == NAMES
    assert index["data_version"] == site.fingerprint
    for row in index["lists"]:
        for form in ("json", "csv", "parquet"):
            assert client.get(f"{row[form]}?limit=1&{NEEDED.get(row['name'], '')}").status == 200
    assert client.get(index["openapi"]).status == 200
    assert client.get(index["manual"]).status == 200


def test_all_observations_are_as_many_as_the_store_holds(client: Client, site: Store) -> None:
    held = pq.read_table(site.observations).to_pandas()
    held = held[held["published"] <= today()].sort_values("published").drop_duplicates(KEY, keep="last")
    held = held[held["obs_status"] != "Z"]
    counts = {code: 0 for code in get_cards(site)} | held["indicator_code"].value_counts().to_dict()
    assert json.loads(client.get(f"{BASE}/observations?limit=1").text)["total"] == sum(counts.values())
    told = {row["code"]: row["observations"] for row in rows_of(client.get(f"{BASE}/indicators"))}
    assert told == counts


@pytest.mark.parametrize("code", ["cpi_score", "same_sex_marriages", "referendum_turnout", SERIES])
def test_an_indicators_rows_are_those_of_the_pages(code: str, client: Client, site: Store) -> None:
    wanted = get_observations(site, code, today())
    found = visit_all(client, f"{BASE}/observations?indicator={code}&limit=10000")
    names = ["ref_area", "time_period", "breakdown", "obs_status", "source_code", "obs_value"]
    columns = [[None if value != value else value for value in wanted[name]] for name in names]
    held = sorted(zip(*columns, strict=True), key=str)
    assert sorted((tuple(row[name] for name in names) for row in found), key=str) == held


@pytest.mark.parametrize("name", NAMES)
def test_csv_parquet_and_json_hold_the_same(name: str, client: Client, site: Store) -> None:
    query = "?" + NEEDED.get(name, "")
    query += "indicator=voting_age_yes_share&indicator=cpi_score" if name == "observations" else ""
    rows = rows_of(client.get(f"{BASE}/{name}{query}&limit={60 if name == 'search' else 10000}"))
    table = client.get(f"{BASE}/{name}.csv{query}")
    assert table.body.startswith(b"\xef\xbb\xbf")
    cells = list(csv.DictReader(io.StringIO(table.body.decode("utf-8-sig"))))
    parquet = pq.read_table(io.BytesIO(client.get(f"{BASE}/{name}.parquet{query}").body)).to_pylist()
    assert len(rows) > 5
    wanted = [_flatten(row, set(parquet[0])) for row in rows]
    assert [{key: _as_json(value) for key, value in row.items()} for row in parquet] == wanted
    assert [set(row) for row in cells] == [set(row) for row in wanted]
    for line, row in zip(cells, wanted, strict=True):
        for key, value in row.items():
            same = float(line[key]) == value if isinstance(value, float) else line[key] == _as_cell(value)
            assert same, key
    assert int(table.headers["x-total-count"]) == len(rows)


def _flatten(row: dict[str, Any], columns: set[str]) -> dict[str, Any]:
    """Write a row as its file should hold it, with plain means; a missing pair is two missing cells."""
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, dict):
            flat |= {f"{key}_zh_tw": value["zh-TW"], f"{key}_en": value["en"]}
        elif isinstance(value, list):
            plain = all(isinstance(item, str) for item in value)
            flat[key] = "|".join(value) if plain else json.dumps(value, ensure_ascii=False)
        elif value is None and key not in columns:
            flat |= {f"{key}_zh_tw": None, f"{key}_en": None}
        else:
            flat[key] = value
    return flat


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _as_cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def test_a_claim_comes_with_numbers_reasons_and_sources(client: Client, site: Store) -> None:
    cards = get_cards(site)
    for filled in get_claims(site, cards, today())[:40]:
        found = json.loads(client.get(f"{BASE}/claims/{filled.claim.id}").text)
        assert {value["name"]: value["value"] for value in found["values"]} == filled.values
        assert found["grade"] == filled.claim.grade
        assert [reason["code"] for reason in found["reasons"]] == filled.claim.grade_reasons
        for language in LANGUAGES:
            assert "{" not in found["sentence"][language]
            told = {value["name"]: value["written"][language] for value in found["values"]}
            assert told == {key.name: filled.say(key.name, language) for key in filled.keys}
        cited = {value["source_code"] for value in found["values"] if value["indicator_code"]}
        assert None not in cited
        assert cited <= {source["code"] for source in found["source_details"]}


def test_a_story_is_whole_in_both_languages(client: Client, site: Store) -> None:
    slugs = [row["slug"] for row in rows_of(client.get(f"{BASE}/stories"))]
    assert len(slugs) > 10
    for slug in slugs:
        story = json.loads(client.get(f"{BASE}/stories/{slug}").text)
        for language in LANGUAGES:
            assert len(story["body"][language]) > 1000
            assert not re.search(r"(?<!\{)\{[a-z0-9_.]+\}(?!\})", story["body"][language])


def test_every_single_thing_of_a_list_can_be_had(client: Client, site: Store) -> None:
    for single in SINGLES:
        for row in rows_of(client.get(f"{BASE}/{single.name}"))[:25]:
            assert client.get(f"{BASE}/{single.name}/{row[single.key]}").status == 200


@pytest.mark.parametrize(("words", "code"), [("採購廉政平台", "integrity_platforms"), ("OCDS", "open-contracting")])
def test_a_search_is_that_of_the_page_in_both_languages(words: str, code: str, client: Client, site: Store) -> None:
    rows = rows_of(client.get(f"{BASE}/search?{urlencode({'q': words})}"))
    hits = {language: search(site, words, today(), language) for language in LANGUAGES}
    assert code in [row["code"] for row in rows[:10]]
    for language in LANGUAGES:
        wanted = [(hit.kind, hit.code, hit.title, hit.context) for hit in hits[language][:20]]
        assert [(row["kind"], row["code"], row["title"][language], row["context"][language]) for row in rows] == wanted


def test_a_search_without_words_is_refused(client: Client, site: Store) -> None:
    for query in ("", "?q=", "?q=" + "x" * 81):
        assert problem_of(client.get(f"{BASE}/search{query}"))["errors"][0]["parameter"] == "q"


# --- selections and pages ---


def _last_day(period: str) -> str:
    ended = re.sub(r"Q(\d)", lambda match: f"{3 * int(match[1]):02d}", period.rpartition("/")[2])
    return ended + "0000-12-31"[len(ended) :]


def _select_slowly(store: Store, day: dt.date, chosen: Selection) -> list[tuple[Any, ...]]:
    """Return the keys and values of the rows, found by plain loops."""
    latest: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in pq.read_table(store.observations).to_pylist():
        name = tuple(row[part] for part in KEY)
        if row["published"] <= day and (name not in latest or latest[name]["published"] < row["published"]):
            latest[name] = row
    kept = []
    for row in latest.values():
        ended = _last_day(row["time_period"])
        if (
            (not chosen.indicators or row["indicator_code"] in chosen.indicators)
            and (not chosen.ref_areas or row["ref_area"] in chosen.ref_areas)
            and (not chosen.breakdowns or row["breakdown"] in chosen.breakdowns)
            and (chosen.start is None or ended >= re.sub(r"Q(\d)", _first_month, chosen.start))
            and (chosen.end is None or ended <= _last_day(chosen.end))
        ):
            kept.append(row)
    kept.sort(key=lambda row: (*[row[part] for part in KEY[:3]], _last_day(row["time_period"]), row["time_period"]))
    return [(*[row[part] for part in KEY], row["obs_value"], row["published"]) for row in kept]


def _first_month(match: re.Match[str]) -> str:
    return f"{3 * int(match[1]) - 2:02d}"


PERIODS = st.one_of(st.none(), st.sampled_from(["2015", "2019", "2020-Q2", "2020-Q3", "2021-06", "2022-06-30", "2023"]))
SELECTIONS = st.builds(
    Selection,
    indicators=st.lists(st.sampled_from([SERIES, "same_sex_marriages", "fraud_losses_monthly", "cpi_score"])),
    ref_areas=st.lists(st.sampled_from(["TWN", "TW-TPE", "KOR"]), max_size=2),
    breakdowns=st.lists(st.sampled_from(["_T", "nobody"]), max_size=1),
    start=PERIODS,
    end=PERIODS,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=SELECTIONS, limit=st.integers(1, 40), day=st.sampled_from([*PUBLISHED, dt.date(2026, 10, 1)]))
def test_pages_visit_every_chosen_row_once_and_in_order(
    chosen: Selection, limit: int, day: dt.date, vintage_store: Store
) -> None:
    wanted = _select_slowly(vintage_store, day, chosen)
    limit = max(limit, len(wanted) // 12 + 1)
    found = []
    for offset in range(0, len(wanted) + limit, limit):
        table, total = get_observation_page(vintage_store, day, chosen, limit=limit, offset=offset)
        assert total == len(wanted)
        found += [tuple(row[name] for name in (*KEY, "obs_value", "published")) for row in table.to_pylist()]
    assert found == wanted


def test_levels_divide_the_observations_among_them(client: Client, site: Store) -> None:
    levels = ("group", "country", "county", "township")
    totals = [json.loads(client.get(f"{BASE}/observations?level={level}&limit=1").text)["total"] for level in levels]
    assert all(totals[1:])
    assert sum(totals) == json.loads(client.get(f"{BASE}/observations?limit=1").text)["total"]


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(NAMES), limit=st.integers(1, 60))
def test_following_the_next_page_visits_every_row_once(name: str, limit: int, client: Client, site: Store) -> None:
    query = {"observations": {"indicator": "same_sex_marriages"}, "search": {"q": "open"}}.get(name, {})
    whole = rows_of(client.get(f"{BASE}/{name}?{urlencode({**query, 'limit': 60} if name == 'search' else query)}"))
    limit = max(limit, len(whole) // 20 + 1)
    assert visit_all(client, f"{BASE}/{name}?{urlencode({**query, 'limit': limit})}") == whole


def test_the_next_page_is_of_the_same_day_and_named_in_the_headers(client: Client, site: Store) -> None:
    answer = client.get(f"{BASE}/observations?indicator=cpi_score&limit=10&offset=20")
    address = json.loads(answer.text)["next"]
    assert f"asof={today().isoformat()}" in address
    assert f'<{address}>; rel="next"' in answer.headers["link"]
    assert 'rel="prev"' in answer.headers["link"]
    last = client.get(f"{BASE}/observations?indicator=cpi_score&offset=100000")
    assert rows_of(last) == []
    assert json.loads(last.text)["total"] == int(answer.headers["x-total-count"])


def test_addresses_are_whole_and_begin_where_readers_find_the_site(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = f"{BASE}/observations?indicator=cpi_score&limit=10"
    here = client.get(asked)
    assert json.loads(here.text)["next"].startswith(f"http://{HOST}{BASE}/observations?")
    site = "https://outcomes.example/~/+"
    monkeypatch.setattr(get_settings(), "public_url", site)
    there = client.get(asked, if_none_match=here.headers["etag"])
    assert there.status == 200, "an answer with other addresses is another answer"
    assert json.loads(there.text)["next"].startswith(f"{site}{BASE}/observations?")
    index = json.loads(client.get(BASE).text)
    described = json.loads(client.get(f"{BASE}/openapi.json").text)
    found = [index["manual"], index["openapi"], described["servers"][0]["url"], described["externalDocs"]["url"]]
    found += [row[form] for row in index["lists"] for form in ("json", "csv", "parquet")]
    assert all(address.startswith(f"{site}/api/") for address in found)


@pytest.mark.parametrize(
    ("query", "column"),
    [
        ("claims?grade=E2", "grade"),
        ("claims?result_level=outcome", "result_level"),
        ("indicators?theme=integrity", "theme"),
        ("indicators?kind=perception", "kind"),
        ("commitments?plan=nap1", "plan"),
        ("places?level=county", "level"),
        ("sources?kind=academic", "kind"),
    ],
)
def test_a_filter_keeps_exactly_the_rows_with_its_value(query: str, column: str, client: Client, site: Store) -> None:
    name, _, value = query.replace("?", "=").split("=")
    whole = rows_of(client.get(f"{BASE}/{name}"))
    kept = rows_of(client.get(f"{BASE}/{query}"))
    assert kept == [row for row in whole if row[column] == value]
    assert 0 < len(kept) < len(whole)


# --- days and embargo ---


@pytest.mark.parametrize("now", [*PUBLISHED, dt.date(2026, 10, 31), dt.date(2026, 11, 9), dt.date(2026, 11, 19)])
def test_no_row_appears_before_its_day(now: dt.date, small: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "today", lambda: now)
    for row in rows_of(small.get(f"{BASE}/observations?limit=10000")):
        assert dt.date.fromisoformat(row["published"]) <= now
    body = small.get(f"{BASE}/observations.parquet").body
    assert all(day <= now for day in pq.read_table(io.BytesIO(body))["published"].to_pylist())
    for row in rows_of(small.get(f"{BASE}/indicators")):
        assert dt.date.fromisoformat(row["published"]) <= now or row["observations"]
        assert row["last_published"] is None or dt.date.fromisoformat(row["last_published"]) <= now
    claims = {row["id"] for row in rows_of(small.get(f"{BASE}/claims"))}
    assert ("open_share_fell_by" in claims) == (now >= PUBLISHED[0])
    assert small.get(f"{BASE}/claims/open_share_fell_by").status == (200 if now >= PUBLISHED[0] else 404)


def test_an_indicator_and_a_story_under_embargo_do_not_exist(small: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "today", lambda: dt.date(2026, 10, 1))
    assert rows_of(small.get(f"{BASE}/observations")) == []
    assert rows_of(small.get(f"{BASE}/indicators")) == []
    assert rows_of(small.get(f"{BASE}/stories")) == []
    assert small.get(f"{BASE}/stories/open-procedures").status == 404
    assert small.get(f"{BASE}/indicators/{SERIES}").status == 404
    found = problem_of(small.get(f"{BASE}/observations?indicator={SERIES}"))
    assert found["type"].endswith("#unknown_code")


def test_asof_gives_what_the_public_saw(small: Client) -> None:
    def last_values(day: str) -> dict[str, float]:
        rows = rows_of(small.get(f"{BASE}/observations?indicator={SERIES}&from=2022&asof={day}"))
        return {row["time_period"]: row["obs_value"] for row in rows}

    before, corrected, continued = (last_values(day.isoformat()) for day in PUBLISHED)
    assert corrected == {"2022": 83.7}
    assert before.keys() == corrected.keys()
    assert before != corrected
    assert continued == {"2022": 83.7, "2023": 83.1}
    assert rows_of(small.get(f"{BASE}/observations?indicator={SERIES}&asof=2026-10-31")) == []


def test_a_claim_reads_as_it_did_on_the_day(small: Client) -> None:
    def last(day: str) -> float:
        found = json.loads(small.get(f"{BASE}/claims/open_share_fell_by?asof={day}").text)
        return {value["name"]: value["value"] for value in found["values"]}["last"]

    assert last("2026-11-10") == 83.7
    assert last("2026-11-01") != 83.7
    now = json.loads(small.get(f"{BASE}/claims/open_share_fell_by").text)
    changed = {value["name"] for value in now["values"] if value["written_when_checked"]}
    assert "last" in changed


@pytest.mark.parametrize("name", DATED)
def test_a_day_to_come_is_refused(name: str, client: Client, site: Store) -> None:
    tomorrow = today() + dt.timedelta(days=1)
    answer = client.get(f"{BASE}/{name}?asof={tomorrow}&{NEEDED.get(name, '')}")
    assert answer.status == 400
    assert today().isoformat() in problem_of(answer)["detail"]
    assert client.get(f"{BASE}/{name}?limit=1&asof={today()}&{NEEDED.get(name, '')}").status == 200


# --- HTTP ---


@pytest.mark.parametrize("path", ["/observations?limit=5", "/indicators.csv", "/claims/cpi_within_margin", "/", ""])
def test_an_answer_held_already_is_not_sent_again(path: str, client: Client, site: Store) -> None:
    first = client.get(f"{BASE}{path}")
    tag = first.headers["etag"]
    again = client.get(f"{BASE}{path}", if_none_match=f'"other", {tag}')
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == tag
    assert again.headers["cache-control"] == first.headers["cache-control"]
    assert client.get(f"{BASE}{path}", if_none_match='W/"other"').status == 200


def test_the_tag_changes_with_the_query_the_day_and_the_data(
    small: Client, client: Client, site: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{BASE}/observations?limit=1"
    tags = [small.get(address).headers["etag"], small.get(f"{address}&offset=1").headers["etag"]]
    tags.append(small.get(f"{address}&asof=2026-11-10").headers["etag"])
    monkeypatch.setattr(endpoints, "today", lambda: dt.date(2026, 12, 1))
    tags.append(small.get(address).headers["etag"])
    monkeypatch.setattr(endpoints, "current_store", lambda _: site)
    tags.append(small.get(address).headers["etag"])
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("path", ["", "/observations", "/places.csv", "/claims/cpi_within_margin", "/nothing"])
def test_anybody_may_read_and_ask_how(path: str, client: Client, site: Store) -> None:
    asked = client.ask("OPTIONS", f"{BASE}{path}", origin="https://paper.example", access_control_request_method="GET")
    assert (asked.status, asked.body) == (204, b"")
    for answer in (asked, client.get(f"{BASE}{path}", origin="https://paper.example")):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "GET" in answer.headers["access-control-allow-methods"]
        assert "ETag" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize("path", ["", "/observations?limit=3", "/places.csv", "/stories/open-contracting", "/nothing"])
def test_head_tells_the_same_without_a_body(path: str, client: Client, site: Store) -> None:
    head, whole = client.ask("HEAD", f"{BASE}{path}"), client.get(f"{BASE}{path}")
    assert (head.status, head.body, head.headers) == (whole.status, b"", whole.headers)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["", "/observations", "/stories/open-contracting", "/nothing", "/openapi.json"])
def test_nothing_can_be_written(method: str, path: str, client: Client) -> None:
    answer = client.ask(method, f"{BASE}{path}")
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert problem_of(answer)["type"] == "/api/#bad_method"


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=10001", "limit=-1", "limit=1e3", "limit=ten", "limit=", "limit=1&limit=2", "offset=-1",
        "offset=99999999999", "asof=2026-02-30", "asof=1700000000", "asof=yesterday", "from=2019/2020", "from=19",
        "to=2020-13", "level=planet", "indicator=", "indicator=../x", "indicator=a%00b", "place=" + "x" * 65,
        "lang=en", "colour=red", "&".join("place=TWN" for _ in range(51)),
    ],
)  # fmt: skip
def test_a_parameter_that_is_not_understood_is_named(query: str, client: Client, site: Store) -> None:
    answer = client.get(f"{BASE}/observations?{query}")
    assert answer.status == 400
    found = problem_of(answer)
    assert found["type"] == "/api/#bad_parameter"
    assert found["errors"][0]["parameter"] == query.split("=")[0]
    assert query.split("=")[0] in found["detail"]


@pytest.mark.parametrize("name", ["indicator", "place", "part", "source"])
def test_a_code_nobody_published_is_told_and_not_an_empty_list(name: str, client: Client, site: Store) -> None:
    answer = client.get(f"{BASE}/observations?{name}=atlantis")
    assert answer.status == 400
    found = problem_of(answer)
    assert found["type"] == "/api/#unknown_code"
    assert found["errors"] == [{"parameter": name, "reason": "atlantis"}]


def test_an_endless_query_is_refused_before_it_is_read(client: Client, site: Store) -> None:
    answer = client.get(f"{BASE}/observations?from={'9' * 5000}")
    assert answer.status == 400
    assert problem_of(answer)["type"] == "/api/#long_query"


@pytest.mark.parametrize("path", ["/nothing", "/observations.xlsx", "/claims/none", "/observations/1", "/stories/a/b"])
def test_where_nothing_is_the_answer_says_so(path: str, client: Client, site: Store) -> None:
    answer = client.get(f"{BASE}{path}")
    assert answer.status == 404
    assert problem_of(answer)["type"] == "/api/#nothing_here"


@pytest.mark.parametrize(
    ("path", "header", "status"),
    [
        ("/places", "", 200),
        ("/places", "*/*", 200),
        ("/places", "text/html,application/xhtml+xml,*/*;q=0.8", 200),
        ("/places", "application/*", 200),
        ("/places", "application/json;q=0.5, text/csv", 200),
        ("/places", "text/csv", 406),
        ("/places", "application/json;q=0, */*", 406),
        ("/places.csv", "text/csv", 200),
        ("/places.csv", "application/json", 406),
        ("/places.parquet", "application/vnd.apache.parquet", 200),
    ],
)
def test_a_form_the_asker_does_not_take_is_not_sent(
    path: str, header: str, status: int, client: Client, site: Store
) -> None:
    answer = client.get(f"{BASE}{path}", accept=header) if header else client.get(f"{BASE}{path}")
    assert answer.status == status
    if status == 406:
        assert problem_of(answer)["type"] == "/api/#not_acceptable"


def test_without_a_store_the_asker_is_told_to_come_back(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> Store:
        raise StoreError("the disk at /secret/path is gone")

    monkeypatch.setattr(endpoints, "current_store", fail)
    answer = client.get(f"{BASE}/observations")
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "secret" not in problem_of(answer)["detail"]
    assert client.get(f"{BASE}/openapi.json").status == 200


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.text(max_size=30),
    query=st.lists(st.tuples(st.sampled_from(["indicator", "from", "asof", "limit", "x"]), st.text(max_size=20))),
)
def test_no_address_breaks_it(path: str, query: list[tuple[str, str]], client: Client, site: Store) -> None:
    words = urlencode([("p", path)], errors="replace")[2:]
    for address in (f"{BASE}/{words}", f"{BASE}/observations?limit=1&{urlencode(query, errors='replace')}"):
        answer = client.get(address)
        assert answer.status in (200, 400, 404)
        if answer.status != 200:
            problem_of(answer)


# --- the page for people ---


@pytest.fixture(params=LANGUAGES)
def manual(request: pytest.FixtureRequest, client: Client) -> Iterator[str]:
    """Hold the page about the interface in one language."""
    answer = client.get(f"/api/?lang={request.param}")
    assert answer.status == 200
    yield answer.text


def test_every_example_works(client: Client, site: Store) -> None:
    for _, path, query in EXAMPLES:
        answer = client.get(example_address(path, query))
        assert answer.status == 200
        assert len(answer.body) > 500


def test_the_page_names_every_list_parameter_and_problem(manual: str) -> None:
    names = {name for listing in LISTINGS for name in listing.asked.model_json_schema()["properties"]}
    for name in names:
        assert f"<code>{name}</code>" in manual
    for listing in LISTINGS:
        assert re.search(rf'href="\.\.{BASE}/{listing.name}["?]', manual)
    for kind in STATUSES:
        assert f'id="{kind}"' in manual


def test_the_page_is_in_the_language_asked_for(client: Client) -> None:
    assert '<html lang="zh-Hant-TW">' in client.get("/api/?lang=zh-TW").text
    assert '<html lang="en">' in client.get("/api?lang=en").text
    assert '<html lang="en">' in client.get("/api/", accept_language="en-GB").text
    assert "<script" not in client.get("/api/?lang=%3Cscript%3E").text
