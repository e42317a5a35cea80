import datetime as dt
import io
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
from dashboard.web import downloads

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
@pytest.mark.parametrize("name", ["none.csv", "none.parquet", "cpi_score.xlsx", "cpi_score.CSV", "a.b.csv"])
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
    assert held(dt.date(2026, 10, 1), "parquet") == {}


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
