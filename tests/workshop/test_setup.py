"""Set-up says what is missing, and does nothing where all is there."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("requirements-uv.lock", "requirements.lock", "requirements-dev.lock", "pyproject.toml")


@dataclass(frozen=True)
class Checkout:
    """A folder with what set-up needs, and a Python that does as it is told."""

    folder: Path

    def python(self, *, old: bool = False, venv: str = "exit 1") -> Path:
        """A Python: too old or not, whose `-m venv` runs `venv`."""
        path = self.folder / "python"
        answers = f"-c) exit {int(old)};; -V) echo Python;; -m) {venv};;"
        path.write_text(f'#!/bin/sh\ncase "$1" in {answers} esac\n')
        path.chmod(0o755)
        return path

    def set_up(self, what: str, python: Path | str = "/nowhere/python") -> tuple[int, str]:
        """Exit code of set-up, and what it says."""
        done = subprocess.run(
            [self.folder / "tools" / "setup", what],
            capture_output=True,
            text=True,
            check=False,
            env={"PYTHON": str(python), "PATH": "/usr/bin:/bin"},
        )
        return done.returncode, done.stdout + done.stderr

    def hold(self, what: str) -> None:
        """Be set up for `what`."""
        program = self.folder / ".venv" / "bin" / "python"
        program.parent.mkdir(parents=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        read = b"".join((self.folder / part).read_bytes() for part in (*PARTS, "tools/setup"))
        total = subprocess.run(["cksum"], input=read, capture_output=True, check=True)
        stamp = self.folder / ".venv" / ".installed"
        stamp.write_text(f"{what} {self.folder} {total.stdout.decode()}")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh clone."""
    (tmp_path / "tools").mkdir()
    for part in (*PARTS, "tools/setup"):
        shutil.copy(ROOT / part, tmp_path / part)
    return Checkout(tmp_path)


class TestMissing:
    def test_no_python(self, checkout: Checkout) -> None:
        code, said = checkout.set_up("runtime")
        assert code == 1
        assert "apt-get install -y python3 python3-venv" in said

    def test_an_old_python(self, checkout: Checkout) -> None:
        code, said = checkout.set_up("runtime", checkout.python(old=True))
        assert code == 1
        assert "needs Python 3.11" in said

    def test_no_venv(self, checkout: Checkout) -> None:
        """Debian's python3 comes without; half an environment must not stay behind."""
        python = checkout.python(venv="mkdir .venv; echo no ensurepip; exit 1")
        code, said = checkout.set_up("runtime", python)
        assert code == 1
        assert "no ensurepip" in said
        assert "apt-get install -y python3-venv" in said
        assert not (checkout.folder / ".venv").exists()

    def test_neither_of_the_two(self, checkout: Checkout) -> None:
        assert checkout.set_up("everything")[0] == 2


class TestHeld:
    @pytest.mark.parametrize(
        ("held", "wanted"), [("runtime", "runtime"), ("dev", "dev"), ("dev", "runtime")]
    )
    def test_nothing_is_done(self, checkout: Checkout, held: str, wanted: str) -> None:
        """Not even Python is looked for."""
        checkout.hold(held)
        assert checkout.set_up(wanted) == (0, "")

    def test_what_runs_is_not_enough_to_check(self, checkout: Checkout) -> None:
        checkout.hold("runtime")
        assert checkout.set_up("dev")[0] == 1

    def test_another_lock_is_installed(self, checkout: Checkout) -> None:
        checkout.hold("dev")
        (checkout.folder / "requirements.lock").write_text("# other\n")
        assert checkout.set_up("dev")[0] == 1
