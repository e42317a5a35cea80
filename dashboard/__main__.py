"""Command line: build · check · export · ingest · new · serve.

Exit codes: 0 done, 1 the data are wrong, 2 the call is wrong.
"""

import argparse
import importlib
import pkgutil
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dashboard import ingest
from dashboard.catalog import load_catalog, today
from dashboard.checks import run_checks
from dashboard.evidence import grade_claims
from dashboard.exceptions import CatalogError, IngestError, OpenGovError
from dashboard.settings import ROOT, get_settings
from dashboard.templates import write_indicator, write_story

CODES = {"indicator": re.compile(r"[a-z][a-z0-9_]*"), "story": re.compile(r"[a-z][a-z0-9-]*")}
EXAMPLES = {"indicator": "petition_response_time", "story": "a-law-still-missing"}


def ingest_sources() -> list[str]:
    """Return the names of all ingest modules that read a source."""
    return sorted(
        name
        for _, name, _ in pkgutil.iter_modules(ingest.__path__)
        if name not in ("cartogram", "common", "by_hand", "polis_files")
    )


def command_check(_: argparse.Namespace) -> int:
    """Read the text files and run every check; build nothing."""
    settings = get_settings()
    catalog = load_catalog(settings.data, settings.case_studies)
    grade_claims(catalog, today())
    results = run_checks(catalog)
    for result in results:
        print(f"{result.outcome:>7}  {result.checked:>6}  {result.sentence_en}")
        for example in result.examples:
            print(f"                 {example}")
    failed = [result for result in results if result.outcome == "failed"]
    print(f"{len(results)} checks, {len(failed)} failed; {len(catalog.observations)} observations")
    return 1 if failed else 0


def command_ingest(arguments: argparse.Namespace) -> int:
    """Derive rows of data/ from a publisher's raw files."""
    module = importlib.import_module(f"dashboard.ingest.{arguments.source}")
    out = arguments.out or get_settings().data
    try:
        module.ingest(arguments.raw, out)
    except FileNotFoundError as error:
        raise IngestError(f"{arguments.source}: {Path(str(error.filename)).name} is not in {arguments.raw}") from error
    print(f"{arguments.source}: rows written to {out}")
    return 0


def command_new(arguments: argparse.Namespace) -> int:
    """Write the template of a new indicator or story; it passes check only when really filled."""
    settings = get_settings()
    if not CODES[arguments.kind].fullmatch(arguments.name):
        print(f'"{arguments.name}" is not a name such as {EXAMPLES[arguments.kind]}', file=sys.stderr)
        return 2
    if arguments.kind == "indicator":
        written = write_indicator(settings.data, arguments.name)
    else:
        written = write_story(settings.case_studies, arguments.name)
    for path in written:
        print(path)
    return 0


def command_build(_: argparse.Namespace) -> int:
    """Check everything, then write SQL and Parquet beside the old store and swap them."""
    from dashboard.store import build_store

    path = build_store(get_settings(), progress=lambda words: print(words, flush=True))
    print(f"store: {path}")
    return 0


def open_current() -> Any:
    """Return the published catalogue as of today; build the store first when it must be."""
    from dashboard.export.shelf import open_shelf
    from dashboard.store import current_store

    return open_shelf(current_store(get_settings()), today())


def export_package(arguments: argparse.Namespace) -> int:
    """Write the whole catalogue as a Frictionless data package, into a folder or a .zip."""
    from dashboard.export.package import write_package

    write_package(open_current(), arguments.out)
    return 0


def export_pack(arguments: argparse.Namespace) -> int:
    """Write the reporter's pack of one indicator or story as a .zip."""
    from dashboard.export.pack import build_indicator_pack, build_story_pack

    build = build_indicator_pack if arguments.kind == "indicator" else build_story_pack
    arguments.out.write_bytes(build(open_current(), arguments.name))
    print(f"pack: {arguments.out}")
    return 0


def export_fonts(arguments: argparse.Namespace) -> int:
    """Cut the pictures' font again to the characters of our texts, from a folder with NotoSansCJK-*.ttc."""
    from dashboard.export.fonts import build_fonts

    for path in build_fonts(arguments.folder, get_settings()):
        print(path)
    return 0


def export_deck(arguments: argparse.Namespace) -> int:
    """Write a deck as a PowerPoint file: a ready-made one by name, or items such as claim:<id>,indicator:<code>."""
    from dashboard.export.deck import build_deck, build_named, parse_items, parse_languages
    from dashboard.export.deck.powerpoint import write_pptx

    shelf = open_current()
    languages = parse_languages(arguments.language)
    if ":" in arguments.name:
        deck = build_deck(shelf.store, parse_items(arguments.name), languages, shelf.day)
    else:
        deck = build_named(shelf.store, arguments.name, languages, shelf.day)
    for item in deck.missing:
        print(f"{item} is not published; left out", file=sys.stderr)
    base = arguments.url or get_settings().public_url
    if not base:
        print("neither --url nor DASHBOARD_PUBLIC_URL: slides show paths, and no square codes", file=sys.stderr)
    arguments.out.write_bytes(write_pptx(deck, base))
    print(f"deck: {arguments.out} ({len(deck.slides)} slides)")
    return 0


def read_site(words: str) -> str:
    """Return the address of a site without a trailing slash; used to read the command line.

    Raises:
        argparse.ArgumentTypeError: when it is none.
    """
    parts = urlsplit(words)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise argparse.ArgumentTypeError(f'"{words}" is not an address such as https://outcomes.example.tw')
    return words.rstrip("/")


def add_exports(parser: argparse.ArgumentParser) -> None:
    """Add what can be exported, each a command of its own."""
    exports = parser.add_subparsers(dest="export", required=True)
    package = exports.add_parser("package", help=export_package.__doc__)
    package.add_argument("--out", type=Path, required=True, help="folder, or file that ends with .zip")
    package.set_defaults(run=export_package)
    pack = exports.add_parser("pack", help=export_pack.__doc__)
    pack.add_argument("kind", choices=sorted(CODES), help="of what")
    pack.add_argument("name", help="code of the indicator or slug of the story")
    pack.add_argument("--out", type=Path, required=True, help="file to write")
    pack.set_defaults(run=export_pack)
    deck = exports.add_parser("deck", help=export_deck.__doc__)
    deck.add_argument(
        "name", help="overview, theme-<code>, plan-<code>, story-<slug>, or claim:<id>,indicator:<code>,…"
    )
    deck.add_argument("--language", choices=("zh-TW", "en", "both"), default="zh-TW", help="of the slides")
    deck.add_argument("--out", type=Path, required=True, help="file to write")
    deck.add_argument("--url", type=read_site, help="address of the site for links and square codes: https://…")
    deck.set_defaults(run=export_deck)
    fonts = exports.add_parser("fonts", help=export_fonts.__doc__)
    fonts.add_argument("folder", type=Path, help="folder with NotoSansCJK-Regular.ttc and NotoSansCJK-Bold.ttc")
    fonts.set_defaults(run=export_fonts)


def command_serve(arguments: argparse.Namespace) -> int:
    """Serve pages and API on a port of this machine."""
    import subprocess

    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py")]
    return subprocess.call([*command, "--server.port", str(arguments.port), "--server.address", arguments.address])


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(prog="python -m dashboard", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, run in (("build", command_build), ("check", command_check)):
        commands.add_parser(name, help=run.__doc__).set_defaults(run=run)
    add_exports(commands.add_parser("export", help="Write what readers take away: package · pack · deck · fonts."))
    one = commands.add_parser("ingest", help=command_ingest.__doc__)
    one.add_argument("source", choices=ingest_sources(), help="which publisher's files")
    one.add_argument("raw", type=Path, help="folder with the publisher's files")
    one.add_argument("--out", type=Path, help="folder to write into instead of data/")
    one.set_defaults(run=command_ingest)
    new = commands.add_parser("new", help=command_new.__doc__)
    new.add_argument("kind", choices=sorted(CODES), help="what to begin")
    new.add_argument("name", help="code of the indicator (lower_snake_case) or slug of the story (with-hyphens)")
    new.set_defaults(run=command_new)
    serve = commands.add_parser("serve", help=command_serve.__doc__)
    serve.add_argument("--port", type=int, default=8501)
    serve.add_argument("--address", default="localhost")
    serve.set_defaults(run=command_serve)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    chosen = parse_arguments(arguments)
    try:
        return chosen.run(chosen)
    except CatalogError as error:
        print("\n".join(error.problems), file=sys.stderr)
        print(f"{len(error.problems)} problems; nothing was built", file=sys.stderr)
        return 1
    except OpenGovError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
