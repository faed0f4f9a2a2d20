"""The locks hold what pyproject.toml asks for, each with its hashes, and agree with each other."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PINNED = re.compile(r"^([a-z0-9._-]+)==([^ ;]+)", re.MULTILINE)


def lock(name: str) -> dict[str, set[str]]:
    """Versions by package; there may be several, each for some Python."""
    found: dict[str, set[str]] = {}
    for package, version in PINNED.findall((ROOT / name).read_text()):
        found.setdefault(package, set()).add(version)
    return found


def asked(requirements: list[object]) -> set[str]:
    """The packages that `requirements` name."""
    return {
        re.split(r"[\[<>=~!; ]", requirement)[0].lower()
        for requirement in requirements
        if isinstance(requirement, str)
    }


def test_the_runtime_lock_holds_what_runs() -> None:
    project = PROJECT["project"]
    extras = project["optional-dependencies"]
    wanted = asked([*project["dependencies"], *extras["demo"], *extras["s3"]])
    assert wanted <= lock("requirements.lock").keys()


def test_the_dev_lock_holds_what_checks() -> None:
    groups = PROJECT["dependency-groups"]
    assert asked([*groups["dev"], *groups["setup"]]) <= lock("requirements-dev.lock").keys()


def test_the_dev_lock_is_the_runtime_lock_and_more() -> None:
    """`make demo` after `make test` keeps the environment: it holds the same versions."""
    dev = lock("requirements-dev.lock")
    assert {package: dev.get(package) for package in lock("requirements.lock")} == lock(
        "requirements.lock"
    )


@pytest.mark.parametrize(
    "name", ["requirements-uv.lock", "requirements.lock", "requirements-dev.lock"]
)
def test_every_package_has_a_hash(name: str) -> None:
    blocks = re.split(r"^(?=[a-z])", (ROOT / name).read_text(), flags=re.MULTILINE)
    assert [
        block.splitlines()[0] for block in blocks if block and "--hash=sha256:" not in block
    ] == []
