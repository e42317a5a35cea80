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
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
]
"""Quiet, offline, and able to draw the map of the world without a graphics card.

The page itself is put together without one, too: an emulated card takes half a second now and then to show a frame.
"""


def find_chromium() -> str | None:
    """Return the system's Chromium, or None; the variable CHROMIUM names another one."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), None)
