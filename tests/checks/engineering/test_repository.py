"""What is read of a repository, from real ones made here; and that nothing in them is run."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gonogo.checks.engineering.history import repository
from gonogo.checks.engineering.repository import defined_tests, reviewed_changes
from gonogo.core.errors import Invalid, NotFound
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.proportions import wilson

ONE, TWO = "one@example.org", "two@example.org"


class Made:
    """A repository under way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.at = 0
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, author: str = ONE, committer: str | None = None) -> None:
        self.at += 1
        subprocess.run(
            ["git", "-C", str(self.folder), *arguments],
            check=True,
            capture_output=True,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "GIT_AUTHOR_NAME": "a",
                "GIT_AUTHOR_EMAIL": author,
                "GIT_COMMITTER_NAME": "c",
                "GIT_COMMITTER_EMAIL": committer or author,
                "GIT_AUTHOR_DATE": f"{1_700_000_000 + self.at} +0000",
                "GIT_COMMITTER_DATE": f"{1_700_000_000 + self.at} +0000",
            },
        )

    def commit(self, message: str = "x", **who: Any) -> None:
        (self.folder / f"file{self.at}").write_text(message)
        self.git("add", "-A", **who)
        self.git("commit", "--quiet", "-m", message, **who)

    def write(self, path: str, text: str) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path / "repository")


def share(made: Made, **asked: Any) -> Estimate:
    found = reviewed_changes(repository(made.folder), asked).measured
    assert isinstance(found, Estimate)
    return found


class TestTests:
    def test_counts_what_pytest_would_call_tests(self, made: Made) -> None:
        made.write(
            "tests/test_a.py",
            "import unittest\n"
            "def test_one(): ...\n"
            "async def test_two(): ...\n"
            "def helper():\n    def test_inner(): ...\n"
            "class TestThings:\n    def test_three(self): ...\n    def other(self): ...\n"
            "    class TestInner:\n        def test_four(self): ...\n"
            "class TestMade:\n    def __init__(self): ...\n    def test_never(self): ...\n"
            "class Old(unittest.TestCase):\n    def test_five(self): ...\n"
            "class Helper:\n    def test_not(self): ...\n",
        )
        made.write("b_test.py", "def test_six(): ...\n")
        made.write("src/contest.py", "def test_no(): ...\n")
        made.write("test_broken.py", "def test_(:\n")
        made.write("test_empty.py", "")
        made.commit()
        found = defined_tests(repository(made.folder), {})
        assert isinstance(found.measured, Estimate)
        assert (found.measured.value, found.measured.n) == (6, 4)
        assert found.detail == {
            "files": 4,
            "unreadable": ["test_broken.py"],
            "without_tests": 1,
        }

    def test_what_is_not_committed_does_not_count(self, made: Made) -> None:
        made.write("test_a.py", "def test_one(): ...\n")
        made.commit()
        made.write("test_a.py", "def test_one(): ...\ndef test_two(): ...\n")
        made.write("test_b.py", "def test_three(): ...\n")
        (made.folder / "test_link.py").symlink_to("/etc/hostname")
        found = defined_tests(repository(made.folder), {})
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == 1

    def test_a_link_is_not_followed(self, made: Made) -> None:
        (made.folder / "test_link.py").symlink_to("/etc/hostname")
        made.commit()
        found = defined_tests(repository(made.folder), {})
        assert found.detail["files"] == 0

    def test_no_tests_are_counted_as_none(self, made: Made) -> None:
        made.commit()
        found = defined_tests(repository(made.folder), {})
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == 0


class TestReviewed:
    def test_who_put_it_in_reviewed_or_wrote_it_too(self, made: Made) -> None:
        made.commit("alone")
        made.commit("put in by another", committer=TWO)
        made.commit(f"x\n\nReviewed-by: Two <{TWO}>")
        made.commit(f"x\n\nco-authored-by: Two <{TWO}>")
        made.commit(f"x\n\nReviewed-by: Me <{ONE}>")
        made.commit("a platform", committer="noreply@github.com")
        found = reviewed_changes(repository(made.folder), {})
        expected = wilson(Counts(3, 6), 0.95)
        assert found.measured == expected
        assert found.detail["seen_by"] == {"committer": 1, "merge": 0, "trailer": 2}
        assert len(found.detail["unseen"]) == 3  # type: ignore[arg-type]  # a list

    def test_merged_by_another(self, made: Made) -> None:
        """The branch's changes were seen by who merged it, if that was somebody else."""
        made.commit("base")
        for name, merger in (("good", TWO), ("own", ONE)):
            made.git("checkout", "--quiet", "-b", name)
            made.commit(f"{name} 1")
            made.commit(f"{name} 2")
            made.git("checkout", "--quiet", "main")
            made.commit(f"main, meanwhile of {name}")
            made.git("merge", "--quiet", "--no-ff", "-m", "merge", name, author=merger)
        found = reviewed_changes(repository(made.folder), {})
        assert isinstance(found.measured, Estimate)
        assert (found.measured.value, found.measured.n) == (2 / 7, 7)
        assert found.detail["seen_by"] == {"committer": 0, "merge": 2, "trailer": 0}
        assert found.detail["authors"] == 1

    def test_only_the_last_changes(self, made: Made) -> None:
        made.commit("old", committer=TWO)
        made.commit("new")
        assert share(made, commits=1).value == 0
        assert share(made, commits=50).n == 2

    @pytest.mark.parametrize("commits", [0, 10_001])
    def test_too_many_and_none_are_refused(self, made: Made, commits: int) -> None:
        made.commit()
        with pytest.raises(Invalid, match="commits"):
            share(made, commits=commits)

    def test_no_address_is_told(self, made: Made) -> None:
        made.commit(committer=TWO)
        told = str(reviewed_changes(repository(made.folder), {}))
        assert ONE not in told
        assert TWO not in told

    def test_only_merges_say_nothing(self, made: Made) -> None:
        made.git("commit", "--quiet", "--allow-empty", "-m", "empty")
        assert not isinstance(reviewed_changes(repository(made.folder), {}).measured, Undefined)


class TestSafe:
    def test_nothing_that_the_repository_names_is_run(self, made: Made, tmp_path: Path) -> None:
        """Filters, hooks, file-system monitors, signature programs, pagers, text converters."""
        made.write("test_a.py", "def test_one(): ...\n")
        made.commit()
        trap = tmp_path / "trap.sh"
        sprung = tmp_path / "sprung"
        trap.write_text(f"#!/bin/sh\ntouch {sprung}\ncat\n")
        trap.chmod(0o755)
        made.write(".git/info/attributes", "* filter=evil diff=evil\n")
        for name in (
            "core.fsmonitor",
            "core.pager",
            "pager.log",
            "gpg.program",
            "filter.evil.clean",
            "filter.evil.smudge",
            "filter.evil.process",
            "diff.evil.textconv",
            "diff.external",
            "core.sshCommand",
            "core.askPass",
            "alias.log",
        ):
            said = f"!{trap}" if name.startswith("alias") else str(trap)
            made.git("config", name, said)
        made.git("config", "log.showSignature", "true")
        for hook in (made.folder / ".git" / "hooks").glob("*"):
            hook.unlink()
        for name in ("post-index-change", "reference-transaction", "pre-commit"):
            made.write(f".git/hooks/{name}", trap.read_text())
            (made.folder / ".git" / "hooks" / name).chmod(0o755)
        os.utime(made.folder / "test_a.py", (1, 1))
        found = repository(made.folder)
        assert defined_tests(found, {}).detail["files"] == 1
        assert isinstance(reviewed_changes(found, {}).measured, Estimate)
        assert not sprung.exists()

    def test_another_repository_in_the_environment_is_not_read(
        self, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made.commit()
        other = Made(tmp_path / "other")
        other.commit("something else")
        monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
        assert repository(made.folder).head != repository(other.folder).head

    def test_what_is_no_repository(self, tmp_path: Path, made: Made) -> None:
        for folder in (tmp_path / "none", made.folder):
            with pytest.raises(NotFound, match="repository"):
                repository(folder)
