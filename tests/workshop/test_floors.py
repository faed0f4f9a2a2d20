"""The floors hold: each contract breaks where somebody imports upwards or sideways."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# where, what it imports, and the contract that says no
STRAYS = [
    ("core/stray.py", "gonogo.store.work", "point downwards"),
    ("views/stray.py", "gonogo.schemas.cases", "point downwards"),
    ("checks/stray.py", "gonogo.domain.cases.rules", "point downwards"),
    ("attic/stray.py", "gonogo.core.times", "point downwards"),
    ("domain/attic/actions.py", "gonogo.domain.cases.rules", "Rooms do not import rooms"),
    ("interfaces/jobs/stray.py", "gonogo.interfaces.api.kit", "Interfaces do not import"),
    ("stats/stray.py", "sqlalchemy", "reaches no database"),
    ("domain/attic/rules.py", "httpx", "reaches no database"),
    ("sdk/stray.py", "gonogo.store.paging", "neither rooms nor store"),
    ("interfaces/cli/stray.py", "gonogo.domain.cases.rules", "neither rooms nor store"),
    ("core/stray_too.py", "gonogo.stats.proportions", "knows estimates"),
    ("interfaces/web/stray.py", "psycopg", "speaks to a database driver"),
]
# Two files that import one another.
RING = {"views/egg.py": "gonogo.views.hen", "views/hen.py": "gonogo.views.egg"}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each contract says of a copy of the house with all the strays in it."""
    place = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "src" / "gonogo", place / "gonogo")
    for name, imported in [(name, imported) for name, imported, _ in STRAYS] + [*RING.items()]:
        path = place / "gonogo" / name
        path.parent.mkdir(exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(f'"""A stray."""\n\nimport {imported}\n')
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-logo", "--no-cache", "--config", ROOT / "pyproject.toml"],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(place), "COLUMNS": "1000"},
    )
    assert done.returncode == 1, done.stdout + done.stderr
    _, _, details = done.stdout.partition("Broken contracts")
    return sections(details)


def sections(details: str) -> dict[str, str]:
    """What is said under each heading: a line with a line of dashes below."""
    found: dict[str, str] = {}
    heading, lines = "", details.splitlines()
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if line and set(below) == {"-"}:
            heading = line
        found[heading] = f"{found.get(heading, '')}{line}\n"
    return found


@pytest.mark.parametrize(("path", "imported", "contract"), STRAYS)
def test_stray_is_found(said: dict[str, str], path: str, imported: str, contract: str) -> None:
    (text,) = [text for heading, text in said.items() if contract in heading]
    module = f"gonogo.{path.removesuffix('.py').replace('/', '.')}"
    if path.startswith("attic/"):
        # A folder without a floor is itself what is wrong.
        assert "attic" in text
    else:
        assert f"{module} -> {imported}" in text


def test_ring_is_found(said: dict[str, str]) -> None:
    (text,) = [text for heading, text in said.items() if "ring among" in heading]
    assert "hen" in text
