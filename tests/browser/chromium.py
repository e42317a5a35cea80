"""Where Chromium is and how it is started; also used by the benchmarks and the screenshots."""

import os
import shutil

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
"""Quiet, offline, and able to draw maps without a graphics card."""


def find_chromium() -> str | None:
    """Return the system's Chromium, or None; the variable CHROMIUM names another one."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), None)
