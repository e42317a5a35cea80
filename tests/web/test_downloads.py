import base64
import datetime as dt
import hashlib
import io
import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import pytest
from client import Answer, Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import SERIES

from dashboard.catalog import today
from dashboard.language import LANGUAGES, Language, text
from dashboard.models import TOTAL
from dashboard.queries import get_cards, get_observations, get_places
from dashboard.store import Store
from dashboard.vintages import get_changes
from dashboard.web import decks, downloads, packs, pictures, query

KEYS = ["indicator_code", "ref_area", "time_period", "breakdown", "obs_value", "obs_status", "lower", "upper"]
KEYS += ["source_code", "published", "note_zh_tw", "note_en"]
SERIAL = {"published": str, "ref_area": str, "time_period": str}
SAMPLE = (
    "cpi_score",
    "voting_age_yes_share",
    "same_sex_marriages",
    "youth_committee_proposals",
    "data_requests",
    "wgi_rule_of_law",
    SERIES,
)
SELECTIONS: dict[str, tuple[str, list[tuple[str, str]], dict[str, Any]]] = {
    "one place": ("same_sex_marriages", [("place", "TW-TPE")], {"ref_areas": ["TW-TPE"]}),
    "several places": ("cpi_score", [("place", "TWN"), ("place", "KOR")], {"ref_areas": ["TWN", "KOR"]}),
    "counties": ("voting_age_yes_share", [("level", "county")], {"level": "county"}),
    "townships": ("voting_age_yes_share", [("level", "township")], {"level": "township"}),
    "countries": ("wgi_rule_of_law", [("level", "country")], {"level": "country"}),
    "one period": ("same_sex_marriages", [("period", "2022")], {"time_period": "2022"}),
    "one part": ("youth_committee_proposals", [("part", "{part}")], {"breakdown": "{part}"}),
    "the total": ("voting_age_yes_share", [("part", TOTAL)], {"breakdown": TOTAL}),
    "all together": (
        "same_sex_marriages",
        [("place", "TW-TPE"), ("place", "TW-KHH"), ("level", "county"), ("part", TOTAL), ("period", "2022")],
        {"ref_areas": ["TW-TPE", "TW-KHH"], "level": "county", "breakdown": TOTAL, "time_period": "2022"},
    ),
}  # fmt: skip


def test_a_map_of_changes_comes_with_the_rows_of_both_times(client: Client, site: Store) -> None:
    code, level = "women_share_of_councillors_elected", "county"
    answer = client.get(f"/data/{code}.csv?level={level}&part={TOTAL}&period=2022&since=2014&by=people")
    rows = [
        get_observations(site, code, today(), level=level, breakdown=TOTAL, time_period=period)
        for period in ("2022", "2014")
    ]
    check_rows(read_csv(answer), pd.concat(rows))
    unknown = client.get(f"/data/{code}.csv?level={level}&part={TOTAL}&period=2022&since=1999")
    check_rows(read_csv(unknown), rows[0])


def read_csv(answer: Answer) -> pd.DataFrame:
    assert answer.status == 200
    return pd.read_csv(
        io.BytesIO(answer.body), encoding="utf-8-sig", dtype=SERIAL | {"ref_area": str, "time_period": str}
    )


def check_rows(table: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Compare the columns of the store, value by value and in order, with those of a file."""
    assert len(table) == len(rows)
    for name in KEYS:
        wanted = [None if value != value or value is None else value for value in rows[name]]
        if name == "published":
            wanted = [str(value)[:10] for value in wanted]
        held = [None if value != value or value is None else value for value in table[name]]
        held = [str(value)[:10] for value in held] if name == "published" else held
        assert held == wanted, name


@pytest.mark.parametrize("code", SAMPLE)
def test_a_file_without_parameters_is_the_whole_indicator(code: str, client: Client, site: Store) -> None:
    rows = get_observations(site, code, today())
    assert len(rows)
    check_rows(read_csv(client.get(f"/data/{code}.csv")), rows)


@pytest.mark.parametrize("selection", SELECTIONS)
def test_a_file_holds_exactly_the_rows_of_its_view(selection: str, client: Client, site: Store) -> None:
    code, query, arguments = SELECTIONS[selection]
    part = next((row.code for row in get_cards(site)[code].breakdowns), "")
    query = [(name, value.replace("{part}", part)) for name, value in query]
    arguments = {name: part if value == "{part}" else value for name, value in arguments.items()}
    rows = get_observations(site, code, today(), **arguments)
    assert 0 < len(rows) <= len(get_observations(site, code, today()))
    check_rows(read_csv(client.get(f"/data/{code}.csv?{urlencode(query)}")), rows)


def test_each_selection_but_the_widest_leaves_something_out(site: Store) -> None:
    left = []
    for name, (code, _, arguments) in SELECTIONS.items():
        if "{part}" not in arguments.values():
            whole = len(get_observations(site, code, today()))
            left.append((name, whole - len(get_observations(site, code, today(), **arguments))))
    assert {name for name, count in left if count == 0} <= {"countries", "the total"}


def test_an_unknown_level_is_no_selection_and_an_unknown_place_has_no_rows(client: Client, site: Store) -> None:
    whole = get_observations(site, "cpi_score", today())
    check_rows(read_csv(client.get("/data/cpi_score.csv?level=village")), whole)
    assert read_csv(client.get("/data/cpi_score.csv?place=nowhere")).empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_csv_opens_in_a_spreadsheet_with_words_in_the_chosen_language(
    language: Language, client: Client, site: Store
) -> None:
    answer = client.get(f"/data/cpi_score.csv?place=TWN&lang={language}")
    assert answer.body.startswith(b"\xef\xbb\xbf")
    assert answer.body.count(b"\r\n") == answer.body.count(b"\n")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    table = read_csv(answer)
    card = get_cards(site)["cpi_score"]
    ending = "zh_tw" if language == "zh-TW" else "en"
    assert set(table["indicator"]) == {getattr(card.indicator, f"title_{ending}")}
    assert set(table["unit"]) == {getattr(card.unit, f"title_{ending}")}
    assert set(table["place"]) == {getattr(get_places(site)["TWN"], f"title_{ending}")}
    sources = {source.code: source for source in card.sources}
    for row in table.to_dict("records"):
        source = sources[row["source_code"]]
        assert row["source_url"] == source.url
        assert row["publisher"] == getattr(source, f"publisher_{ending}")
        assert row["license"] == getattr(card.licenses[source.license], f"title_{ending}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_name_of_a_file_says_what_when_and_in_which_language(form: str, language: Language, client: Client) -> None:
    headers = client.get(f"/data/cpi_score.{form}?lang={language}").headers
    name = f"cpi_score_{today().isoformat()}_{language}.{form}"
    assert headers["content-disposition"] == f'attachment; filename="{name}"'
    assert "immutable" not in headers["cache-control"]


@pytest.mark.parametrize("code", ["cpi_score", "same_sex_marriages"])
def test_parquet_holds_the_same_rows_as_csv(code: str, client: Client, site: Store) -> None:
    answer = client.get(f"/data/{code}.parquet?place=TWN&place=TW-TPE")
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    table = pd.read_parquet(io.BytesIO(answer.body))
    check_rows(table, get_observations(site, code, today(), ref_areas=["TWN", "TW-TPE"]))
    assert list(table.columns) == list(read_csv(client.get(f"/data/{code}.csv?place=TWN")).columns)
    assert table["obs_value"].dtype == "float64"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["none.csv", "none.xlsx", "cpi_score.xls", "cpi_score.CSV", "a.b.csv"])
def test_an_unknown_file_is_told_in_one_sentence(name: str, language: Language, client: Client) -> None:
    answer = client.get(f"/data/{name}?lang={language}")
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text == text("not_found", language)


@pytest.mark.parametrize("name", ["..%2fthemes.csv", "%2fetc%2fpasswd.csv", "..%2f..%2fplaces%2fcounties.csv"])
def test_no_other_file_of_the_disk_can_be_had(name: str, client: Client) -> None:
    assert client.get(f"/data/{name}").status == 404


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.lists(st.tuples(st.sampled_from(["place", "level", "period", "part", "lang", "x"]), st.text(max_size=20))),
    form=st.sampled_from(["csv", "parquet"]),
)
def test_any_words_in_any_parameter_give_a_file(query: list[tuple[str, str]], form: str, client: Client) -> None:
    answer = client.get(f"/data/{SERIES}.{form}?{urlencode(query)}")
    assert answer.status == 200
    assert answer.body.startswith(b"\xef\xbb\xbf" if form == "csv" else b"PAR1")


def test_rows_of_a_coming_day_are_in_no_file(
    client: Client, vintage_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "current_store", lambda _: vintage_store)

    def held(day: dt.date, form: str = "csv") -> dict[str, float]:
        monkeypatch.setattr(downloads, "today", lambda: day)
        answer = client.get(f"/data/{SERIES}.{form}")
        table = read_csv(answer) if form == "csv" else pd.read_parquet(io.BytesIO(answer.body))
        assert all(str(published)[:10] <= day.isoformat() for published in table["published"])
        assert day.isoformat() in answer.headers["content-disposition"]
        return dict(zip(table["time_period"], table["obs_value"], strict=True))

    first, corrected, continued = (held(dt.date(2026, 11, day)) for day in (5, 15, 25))
    assert set(first) == set(corrected) == set(continued) - {"2023"}
    assert (corrected["2022"], continued["2023"]) == (83.7, 83.1)
    assert first["2022"] != corrected["2022"]
    assert held(dt.date(2026, 11, 5), "parquet") == first
    # Before its first day an indicator is not there at all: its very name would tell.
    monkeypatch.setattr(downloads, "today", lambda: dt.date(2026, 10, 1))
    assert client.get(f"/data/{SERIES}.parquet").status == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_that_cannot_be_read_are_told_in_one_sentence_and_logged(
    language: Language,
    client: Client,
    vintage_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    gone = replace(vintage_store, folder=vintage_store.folder / "gone")
    monkeypatch.setattr(downloads, "current_store", lambda _: gone)
    answer = client.get(f"/data/{SERIES}.csv?lang={language}")
    assert answer.status == 503
    assert answer.text == text("error_store", language)
    assert "cannot be read" in caplog.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", SAMPLE)
def test_a_workbook_holds_the_same_rows_formatted_with_their_meaning(
    code: str, language: Language, client: Client, site: Store
) -> None:
    from openpyxl import load_workbook

    answer = client.get(f"/data/{code}.xlsx?lang={language}")
    assert answer.status == 200
    book = load_workbook(io.BytesIO(answer.body))
    names = [text(f"sheet_{name}", language) for name in ("data", "metadata", "sources", "notes")]
    assert book.sheetnames == names
    rows = get_observations(site, code, today())
    data, metadata, sources, notes = (book[name] for name in names)
    head, *body = data.iter_rows(values_only=True)
    table = read_csv(client.get(f"/data/{code}.csv?lang={language}"))
    assert list(head) == list(table.columns)
    assert len(body) == len(rows)
    held = pd.DataFrame(body, columns=head)
    assert held["obs_value"].astype(float).sum() == pytest.approx(rows["obs_value"].sum())
    assert held["ref_area"].tolist() == rows["ref_area"].tolist()
    assert held["time_period"].tolist() == rows["time_period"].tolist()
    assert data.freeze_panes == "A2"
    assert data.auto_filter.ref
    card = get_cards(site)[code]
    ending = "zh_tw" if language == "zh-TW" else "en"
    words = {str(cell.value) for sheet in (metadata, sources, notes) for row in sheet.iter_rows() for cell in row}
    for field in ("definition", "usage_warnings", "processing", "custodian"):
        assert getattr(card.indicator, f"{field}_{ending}") in words
    assert {source.url for source in card.sources} <= words
    assert sources.max_row == len(card.sources) + 1
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("code", SAMPLE)
def test_json_holds_the_same_rows_with_metadata_in_both_languages(code: str, client: Client, site: Store) -> None:
    content = json.loads(client.get(f"/data/{code}.json?part={TOTAL}").body)
    rows = get_observations(site, code, today(), breakdown=TOTAL)
    assert content["selection"] == {"part": TOTAL}
    assert [row["obs_value"] for row in content["observations"]] == [
        None if value != value else value for value in rows["obs_value"]
    ]
    card = get_cards(site)[code]
    assert content["indicator"]["definition"]["zh-TW"] == card.indicator.definition_zh_tw
    assert content["indicator"]["definition"]["en"] == card.indicator.definition_en
    assert [source["url"] for source in content["sources"]] == [source.url for source in card.sources]
    assert {row["obs_status"] for row in content["observations"]} <= set(content["statuses"])


def test_checksums_match_the_files_and_the_headers(client: Client, site: Store) -> None:
    sums = client.get("/data/cpi_score.sha256?place=TWN&lang=en").text
    lines = [line.split("  ") for line in sums.splitlines()]
    assert {name.rpartition(".")[2] for _, name in lines} == {"csv", "xlsx", "json", "parquet"}
    for digest, name in lines:
        answer = client.get(f"/data/cpi_score.{name.rpartition('.')[2]}?place=TWN&lang=en")
        assert hashlib.sha256(answer.body).hexdigest() == digest
        assert answer.headers["repr-digest"] == f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:"
        assert name in answer.headers["content-disposition"]


def test_what_looks_like_a_formula_stays_text() -> None:
    from openpyxl import load_workbook

    from dashboard.export.shelf import open_shelf
    from dashboard.export.tables import build_table
    from dashboard.export.workbook import write_workbook
    from dashboard.settings import get_settings
    from dashboard.store import current_store

    shelf = open_shelf(current_store(get_settings()), today())
    card = shelf.cards["cpi_score"]
    table = build_table(shelf.rows("cpi_score").head(2), card, shelf.places, "en")
    table["note_en"] = "=1+1"
    sheet = load_workbook(io.BytesIO(write_workbook(table, shelf, card, "en"))).worksheets[0]
    cell = next(cell for cell in sheet[2] if cell.value == "=1+1")
    assert cell.data_type == "s"


def test_every_indicator_is_downloaded_whole(client: Client, site: Store) -> None:
    for code, card in get_cards(site).items():
        rows = get_observations(site, code, today())
        table = read_csv(client.get(f"/data/{code}.csv"))
        assert len(table) == len(rows), code
        assert set(table["result_level"]) <= {card.indicator.result_level}, code
        assert table["obs_value"].sum() == pytest.approx(rows["obs_value"].sum()), code
        assert table[["source_code", "published", "unit", "obs_status"]].notna().all(axis=None), code


# As of a day.


def test_a_file_of_a_day_holds_what_the_public_saw(
    client: Client, vintage_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "current_store", lambda _: vintage_store)
    monkeypatch.setattr(downloads, "today", lambda: dt.date(2026, 11, 25))
    for day in ("2026-11-01", "2026-11-09", "2026-11-10", "2026-11-21", "2026-11-25"):
        for form in ("csv", "parquet"):
            answer = client.get(f"/data/{SERIES}.{form}?asof={day}")
            assert f'"{SERIES}_{day}_zh-TW.{form}"' in answer.headers["content-disposition"]
            rows = get_observations(vintage_store, SERIES, dt.date.fromisoformat(day))
            table = read_csv(answer) if form == "csv" else pd.read_parquet(io.BytesIO(answer.body))
            check_rows(table, rows)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("asked", ["2026-11-26", "2026-10-31", "yesterday", "", "2026-02-30", "9999-99-99", "\x00"])
def test_a_day_a_file_cannot_give_is_refused_in_one_sentence(
    asked: str, language: Language, client: Client, vintage_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "current_store", lambda _: vintage_store)
    monkeypatch.setattr(downloads, "today", lambda: dt.date(2026, 11, 25))
    wanted = text("asof_file", language, first="2026-11-01", last="2026-11-25")
    for module in (pictures, packs, decks, query):
        monkeypatch.setattr(module, "current_store", lambda _: vintage_store)
        monkeypatch.setattr(module, "today", lambda: dt.date(2026, 11, 25))
    for path, name in (
        (f"/data/{SERIES}.csv", "asof"),
        ("/changes.csv", "from"),
        ("/changes.csv", "to"),
        (f"/picture/indicator/{SERIES}.svg", "asof"),
        ("/picture/story/open-procedures.png", "asof"),
        (f"/pack/indicator/{SERIES}.zip", "asof"),
        ("/data/package.zip", "asof"),
        ("/data/datapackage.json", "asof"),
        ("/deck/overview.pptx", "asof"),
        ("/deck.pptx", "asof"),
        ("/query.csv", "asof"),
    ):
        answer = client.get(f"{path}?{urlencode({name: asked, 'lang': language})}")
        assert (answer.status, answer.text) == (400, wanted)


def test_the_file_of_changes_holds_every_changed_cell_with_its_reason(
    client: Client, vintage_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "current_store", lambda _: vintage_store)
    monkeypatch.setattr(downloads, "today", lambda: dt.date(2026, 11, 22))
    table = read_csv(client.get("/changes.csv?from=2026-11-05&to=2026-11-22&lang=en"))
    wanted = get_changes(vintage_store, dt.date(2026, 11, 5), dt.date(2026, 11, 22))
    assert len(table) == len(wanted) == 2
    revised = table[table["change"] == "revised"].iloc[0]
    assert (revised["time_period"], revised["old_value"], revised["new_value"]) == ("2022", 83.9, 83.7)
    assert (revised["published"], revised["note_en"]) == ("2026-11-10", "Corrected by the publisher.")
    assert (revised["place"], bool(revised["scheduled"])) == ("Taiwan", False)
    assert table[table["change"] == "new"].iloc[0]["time_period"] == "2023"
    turned = client.get("/changes.csv?to=2026-11-05&from=2026-11-22&lang=en")
    assert turned.text == client.get("/changes.csv?from=2026-11-05&to=2026-11-22&lang=en").text


MIDNIGHT = dt.datetime(2026, 11, 19, 16, tzinfo=dt.UTC)
"""The moment the row of 2023, published on 20 November, comes out in Taipei; in London it is still the 19th."""


@pytest.mark.parametrize(
    ("moment", "out"),
    [
        (MIDNIGHT - dt.timedelta(hours=15), False),
        (MIDNIGHT - dt.timedelta(seconds=1), False),
        (MIDNIGHT, True),
        (MIDNIGHT + dt.timedelta(hours=8), True),
    ],
    ids=["the morning before", "one second to midnight", "midnight in Taipei", "midnight in London"],
)
def test_a_row_under_embargo_comes_out_at_midnight_in_taipei(
    moment: dt.datetime, out: bool, client: Client, vintage_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "current_store", lambda _: vintage_store)
    monkeypatch.setattr("dashboard.catalog.now", lambda: moment)
    rows = read_csv(client.get(f"/data/{SERIES}.csv"))
    assert ("2023" in set(rows["time_period"])) == out
    changes = client.get("/changes.csv?from=2026-11-10").text
    assert ("2026-11-20" in changes) == out
    asked = client.get(f"/data/{SERIES}.csv?asof=2026-11-20")
    assert asked.status == (200 if out else 400)
    assert out or b"83.1" not in asked.body


@pytest.mark.parametrize("name", ["estimates", "panel"])
def test_the_study_of_joining_can_be_taken_away_as_it_is_published(name: str, client: Client) -> None:
    answer = client.get(f"/data/event_study/{name}.csv")
    assert answer.status == 200
    table = pd.read_csv(io.BytesIO(answer.body), encoding="utf-8-sig")
    assert len(table) > 200
    assert {"estimates": "std_error", "panel": "joined"}[name] in table


@pytest.mark.parametrize("name", ["places", "..%2f..%2funits", "panel.toml"])
def test_nothing_else_of_the_folder_is_given_away(name: str, client: Client) -> None:
    assert client.get(f"/data/event_study/{name}.csv").status == 404
