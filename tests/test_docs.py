"""What is written about the project agrees with the project."""

import contextlib
import io
import re
import tomllib
from collections.abc import Iterator

import pytest

from dashboard import models
from dashboard.__main__ import parse_arguments
from dashboard.models import Base, Claim, Event, Gap, Indicator, Observation, ObsStatus, Source
from dashboard.settings import ROOT

ROOMS = (
    "streamlit_app.py",
    "pyproject.toml",
    "requirements.lock",
    "Makefile",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    ".streamlit/config.toml",
    ".ci/run",
    "dashboard/__init__.py",
    "dashboard/__main__.py",
    "dashboard/exceptions.py",
    "dashboard/settings.py",
    "dashboard/language.py",
    "dashboard/models.py",
    "dashboard/catalog.py",
    "dashboard/checks/__init__.py",
    "dashboard/evidence.py",
    "dashboard/store.py",
    "dashboard/queries/__init__.py",
    "dashboard/figures.py",
    "dashboard/maps.py",
    "dashboard/frame.py",
    "dashboard/components/__init__.py",
    "dashboard/web/__init__.py",
    "dashboard/ingest/__init__.py",
    "pages",
    "data/README.md",
    "data/indicators",
    "data/sources",
    "data/plans",
    "data/places",
    "data/projects",
    "case_studies",
    "tests/browser",
)
BOTH = re.compile(r"_(zh_tw|en)$")
ADDED_BY_THE_READER = {"code", "position", "case_study", "grade", "grade_reasons"}
"""Columns no file writes: the code is the file's name or the table's key, the rest is computed."""


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _sections(words: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)$", words, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _blocks(section: str) -> list[str]:
    return re.findall(r"```toml\n(.*?)```", section, flags=re.DOTALL)


def _example(section: str, number: int = 0) -> dict:
    """Return an example of data/README.md as the catalogue would read it."""
    return tomllib.loads(_blocks(_sections(_read("data/README.md"))[section])[number])


def _keys(model: type) -> set[str]:
    """Return the keys a file gives for a table: languages folded into one key, columns of our own left out."""
    return {BOTH.sub("", name) for name in model.model_fields} - ADDED_BY_THE_READER


def _commands(words: str) -> Iterator[list[str]]:
    code = re.findall(r"```(?:\w*)\n(.*?)```", words, flags=re.DOTALL) + re.findall(r"`([^`\n]+)`", words)
    for line in "\n".join(code).splitlines():
        yield line.split("#")[0].split()


def _subcommands() -> set[str]:
    """Return the commands the command line knows, from its own help."""
    words = io.StringIO()
    with contextlib.redirect_stdout(words), contextlib.suppress(SystemExit):
        parse_arguments(["--help"])
    found = re.search(r"\{([\w,]+)\}", words.getvalue())
    assert found is not None
    return set(found[1].split(","))


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_of_the_design_is_there(room: str) -> None:
    path = ROOT / room
    assert path.exists()
    assert path.is_dir() or path.stat().st_size


@pytest.mark.parametrize("name", ["README.md", "data/README.md"])
def test_every_make_target_written_about_is_in_the_makefile(name: str) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", _read("Makefile"), flags=re.MULTILINE))
    named = {word for line in _commands(_read(name)) if line[:1] == ["make"] for word in line[1:] if "=" not in word}
    assert named <= targets
    if name == "README.md":
        assert {"run", "test"} <= named


@pytest.mark.parametrize("name", ["README.md", "data/README.md"])
def test_every_command_written_about_is_understood(name: str) -> None:
    seen = []
    for line in _commands(_read(name)):
        if line[:3] == ["python", "-m", "dashboard"] or line[1:4] == ["-m", "dashboard"]:
            words = line[line.index("dashboard") + 1 :]
            if "|" in words:
                assert {word for word in words if word.isalpha()} <= _subcommands()
            elif not words or any("<" in word or "…" in word for word in words):
                assert set(words[:1]) <= _subcommands()
            else:
                parse_arguments(words)
            seen.append(line)
    assert seen or name == "README.md"


@pytest.mark.parametrize("name", ["README.md", "data/README.md", "CHANGELOG.md"])
def test_every_file_linked_or_shown_in_a_text_exists(name: str) -> None:
    words = _read(name)
    linked = re.findall(r"\]\(([^)#\s]+)[^)]*\)", words)
    base = (ROOT / name).parent
    missing = [link for link in linked if not link.startswith(("http", "mailto:")) and not (base / link).exists()]
    assert not missing


def test_the_changelog_tells_data_app_and_method_apart() -> None:
    versions = _sections(_read("CHANGELOG.md"))
    assert versions
    for words in versions.values():
        headings = re.findall(r"^### (.+)$", words, flags=re.MULTILINE)
        assert set(headings) <= {"Data", "App", "Method"}
    newest = next(iter(versions.values()))
    assert re.findall(r"^### (.+)$", newest, flags=re.MULTILINE) == ["Data", "App", "Method"]


def test_the_newest_entry_of_the_changelog_is_the_version() -> None:
    from dashboard import __version__

    declared = tomllib.loads(_read("pyproject.toml"))["project"]["version"]
    assert declared == __version__
    assert next(iter(_sections(_read("CHANGELOG.md")))).split()[0].strip("[]") in (__version__, "Unreleased")


LISTS = {"breakdown": "Breakdown", "target": "Target", "break": "SeriesBreak", "disagreement": "Disagreement"}


def test_the_keys_of_an_indicator_are_those_written_about() -> None:
    written = _example("An indicator")
    lists = {"sources", "events", *LISTS}
    assert lists <= set(written)
    assert set(written) - lists == _keys(Indicator)


@pytest.mark.parametrize("key", LISTS)
def test_the_keys_of_a_list_of_an_indicator_are_those_written_about(key: str) -> None:
    written = set(_example("An indicator")[key][0]) - {"code"}
    wanted = _keys(getattr(models, LISTS[key])) - {"indicator_code", "id"}
    if key == "breakdown":
        written, wanted = written - {"zh-TW", "en"} | {"title"}, wanted
        assert {"zh-TW", "en", "code"} <= set(_example("An indicator")[key][0])
    assert written == wanted


def test_the_keys_of_a_source_are_those_written_about() -> None:
    (written,) = _example("A source").values()
    assert set(written) == _keys(Source)


def test_the_keys_of_a_claim_are_those_written_about() -> None:
    section = _sections(_read("data/README.md"))["A claim"]
    comments = " ".join(re.findall(r"#.*", section))
    written = set(_example("A claim")["claim"][0]) | set(re.findall(r"\b([a-z_]+) = ", comments))
    # The theme is the name of the file.
    assert written - {"values"} == _keys(Claim) - {"theme"} | {"indicator"}


@pytest.mark.parametrize(("key", "model"), [("event", Event), ("gap", Gap)], ids=["event", "gap"])
def test_the_keys_of_events_and_gaps_are_those_written_about(key: str, model: type) -> None:
    written = set(_example("An event, a gap")[key][0])
    assert written == _keys(model) | {"code"}


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (Indicator, "result_level"),
        (Indicator, "kind"),
        (Indicator, "direction"),
        (Indicator, "frequency"),
        (Source, "kind"),
        (Claim, "design"),
        (Claim, "reliability"),
        (Claim, "independence"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_the_codes_of_a_key_are_all_written_about(model: type, field: str) -> None:
    heading = {"Indicator": "An indicator", "Source": "A source", "Claim": "A claim"}[model.__name__]
    line = next(
        line for line in _sections(_read("data/README.md"))[heading].splitlines() if line.startswith(f"{field} = ")
    )
    comment = line.partition("#")[2]
    codes = {str(code) for code in model.model_fields[field].annotation}
    assert codes
    assert {code for code in codes if not re.search(rf"\b{code}\b", comment)} == set()
    shown = [part.split()[0] for part in re.split(r"·", comment.split(", by")[0])]
    assert set(shown) == codes


def test_the_columns_and_statuses_of_an_observation_are_written_about() -> None:
    section = _sections(_read("data/README.md"))["An indicator"]
    columns = set(Observation.model_fields) - {"indicator_code"}
    assert {column for column in columns if not re.search(rf"\b{column}\b", section)} == set()
    line = next(line for line in section.splitlines() if line.startswith("- `obs_status`"))
    named = set(re.findall(r"\b([A-Z]) [a-z]", line.partition(":")[2].partition(".")[0]))
    assert named == {status.value for status in ObsStatus}


def test_every_list_in_double_brackets_written_about_is_read() -> None:
    reading = (ROOT / "dashboard" / "catalog.py").read_text(encoding="utf-8")
    for words in (_read("data/README.md"), _read("README.md")):
        for name in re.findall(r"\[\[([a-z_]+)\]\]", words):
            assert f'"{name}"' in reading, name


def test_every_file_in_the_table_of_the_data_folder_exists() -> None:
    table = _read("data/README.md").split("\n\n")
    rows = next(part for part in table if part.startswith("| file |"))
    named = re.findall(r"`([^`]+)`", "\n".join(line.split("|")[1] for line in rows.splitlines()))
    assert len(named) > 8
    for name in named:
        pattern = re.sub(r"<[a-z]+>", "*", name.rstrip("/"))
        pattern = f"indicators/{pattern}" if pattern == "*.csv" else pattern
        assert list((ROOT / "data").glob(pattern)), name


def test_every_table_of_the_catalogue_has_a_docstring_of_its_own() -> None:
    for mapper in Base._sa_registry.mappers:
        assert mapper.class_.__doc__ != Base.__doc__


@pytest.mark.parametrize("slug", ["vtaiwan-uber-2015", "vtaiwan-ai-2023"])
def test_how_far_groups_agree_is_written_as_it_was_computed(slug: str) -> None:
    computed = tomllib.loads((ROOT / "data" / "opinions" / slug / "computed.toml").read_text(encoding="utf-8"))
    words = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert f"{computed['same_group']:.1f} %" in words
    assert f"{computed['rand_index']:.2f}" in words
