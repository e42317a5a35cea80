import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pptx import Presentation
from samples import SERIES, append, change_rows

from dashboard import __main__ as cli
from dashboard import store
from dashboard.__main__ import ingest_sources, main
from dashboard.catalog import today
from dashboard.checks import run_checks
from dashboard.settings import ROOT, Settings, get_settings
from dashboard.store import open_store

COMMANDS = ("build", "check", "export", "ingest", "serve")


@pytest.fixture
def folder(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Let the command line work on a small folder of its own."""
    for name in ("data", "case_studies", "store"):
        monkeypatch.setenv(f"DASHBOARD_{name.upper()}", str(getattr(settings, name)))
    get_settings.cache_clear()
    yield settings
    monkeypatch.undo()
    get_settings.cache_clear()


def spoil(settings: Settings) -> None:
    path = settings.data / "indicators" / f"{SERIES}.csv"
    change_rows(path, lambda rows: [*rows, rows[-1] | {"ref_area": "TW-XXX"}, rows[-1] | {"source_code": "nobody"}])


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_a_command_does(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    overall = capsys.readouterr().out
    assert command in overall
    assert "Exit codes" in overall
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == 0
    assert f"python -m dashboard {command}" in capsys.readouterr().out


def test_every_command_has_a_sentence_of_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    words = " ".join(capsys.readouterr().out.split())
    for command in (cli.command_build, cli.command_check, cli.command_ingest, cli.command_serve):
        if command is not cli.command_serve:
            assert " ".join((command.__doc__ or "missing").split()) in words


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["publish"],
        ["ingest"],
        ["ingest", "wgi"],
        ["ingest", "nobody", "/tmp"],
        ["export"],
        ["export", "package"],
        ["serve", "--port", "http"],
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
def test_a_wrong_call_exits_with_two_and_says_how(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    told = capsys.readouterr()
    assert "usage: python -m dashboard" in told.err
    assert not told.out


def test_an_unknown_source_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["ingest", "nobody", "."])
    told = capsys.readouterr().err
    assert "nobody" in told
    assert all(source in told for source in ingest_sources())
    assert "common" not in ingest_sources()
    assert len(ingest_sources()) > 5


def test_build_tells_its_progress_and_leaves_a_store(folder: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build"]) == 0
    told = capsys.readouterr()
    assert not told.err
    lines = told.out.splitlines()
    assert len(lines) >= 3
    assert any("observations" in line for line in lines)
    built = open_store(folder, build=False)
    built.engine.dispose()
    assert str(built.folder) in lines[-1]
    assert built.stale_reason is None


def test_build_on_bad_data_names_every_problem_and_keeps_the_old_store(
    folder: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build"]) == 0
    before = (folder.store / "current.json").read_bytes()
    capsys.readouterr()
    spoil(folder)
    assert main(["build"]) == 1
    told = capsys.readouterr()
    assert "TW-XXX" in told.err
    assert "nobody" in told.err
    assert f"{SERIES}.csv" in told.err
    assert "2 problems" in told.err
    assert "Traceback" not in told.err
    assert "store:" not in told.out
    assert (folder.store / "current.json").read_bytes() == before


def test_check_prints_every_check_with_its_outcome(folder: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    from dashboard.catalog import load_catalog, today
    from dashboard.evidence import grade_claims

    assert main(["check"]) == 0
    told = capsys.readouterr()
    catalog = load_catalog(folder.data, folder.case_studies)
    grade_claims(catalog, today())
    results = run_checks(catalog)
    assert len(results) > 5
    for result in results:
        assert any(line.split()[0] == result.outcome and result.sentence_en in line for line in told.out.splitlines())
    assert f"{len(results)} checks, 0 failed" in told.out
    assert not told.err
    assert not folder.store.exists()


def test_check_on_a_failing_check_exits_with_one_and_shows_an_example(
    folder: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder.data / "indicators" / f"{SERIES}.csv"
    change_rows(path, lambda rows: [*rows[:-1], rows[-1] | {"obs_value": "183"}])
    assert main(["check"]) == 1
    told = capsys.readouterr()
    failed = [line for line in told.out.splitlines() if line.strip().startswith("failed")]
    assert failed
    assert "183" in told.out
    assert f"{len(failed)} failed" in told.out


def test_check_on_unreadable_data_exits_with_one(folder: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    append(folder.data / "indicators" / f"{SERIES}.toml", "\nnot [TOML\n")
    assert main(["check"]) == 1
    told = capsys.readouterr()
    assert f"{SERIES}.toml" in told.err
    assert not told.out


@pytest.mark.parametrize("source", ingest_sources())
def test_ingest_of_a_folder_without_the_files_says_so(
    source: str, folder: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "nothing"
    empty.mkdir()
    before = {path: path.read_bytes() for path in (folder.data / "indicators").iterdir()}
    assert main(["ingest", source, str(empty)]) == 1
    told = capsys.readouterr()
    assert len(told.err.strip().splitlines()) == 1
    assert "Traceback" not in told.err
    assert {path: path.read_bytes() for path in (folder.data / "indicators").iterdir()} == before


def test_serve_starts_the_site_on_the_port_and_address_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []

    def call(command: list[str]) -> int:
        called.append(command)
        return 7

    monkeypatch.setattr(subprocess, "call", call)
    assert main(["serve", "--port", "9000", "--address", "0.0.0.0"]) == 7
    assert main(["serve"]) == 7
    for command in called:
        assert command[:4] == [sys.executable, "-m", "streamlit", "run"]
        assert command[4] == str(ROOT / "streamlit_app.py")
        assert Path(command[4]).is_file()
    options = [dict(zip(command[5::2], command[6::2], strict=True)) for command in called]
    assert options == [
        {"--server.port": "9000", "--server.address": "0.0.0.0"},
        {"--server.port": "8501", "--server.address": "localhost"},
    ]


@pytest.mark.parametrize(("arguments", "code"), [(["--help"], 0), (["nothing"], 2)], ids=["help", "wrong call"])
def test_the_module_passes_its_exit_code_to_the_shell(arguments: list[str], code: int) -> None:
    done = subprocess.run([sys.executable, "-m", "dashboard", *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == code
    assert "usage: python -m dashboard" in done.stdout + done.stderr


@pytest.fixture
def exporting(folder: Settings) -> Iterator[Settings]:
    """Forget the stores opened by other tests, so that the command opens the small one."""
    opened = dict(store._opened)
    store._opened.clear()
    yield folder
    for left in store._opened.values():
        left.engine.dispose()
    store._opened.clear()
    store._opened.update(opened)


@pytest.mark.parametrize("name", ["package", "package.zip"])
def test_export_writes_the_data_package(
    name: str, exporting: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "made" / name
    assert main(["export", "package", "--out", str(out)]) == 0
    assert str(out) in capsys.readouterr().out
    assert out.is_file() if name.endswith(".zip") else (out / "datapackage.json").is_file()


def test_export_that_cannot_be_written_says_so(
    exporting: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["export", "package", "--out", str(tmp_path / "file" / "package")]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_export_writes_a_pack_and_refuses_an_unknown_one(
    exporting: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "pack", "indicator", SERIES, "--out", str(tmp_path / "pack.zip")]) == 0
    assert (tmp_path / "pack.zip").read_bytes().startswith(b"PK")
    assert main(["export", "pack", "story", "nothing", "--out", str(tmp_path / "none.zip")]) == 1
    assert not (tmp_path / "none.zip").exists()
    assert "nothing" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["zh-TW", "en", "both"])
def test_export_writes_a_deck_and_names_what_is_left_out(
    language: str, exporting: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "deck.pptx"
    assert main(["export", "deck", "overview", "--language", language, "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"PK")
    assert main(["export", "deck", f"indicator:{SERIES},claim:none", "--out", str(out)]) == 0
    told = capsys.readouterr()
    assert "1 slides" in told.out and "claim:none is not published" in told.err
    assert main(["export", "deck", "theme-none", "--out", str(tmp_path / "none.pptx")]) == 1
    assert not (tmp_path / "none.pptx").exists()


def test_a_deck_written_from_the_shell_leads_to_the_site(
    exporting: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "deck.pptx"
    call = ["export", "deck", f"indicator:{SERIES}", "--language", "en", "--out", str(out)]
    assert main(call) == 0
    assert "no square codes" in capsys.readouterr().err
    assert _links(out) == []
    assert main([*call, "--url", "https://outcomes.example.tw/"]) == 0
    assert capsys.readouterr().err == ""
    assert _links(out) == [f"https://outcomes.example.tw/indicator/{SERIES}?lang=en&asof={today().isoformat()}"]


def _links(path: Path) -> list[str]:
    """Return where the slides of a file lead."""
    runs = [run for page in Presentation(str(path)).slides for shape in page.shapes if shape.has_text_frame
            for paragraph in shape.text_frame.paragraphs for run in paragraph.runs]  # fmt: skip
    return [run.hyperlink.address for run in runs if run.hyperlink.address]


@pytest.mark.parametrize("address", ["outcomes.example.tw", "ftp://example.tw", "https://", "https://a.tw/?x=1"])
def test_an_address_that_is_none_is_told(
    address: str, exporting: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "deck.pptx"
    with pytest.raises(SystemExit) as left:
        main(["export", "deck", "overview", "--url", address, "--out", str(out)])
    assert left.value.code == 2
    assert "is not an address such as https://" in capsys.readouterr().err
    assert not out.exists()


def test_export_of_fonts_asks_for_the_whole_fonts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "fonts", str(tmp_path)]) == 1
    assert "NotoSansCJK-Regular.ttc" in capsys.readouterr().err
