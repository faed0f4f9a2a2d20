"""Takes the picture of the README: the flown mission in a real browser, as a person meets it.

    python -m tools.screenshots [HOME]      (make screenshots)

HOME, or GONOGO_HOME, is an installation in which the mission was flown; without one it is flown
first. Pictures are taken of a copy, so that nobody's home gets another password.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from gonogo.app.inprocess import client_on
from gonogo.app.running import running
from gonogo.app.settings import read
from gonogo.app.wiring import install
from tools.browser import NoBrowserError, ensure

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
GONOGO = Path(sys.executable).with_name("gonogo")
WIDTH, HEIGHT = 1280, 862
SCALE = 1.5
"""Sharp where a page shows it smaller, without the size of a picture taken at 2."""
COLOURS = 200
PASSWORD = "only for the pictures"  # noqa: S105  # of a copy that is gone a minute later


def main(arguments: list[str], images: Path = IMAGES) -> int:
    """Take all pictures and put them into `images`; the exit code."""
    given = arguments[0] if arguments else os.environ.get("GONOGO_HOME")
    try:
        browser = ensure()
    except NoBrowserError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        home = _home(Path(folder) / "home", given)
        settings = read({"GONOGO_HOME": str(home), "GONOGO_PORT": "0"})
        with client_on(install(settings)) as client:
            found = client.reviews.all(subject="model:mortgage-approver@2", gate="production")
            paths = {"gate": f"/reviews/{next(found).id}"}
        with running(settings) as here:
            take(here.url, here.sign_in_link(), paths, browser, images)
    return 0


def take(url: str, link: str, paths: Mapping[str, str], browser: str, images: Path) -> None:
    """Sign in by `link` and write a picture of each of `paths`, by name."""
    images.mkdir(parents=True, exist_ok=True)
    with _page(browser) as page:
        page.goto(link)
        page.get_by_role("button", name="Sign in with this link").click()
        page.get_by_label("New password", exact=True).fill(PASSWORD)
        page.get_by_label("New password again").fill(PASSWORD)
        page.get_by_role("button", name="Set password").click()
        for name, path in paths.items():
            page.goto(f"{url}{path}")
            page.mouse.move(0, 0)
            picture = images / f"{name}.png"
            page.screenshot(path=picture)
            _shrink(picture)
            size = picture.stat().st_size // 1024
            sys.stdout.write(f"{picture.name}: {size} KiB\n")


@contextmanager
def _page(browser: str) -> Iterator[Page]:
    # Chromium refuses its sandbox to root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser, args=arguments, chromium_sandbox=False
        )
        yield started.new_page(
            locale="en-GB",
            timezone_id="UTC",
            color_scheme="light",
            device_scale_factor=SCALE,
            viewport={"width": WIDTH, "height": HEIGHT},
        )
        started.close()


def _home(home: Path, given: str | None) -> Path:
    """A home of our own in which the mission was flown."""
    if given is not None:
        return Path(shutil.copytree(given, home))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GONOGO_")}
    subprocess.run(
        [GONOGO, "demo", "--no-serve"], env={**kept, "GONOGO_HOME": str(home)}, check=True
    )
    return home


def _shrink(path: Path) -> None:
    """Few colours are enough for text and lines, and make a small file."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
