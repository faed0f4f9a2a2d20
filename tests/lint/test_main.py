"""`python -m lint` says where, and fails if there is anything to say."""

import subprocess
from pathlib import Path

import pytest

from lint.__main__ import main


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one file that breaks a rule, and an ignored one that does as well."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    broken = '"""A file."""\n\nassert True\n'
    for name in ("src/broken.py", "src/build/broken.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(broken)
    (tmp_path / "src/sound.py").write_text('"""A file."""\n')
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff")
    (tmp_path / ".gitignore").write_text("build/\n")
    return tmp_path


def test_names_path_line_and_rule(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What git ignores, and what is no text, is not looked at."""
    assert main([], root=repository) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("src/broken.py:3: no-assert: ")


def test_looks_only_where_it_is_told(repository: Path) -> None:
    assert main(["src/sound.py"], root=repository) == 0


def test_a_removed_file_is_no_file(repository: Path) -> None:
    subprocess.run(["git", "-C", repository, "add", "src/broken.py"], check=True)
    (repository / "src/broken.py").unlink()
    assert main([], root=repository) == 0
