import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.settings import ROOT

PACKAGE = ROOT / "dashboard"
# From the bottom up: a module may import what stands in a line above its own, and its own package.
LAYERS = (
    ("exceptions", "settings", "language", "estimators", "palette"),
    ("models",),
    ("catalog",),
    ("evidence", "opinions", "voices"),
    ("wording",),
    ("checks", "ingest"),
    ("store", "templates"),
    ("queries",),
    ("search", "sandbox", "comparison", "vintages", "axes", "rows", "steps"),
    ("linemarks", "barfigures"),
    ("linefigures",),
    ("figures", "standings"),
    ("maps", "markup", "contrasts", "worldfigures", "opinion_figures", "views"),
    ("swings",),
    ("reading",),
    ("changed", "uses"),
    ("export",),
    ("web",),
    ("components",),
    ("frame", "__main__"),
    ("pages", "streamlit_app"),
)
RANKS = {room: rank for rank, rooms in enumerate(LAYERS) for room in rooms}
MODULES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = [*sorted((ROOT / "pages").glob("*.py")), ROOT / "streamlit_app.py"]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _room(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == "dashboard" else parts[0]


def _imports(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted name of everything imported, at the top of the module or inside a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _rooms_imported(path: Path) -> set[str]:
    dotted = [name.split(".") for name in _imports(_parse(path))]
    return {parts[1] for parts in dotted if parts[0] == "dashboard" and len(parts) > 1}


def _top(path: Path) -> set[str]:
    return {name.split(".")[0] for name in _imports(_parse(path))}


def test_every_room_has_its_place_in_the_order() -> None:
    rooms = {_room(path) for path in MODULES} - {"__init__"}
    assert rooms <= set(RANKS)


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS], ids=_name)
def test_imports_go_one_way(path: Path) -> None:
    own = _room(path)
    if own == "__init__":
        assert not _rooms_imported(path)
        return
    wrong = {room for room in _rooms_imported(path) - {own, "__version__"} if RANKS[room] >= RANKS[own]}
    assert not wrong, f"{own} stands below or beside {wrong}"


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    names = {_dotted(path) for path in MODULES}
    graph = {}
    for path in MODULES:
        found = set()
        for name in _imports(_parse(path)):
            found |= {known for known in (name, name.rpartition(".")[0]) if known in names}
        graph[_dotted(path)] = found - {_dotted(path), "dashboard"}
    # A package's own list of what it offers is not a dependency of its modules.
    left = {name: {other for other in found if not name.startswith(f"{other}.")} for name, found in graph.items()}
    while free := [name for name, found in left.items() if not found & set(left)]:
        for name in free:
            del left[name]
    assert not left, f"these import each other: {sorted(left)}"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_only_components_and_the_frame_know_streamlit(path: Path) -> None:
    if _room(path) not in ("components", "frame"):
        assert "streamlit" not in _top(path)


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=_name)
def test_pages_ask_and_show_and_do_nothing_else(path: Path) -> None:
    assert not _top(path) & {"pandas", "plotly", "sqlalchemy", "sqlmodel", "duckdb", "pyarrow", "sqlite3"}
    assert not _rooms_imported(path) & {"queries", "store", "catalog", "checks", "ingest", "models"}
    words = [node.value for node in ast.walk(_parse(path)) if isinstance(node, ast.Constant)]
    assert not [word for word in words if isinstance(word, str) and "SELECT " in word.upper()]


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS], ids=_name)
def test_only_components_cache_for_streamlit(path: Path) -> None:
    caches = [node.attr for node in ast.walk(_parse(path)) if isinstance(node, ast.Attribute) and "cache_" in node.attr]
    streamlit = [name for name in caches if name in ("cache_data", "cache_resource")]
    assert not streamlit or _room(path) == "components"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_sql_lives_in_queries_search_sandbox_vintages_and_the_store(path: Path) -> None:
    if _room(path) not in ("queries", "search", "sandbox", "vintages", "store"):
        assert not _top(path) & {"duckdb", "sqlite3", "psycopg"}
        words = [node.value for node in ast.walk(_parse(path)) if isinstance(node, ast.Constant)]
        assert not [word for word in words if isinstance(word, str) and word.lstrip().startswith("SELECT ")]


def test_the_app_does_not_load_what_few_pages_need() -> None:
    heavy = (
        "geopandas",
        "shapely",
        "openpyxl",
        "pyogrio",
        "fontTools",
        "resvg_py",
        "xlsxwriter",
        "pyfixest",
        "matplotlib",
        "sklearn",
        "scipy",
        "pptx",
        "segno",
    )
    assert _loaded("dashboard.components, dashboard.web.site, dashboard.web.middleware", heavy) == "[]"


def test_the_app_object_comes_without_what_the_server_loads_while_it_starts() -> None:
    assert _loaded("streamlit_app", ("pandas", "pyarrow", "duckdb", "sqlalchemy", "sqlmodel")) == "[]"


def _loaded(what: str, names: tuple[str, ...]) -> str:
    """Return which packages are there after an import in a process of its own, as Python writes a list."""
    script = f"import sys, {what}\nprint([name for name in {names!r} if name in sys.modules])\n"
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
