"""The browser of the tests is chosen in a fixed order."""

from pathlib import Path

import pytest

from tools.browser import APT, PLAYWRIGHT, NoBrowserError, find, ways


class Machine:
    """A folder of programs that are found by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bundled = str(folder / "bundled")

    def add(self, name: str, *, works: bool = True) -> str:
        """A program that answers to --version, or fails to."""
        path = self.folder / name
        path.write_text(f"#!/bin/sh\nexit {0 if works else 1}\n")
        path.chmod(0o755)
        return str(path)

    def which(self, name: str) -> str | None:
        """The path of a program here."""
        path = self.folder / name
        return str(path) if path.exists() else None

    def find(self, **environment: str) -> str | None:
        """The browser chosen here."""
        return find(environment, self.which, lambda: self.bundled)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine without any browser."""
    return Machine(tmp_path)


class TestFind:
    def test_the_one_that_is_set_goes_first(self, machine: Machine) -> None:
        machine.add("chromium")
        mine = machine.add("mine")
        assert machine.find(GONOGO_BROWSER=mine) == mine

    def test_one_that_is_set_and_does_not_start_is_said(self, machine: Machine) -> None:
        """Another one in its place would hide the mistake."""
        machine.add("chromium")
        with pytest.raises(NoBrowserError, match="GONOGO_BROWSER is"):
            machine.find(GONOGO_BROWSER=str(machine.folder / "absent"))

    def test_chromium_goes_before_chrome(self, machine: Machine) -> None:
        machine.add("google-chrome")
        chromium = machine.add("chromium")
        assert machine.find() == chromium

    def test_a_launcher_that_does_not_start_is_passed_over(self, machine: Machine) -> None:
        machine.add("chromium", works=False)
        chrome = machine.add("google-chrome")
        assert machine.find() == chrome

    def test_the_bundled_one_goes_last(self, machine: Machine) -> None:
        machine.add("bundled")
        assert machine.find() == machine.bundled
        assert machine.find() != machine.add("chromium-browser") == machine.find()

    def test_none_is_none(self, machine: Machine) -> None:
        assert machine.find() is None


class TestWays:
    def test_root_with_apt_takes_the_package_first(self, machine: Machine) -> None:
        machine.add("apt-get")
        assert ways(machine.which, root=True) == [APT, PLAYWRIGHT]

    def test_others_take_playwrights(self, machine: Machine) -> None:
        machine.add("apt-get")
        assert ways(machine.which, root=False) == [PLAYWRIGHT]

    def test_root_without_apt_takes_playwrights(self, machine: Machine) -> None:
        assert ways(machine.which, root=True) == [PLAYWRIGHT]
