"""Readers' SQL: it answers what was asked, over what is published, and nothing gets out, in or worn down."""

import datetime as dt
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from depth import some
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import SERIES

from dashboard.catalog import today
from dashboard.language import LANGUAGES, Language, load_texts
from dashboard.models import Base, Observation
from dashboard.queries import get_cards, get_claims, get_observations
from dashboard.sandbox import published, runner, worker
from dashboard.sandbox.attacks import ATTACKS, Attack
from dashboard.sandbox.examples import EXAMPLES, write_example, write_selection
from dashboard.sandbox.runner import QueryError, Result, run_query
from dashboard.store import Store

HAN = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def ask(real_sqlite_store: Store) -> Callable[..., Result]:
    """Ask everything we publish, as a reader does today."""

    def run(sql: str, **limits: Any) -> Result:
        return run_query(real_sqlite_store, today(), sql, **limits)

    return run


def refusal(ask: Callable[..., Result], sql: str, **limits: Any) -> QueryError:
    with pytest.raises(QueryError) as caught:
        ask(sql, **limits)
    return caught.value


# ---- what must not happen --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: f"{attack.aim}: {attack.sql[:40]}")
def test_an_attack_is_refused_and_says_nothing_about_the_machine(
    ask: Callable[..., Result], attack: Attack, tmp_path: Path
) -> None:
    error = refusal(ask, attack.sql, seconds=1.0)
    assert error.kind == attack.refusal or {error.kind, attack.refusal} <= {"time", "memory"}
    assert str(published._folder()) not in str(error)
    assert "/etc/" not in error.detail
    assert not Path("/tmp/taken.sqlite").exists()
    assert not Path("/tmp/taken.csv").exists()


def test_more_than_a_handful_of_attacks_are_told_to_readers_by_aim() -> None:
    assert len(ATTACKS) >= 25
    assert {f"attack_{attack.aim}" for attack in ATTACKS} <= set(load_texts())
    assert len({attack.sql for attack in ATTACKS}) == len(ATTACKS)


def test_the_tables_are_whole_after_all_attacks(ask: Callable[..., Result], real_sqlite_store: Store) -> None:
    for attack in ATTACKS:
        if attack.aim == "write":
            refusal(ask, attack.sql)
    rows = ask("SELECT count(*) FROM claim").rows
    assert rows == [[len(get_claims(real_sqlite_store, get_cards(real_sqlite_store), today()))]]


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=60))
def test_any_words_are_answered_or_refused_with_a_known_sentence(ask: Callable[..., Result], words: str) -> None:
    try:
        ask(f"SELECT {words}", seconds=1.0)
    except QueryError as error:
        assert f"query_error_{error.kind}" in load_texts()


def test_the_process_has_no_environment_and_cannot_open_files(tmp_path: Path, real_sqlite_store: Store) -> None:
    """Let the worker's own steps run, then try from inside what a break-out would try."""
    copy = published.get_copy(real_sqlite_store, today())
    secret = tmp_path / "secret"
    secret.write_text("hidden", encoding="utf-8")
    script = (
        f"import sys; sys.path.insert(0, {str(Path(worker.__file__).parent)!r})\n"
        "import os, socket, worker\n"
        "worker.lower_limits(5)\n"
        f"connection = worker.open_copy({str(copy)!r})\n"
        "worker.close_the_door()\n"
        "tried = []\n"
        f"for attempt in (lambda: open({str(secret)!r}), lambda: open({str(tmp_path / 'new')!r}, 'w'), socket.socket,\n"
        "                lambda: bytearray(2_000_000_000)):\n"
        "    try:\n"
        "        attempt()\n"
        "        tried.append('worked')\n"
        "    except (OSError, MemoryError) as error:\n"
        "        tried.append(type(error).__name__)\n"
        "print(tried, sorted(os.environ))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], env={}, capture_output=True, text=True, check=True
    )
    assert "worked" not in done.stdout
    assert "DASHBOARD" not in done.stdout
    assert "PATH" not in done.stdout
    assert not (tmp_path / "new").exists()


def test_the_environment_of_the_server_does_not_reach_the_process(
    ask: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    held: dict[str, Any] = {}
    original = subprocess.Popen

    def watch(*args: Any, **options: Any) -> Any:
        held.update(options, command=args[0])
        return original(*args, **options)

    monkeypatch.setenv("DASHBOARD_DATABASE_URL", "postgresql://secret")
    monkeypatch.setattr(subprocess, "Popen", watch)
    ask("SELECT 1")
    assert held["env"] == {}
    assert {"-I", "-S"} <= set(held["command"])
    assert os.environ["DASHBOARD_DATABASE_URL"] not in str(held)


# ---- limits ----------------------------------------------------------------------------------------------------------


def test_rows_above_the_limit_are_left_out_and_said_to_be(ask: Callable[..., Result]) -> None:
    result = ask("SELECT * FROM observation", rows=10)
    assert len(result.rows) == 10
    assert result.more
    assert not ask("SELECT * FROM theme").more


def test_wide_rows_stop_at_the_bytes_a_page_can_carry(ask: Callable[..., Result]) -> None:
    result = ask("SELECT body_en FROM casestudy", size=20_000)
    assert result.more
    assert sum(len(row[0]) for row in result.rows) <= 20_000


def test_a_process_that_does_not_answer_is_ended(
    ask: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stuck = tmp_path / "stuck.py"
    stuck.write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    monkeypatch.setattr(runner, "WORKER", stuck)
    monkeypatch.setattr(runner, "GRACE", 0.2)
    assert refusal(ask, "SELECT 1", seconds=0.2).kind == "time"


@pytest.mark.parametrize(
    ("ending", "kind"), [("raise SystemExit(1)", "memory"), ("import os; os.kill(os.getpid(), 9)", "time")]
)
def test_a_process_that_ends_without_a_word_is_told_as_a_limit(
    ask: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ending: str, kind: str
) -> None:
    script = tmp_path / "silent.py"
    script.write_text(f"import sys\nsys.stdin.read()\n{ending}\n", encoding="utf-8")
    monkeypatch.setattr(runner, "WORKER", script)
    assert refusal(ask, "SELECT 1").kind == kind


def test_one_reader_too_many_is_asked_to_try_again(ask: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_turns", threading.BoundedSemaphore(1))
    monkeypatch.setattr(runner, "WAIT", 0.01)
    with runner._take_turn():
        assert refusal(ask, "SELECT 1").kind == "busy"
    assert ask("SELECT 1").rows == [[1]]


def test_a_turn_is_given_back_after_a_refusal(ask: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_turns", threading.BoundedSemaphore(1))
    for _ in range(3):
        refusal(ask, "SELECT nothing")
    assert ask("SELECT 1").rows == [[1]]


@pytest.mark.parametrize("sql", ["", "  \n ", "x" * (runner.LONGEST + 1), "nonsense", "-- only a comment"])
def test_what_is_no_question_never_reaches_a_process(sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda *_: pytest.fail("a process was started"))
    with pytest.raises(QueryError):
        runner.check_sql(sql)


def test_paths_are_cut_out_of_messages() -> None:
    assert QueryError("wrong", "cannot open /srv/app/data/build/x.sqlite: no").detail == "cannot open …: no"
    assert QueryError("wrong", "C:\\Users\\me\\x is bad").detail == "… is bad"
    assert QueryError("wrong", 'near "1/2": syntax error').detail == 'near "1/2": syntax error'


# ---- what is answered ------------------------------------------------------------------------------------------------


def test_questions_of_every_ordinary_kind_are_answered(ask: Callable[..., Result]) -> None:
    assert ask("/* a */ -- b\n select 1;").rows == [[1]]
    assert ask("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5) SELECT sum(x) FROM n").rows
    assert ask("VALUES (1), (2)").rows == [[1], [2]]
    assert ask("SELECT x'ff'").rows == [["ff"]]
    assert ask("SELECT j.value FROM casestudy, json_each(casestudy.sources) j LIMIT 1").rows
    assert ask("SELECT median(x) FROM (SELECT 1 AS x UNION SELECT 2 UNION SELECT 9 UNION SELECT 'no')").rows == [[2]]
    assert ask("SELECT median(x), median(y) FROM (SELECT 1 AS x, NULL AS y UNION SELECT 2, NULL)").rows == [[1.5, None]]
    assert ask("SELECT rank() OVER (ORDER BY code) FROM theme LIMIT 1").rows == [[1]]
    assert ask("SELECT title_zh_tw FROM place WHERE code = 'TW-TPE'").rows == [["臺北市"]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_answered(ask: Callable[..., Result], name: str, language: Language) -> None:
    result = ask(write_example(name, language))
    assert result.columns
    assert result.rows
    assert f"example_{name}" in load_texts()


def test_the_sql_behind_a_view_gives_the_rows_of_its_figure(
    ask: Callable[..., Result], real_sqlite_store: Store
) -> None:
    columns = list(Observation.model_fields)
    for code, card in some(get_cards(real_sqlite_store).items(), 8):
        whole = get_observations(real_sqlite_store, code, today())
        areas = list(dict.fromkeys(whole["ref_area"]))[:2]
        choices: list[dict[str, Any]] = [{"areas": areas, "part": card.breakdowns[0].code if card.breakdowns else None}]
        if whole["ref_area"].str.startswith("TW-").any():
            period = whole[whole["ref_area"].str.startswith("TW-")]["time_period"].iloc[-1]
            choices.append({"level": "county", "period": period})
        for choice in choices:
            check_selection(ask, real_sqlite_store, code, columns, choice)


@pytest.mark.parametrize("level", ["county", "township", "country"])
def test_the_levels_of_places_mean_the_same_in_both(
    ask: Callable[..., Result], real_sqlite_store: Store, level: str
) -> None:
    for code in ("voting_age_yes_share", "wgi_rule_of_law", "same_sex_marriages"):
        check_selection(ask, real_sqlite_store, code, list(Observation.model_fields), {"level": level})


def check_selection(
    ask: Callable[..., Result], store: Store, code: str, columns: list[str], choice: dict[str, Any]
) -> None:
    """Compare the rows of a view with those of the SQL behind it."""
    frame = get_observations(
        store, code, today(), ref_areas=choice.get("areas"), level=choice.get("level"),
        breakdown=choice.get("part"), time_period=choice.get("period"),
    )  # fmt: skip
    result = ask(write_selection(code, **choice), rows=50_000, size=50_000_000)
    assert result.columns == columns
    wanted = frame[columns].assign(published=frame["published"].astype(str).str[:10]).astype(object)
    wanted = wanted.where(wanted.notna(), None)
    order = ["ref_area", "time_period", "breakdown", "source_code"]
    given_rows = pd.DataFrame(result.rows, columns=columns, dtype=object).where(lambda held: held.notna(), None)
    left, right = (held.sort_values(order).to_numpy().tolist() for held in (wanted, given_rows))
    assert left == right, (code, choice)


# ---- what may be seen ------------------------------------------------------------------------------------------------


def test_every_table_of_the_catalogue_is_published() -> None:
    tables = set(Base.metadata.tables)
    assert tables == set(published.list_models()) - {published.OBSERVATION, published.VINTAGE}


def test_every_table_and_column_says_what_it_means_in_both_languages(ask: Callable[..., Result]) -> None:
    used = set()
    for table in published.describe_tables():
        assert all(table.meaning.values())
        assert ask(f"SELECT * FROM {table.name} LIMIT 1").columns == [column.name for column in table.columns]
        for column in table.columns:
            assert all(column.meaning.values()), (table.name, column.name)
            assert HAN.search(column.meaning["zh-TW"]), (table.name, column.name)
            base = column.name.removesuffix("_zh_tw").removesuffix("_en")
            used |= {base, f"{table.name}.{base}"}
    meanings = published.load_meanings()
    assert set(meanings["column"]) <= used
    assert set(meanings["table"]) == {table.name for table in published.describe_tables()}


def test_rows_published_later_do_not_exist_before_their_day(vintage_store: Store) -> None:
    days = sorted(set(run_query(vintage_store, dt.date(2100, 1, 1), VINTAGES).rows[0][0].split(",")))
    assert len(days) == 3
    for day in [dt.date.fromisoformat(text) for text in days] + [dt.date.fromisoformat(days[0]) - dt.timedelta(1)]:
        frame = get_observations(vintage_store, SERIES, day)
        rows = run_query(vintage_store, day, write_selection(SERIES)).rows
        assert [(row[2], row[4]) for row in rows] == list(zip(frame["time_period"], frame["obs_value"], strict=True))
        seen = run_query(vintage_store, day, "SELECT max(published) FROM observation_vintage").rows[0][0]
        assert seen is None or seen <= day.isoformat()


VINTAGES = f"SELECT group_concat(DISTINCT published) FROM observation_vintage WHERE indicator_code = '{SERIES}'"


def test_an_indicator_and_a_claim_under_embargo_do_not_exist_yet(store: Store) -> None:
    cards = get_cards(store)
    first = min(card.indicator.published for card in cards.values()) - dt.timedelta(1)
    assert run_query(store, first, "SELECT * FROM indicator").rows == []
    assert run_query(store, first, "SELECT * FROM breakdown").rows == []
    assert run_query(store, first, "SELECT * FROM claim").rows == []
    assert run_query(store, first, "SELECT * FROM claimvalue").rows == []
    later = run_query(store, today(), "SELECT count(*) FROM indicator").rows
    assert later == [[len(cards)]]


def test_the_copies_of_a_few_days_are_kept_and_older_ones_removed(store: Store) -> None:
    paths = [published.get_copy(store, today() - dt.timedelta(days)) for days in range(published.KEPT_COPIES + 1)]
    assert not paths[0].exists()
    assert all(path.exists() for path in paths[1:])
    assert published.get_copy(store, today() - dt.timedelta(1)) == paths[1]
