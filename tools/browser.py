"""Which Chromium the tests drive; run as a script it installs one where there is none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

SETTING = "GONOGO_BROWSER"
NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
APT = (("apt-get", "update"), ("apt-get", "install", "-y", "chromium"))
PLAYWRIGHT = ((sys.executable, "-m", "playwright", "install", "chromium"),)

Which = Callable[[str], str | None]
Command = Sequence[str]


class NoBrowserError(Exception):
    """There is no browser to drive; the text says what to do."""


def find(
    environment: Mapping[str, str] = os.environ,
    which: Which = shutil.which,
    bundled: Callable[[], str] | None = None,
) -> str | None:
    """The path of a browser that starts: the one set, one on the path, or Playwright's own.

    Raises `NoBrowserError` where the one that was set does not start, rather than take another.
    """
    chosen = environment.get(SETTING)
    if chosen:
        if starts(chosen):
            return chosen
        message = f"{SETTING} is {chosen}, which does not start as a browser"
        raise NoBrowserError(message)
    for name in NAMES:
        path = which(name)
        if path and starts(path):
            return path
    own = (bundled or playwright_path)()
    return own if starts(own) else None


def starts(path: str) -> bool:
    """Whether `path` is a program that runs; a launcher without its package is not."""
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def playwright_path() -> str:
    """Where Playwright would put a Chromium of its own, whether or not it is there."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def ways(which: Which = shutil.which, *, root: bool) -> list[Sequence[Command]]:
    """The ways to install a browser here, best first.

    Debian's package brings its libraries along, but only root may install it.
    """
    return [APT, PLAYWRIGHT] if root and which("apt-get") else [PLAYWRIGHT]


def ensure() -> str:
    """The path of a browser, installed if need be; raises `NoBrowserError`."""
    found = find()
    for commands in ways(root=os.geteuid() == 0):
        if found:
            return found
        for command in commands:
            sys.stderr.write(f"· no browser yet: {' '.join(command)}\n")
            # What it prints is for people; the path alone goes to stdout.
            subprocess.run(command, stdout=sys.stderr, check=False)
        found = find()
    if found:
        return found
    message = (
        "no browser for the tests: install chromium with the system's package manager, "
        f"or set {SETTING} to the path of Chromium or Chrome"
    )
    raise NoBrowserError(message)


def main() -> int:
    """Print the path of a browser; exit code 1 where none can be had."""
    try:
        path = ensure()
    except NoBrowserError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{Path(path)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
