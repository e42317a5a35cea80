"""What all measurements share: servers, the machine, percentiles, tables, the report file."""

import argparse
import datetime as dt
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "benchmarks.md"
SECTIONS = (
    "rerun",
    "sessions",
    "first_view",
    "filter_change",
    "stage",
    "deck",
    "serving",
    "search",
    "build",
    "opinions",
)
BARE_PAGE = 'import streamlit as st\n\nst.write("The quick brown fox jumps over the lazy dog.")\n'


@dataclass(frozen=True)
class Server:
    """A running Streamlit server."""

    pid: int
    port: int
    seconds: float
    """How long it took from its start until it answered."""

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    def memory(self) -> float:
        """Return its resident memory in MB; nan where the system does not tell."""
        return read_memory(self.pid, "VmRSS")

    def cpu(self) -> float:
        """Return the processor seconds it has used; nan where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            return float("nan")
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def read_memory(pid: int | str, field: str) -> float:
    """Return a memory field of a process in MB."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return float("nan")
    found = re.search(rf"{field}:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else float("nan")


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serve(script: Path, folder: Path, **environment: str) -> Iterator[Server]:
    """Run a Streamlit script from a folder (whose ``.streamlit`` is read) until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true"]
    with tempfile.TemporaryFile() as log:  # a pipe nobody reads would stop the server once it is full
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=os.environ | environment, stdout=log, stderr=log)
        try:
            if not wait_until_healthy(f"http://127.0.0.1:{port}", process):
                log.seek(0)
                raise RuntimeError(f"the server did not start:\n{log.read().decode()[-2000:]}")
            yield Server(process.pid, port, time.perf_counter() - start)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_until_healthy(url: str, process: subprocess.Popen, seconds: float = 90) -> bool:
    """Tell whether the health route answered before the server ended or the time was up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                return True
        except OSError:
            time.sleep(0.02)
    return False


@contextmanager
def serve_app() -> Iterator[Server]:
    """Run the dashboard on a store of its own."""
    with tempfile.TemporaryDirectory() as store:
        environment = os.environ | {"DASHBOARD_STORE": store}
        command = [sys.executable, "-m", "dashboard", "build"]
        built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        if built.returncode:
            sys.exit(f"the store could not be built:\n{built.stderr[-2000:]}")
        with serve(ROOT / "streamlit_app.py", ROOT, DASHBOARD_STORE=store) as server:
            yield server


@contextmanager
def serve_bare(page: str = BARE_PAGE) -> Iterator[Server]:
    """Run a small page, by default one ``st.write``, under the dashboard's own configuration: the floor."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / ".streamlit", folder / ".streamlit", ignore=shutil.ignore_patterns("secrets.toml"))
        (folder / "bare.py").write_text(page)
        with serve(folder / "bare.py", folder) as server:
            yield server


def percentile(values: Sequence[float], share: int) -> float:
    """Return a percentile; nan of nothing."""
    return float(np.percentile(values, share)) if values else float("nan")


def describe_machine() -> str:
    """Return processors, memory and versions in one line."""
    import streamlit

    memory = "?"
    if Path("/proc/meminfo").exists():
        kilobytes = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[1])  # type: ignore[index]
        memory = f"{kilobytes / 1024**2:.0f}"
    day = dt.date.today().isoformat()
    return (
        f"{len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()} cores, {memory} GiB, "
        f"{platform.system()}, Python {platform.python_version()}, Streamlit {streamlit.__version__}; {day}. "
        "The load client shares the cores."
    )


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table: first column left, figures right."""
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def write_section(name: str, title: str, body: str) -> None:
    """Replace one section of ``docs/benchmarks.md``; the other sections stay."""
    old = REPORT.read_text(encoding="utf-8") if REPORT.exists() else ""
    found = dict(re.findall(r"<!-- (\w+) -->\n(.*?)\n<!-- end -->", old, flags=re.DOTALL))
    if name not in SECTIONS:
        raise ValueError(f"{name} has no place in the report: add it to SECTIONS")
    found[name] = f"## {title}\n\n{describe_machine()}\n\n{body}\n\n`python -m benchmarks.{name}`"
    parts = [f"<!-- {key} -->\n{found[key]}\n<!-- end -->" for key in SECTIONS if key in found]
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("# Benchmarks\n\n" + "\n\n".join(parts) + "\n", encoding="utf-8")


def report(name: str, title: str, body: str) -> None:
    """Print the tables; write them too when asked with ``--write``."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    write = parser.parse_args().write
    print(f"{title}\n{describe_machine()}\n\n{body}")
    if write:
        write_section(name, title, body)
