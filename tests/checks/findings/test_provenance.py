"""What a measurement was made with."""

import subprocess
from pathlib import Path

from gonogo.checks.findings import provenance


def git(folder: Path, *arguments: str) -> str:
    """A command of git in `folder`, by somebody."""
    who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org")
    done = subprocess.run(
        ["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


class TestRevision:
    def test_is_what_git_says_and_marks_changes(self, tmp_path: Path) -> None:
        git(tmp_path, "init", "--quiet")
        (tmp_path / "train.py").write_text("pass\n")
        git(tmp_path, "add", "train.py")
        git(tmp_path, "commit", "--quiet", "--message", "first")
        head = git(tmp_path, "rev-parse", "HEAD")
        assert provenance.revision(tmp_path) == f"git:{head[:12]}"
        (tmp_path / "notes.txt").write_text("not tracked")
        assert provenance.revision(tmp_path) == f"git:{head[:12]}"
        (tmp_path / "train.py").write_text("pass  # changed\n")
        assert provenance.revision(tmp_path) == f"git:{head[:12]}+changes"

    def test_is_none_where_git_knows_nothing(self, tmp_path: Path) -> None:
        assert provenance.revision(tmp_path) is None
        git(tmp_path, "init", "--quiet")
        assert provenance.revision(tmp_path) is None


class TestEnvironment:
    def test_is_the_same_twice(self) -> None:
        first = provenance.environment()
        provenance.environment.cache_clear()
        assert provenance.environment() == first
