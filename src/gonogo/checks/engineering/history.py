"""A git repository as it was committed: its files and its last changes, read and never run.

Only objects of the repository are read, never its working tree: no filter, hook, pager or program
that its configuration names is called, and nothing is fetched.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gonogo.core.errors import Invalid, NotFound, Unavailable

SECONDS = 60
"""How long one question may take."""
FIELDS = 5
"""Of a commit: digest, parents, author, committer, message."""
SAFE = (
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "log.showSignature=false"),
    *("-c", "protocol.allow=never"),
    "--no-pager",
    "--no-replace-objects",
)
"""What of a repository's own configuration could start a program, switched off."""
ENVIRONMENT = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C.UTF-8",
}


@dataclass(frozen=True, slots=True)
class Commit:
    """One change."""

    digest: str
    parents: tuple[str, ...]
    author: str
    """Address of who wrote it, in lower case."""
    committer: str
    """Address of who put it in, in lower case."""
    message: str


@dataclass(frozen=True, slots=True)
class Blob:
    """One file as it was committed."""

    path: str
    object: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository at the commit that is checked out."""

    folder: Path
    head: str
    shallow: bool
    """Whether older changes are not there."""

    @property
    def code(self) -> str:
        """The version of the code, as evidence names it."""
        return f"git:{self.head[:12]}"

    def commits(self, most: int) -> list[Commit]:
        """The newest changes that led here, at most so many, newest first."""
        said = "%H%x00%P%x00%aE%x00%cE%x00%B"
        found = self._ask("log", "-z", f"--max-count={most}", f"--format={said}", self.head)
        parts = found.decode(errors="replace").removesuffix("\0").split("\0")
        if len(parts) < FIELDS:
            return []
        return [
            Commit(digest, tuple(parents.split()), author.lower(), committer.lower(), message)
            for digest, parents, author, committer, message in (
                parts[at : at + FIELDS] for at in range(0, len(parts) - FIELDS + 1, FIELDS)
            )
        ]

    def blobs(self) -> list[Blob]:
        """Every file of the commit; links and submodules are none."""
        found = self._ask("ls-tree", "-r", "-l", "-z", "--full-tree", self.head)
        blobs = []
        for line in found.decode(errors="replace").split("\0"):
            head, _, path = line.partition("\t")
            parts = head.split()
            if len(parts) == 4 and parts[0] in {"100644", "100755"} and parts[3].isdigit():
                blobs.append(Blob(path, parts[2], int(parts[3])))
        return blobs

    def contents(self, blobs: Sequence[Blob]) -> Iterator[tuple[Blob, bytes]]:
        """Each of `blobs` with its bytes."""
        asked = "".join(f"{one.object}\n" for one in blobs)
        found = self._ask("cat-file", "--batch", asked=asked.encode())
        at = 0
        for one in blobs:
            line_end = found.index(b"\n", at)
            if found[at:line_end].split()[1:2] != [b"blob"]:
                at = line_end + 1
                continue
            start = line_end + 1
            yield one, found[start : start + one.size]
            at = start + one.size + 1

    def _ask(self, *arguments: str, asked: bytes = b"") -> bytes:
        return _git(self.folder, arguments, asked)


def repository(folder: Path) -> Repository:
    """The repository around `folder`; raises `NotFound`, or `Unavailable` without git."""
    if not folder.is_dir():
        raise NotFound(field="repository", value=str(folder), expected="a folder")
    try:
        head = _git(folder, ("rev-parse", "--verify", "HEAD^{commit}"), b"").decode().strip()
    except Invalid as error:
        raise NotFound(
            field="repository", value=str(folder), expected=f"a git checkout ({error.value})"
        ) from error
    shallow = _git(folder, ("rev-parse", "--is-shallow-repository"), b"").strip() == b"true"
    return Repository(folder, head, shallow)


def _git(folder: Path, arguments: Sequence[str], asked: bytes) -> bytes:
    git = shutil.which("git")
    if git is None:
        raise Unavailable(field="git", expected="git, to read a repository with")
    try:
        done = subprocess.run(  # noqa: S603  # arguments of ours, and digests that git told
            [git, *SAFE, "-C", str(folder), *arguments],
            input=asked,
            capture_output=True,
            check=False,
            timeout=SECONDS,
            env=_environment(os.environ),
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(
            field="git", value=arguments[0], expected=f"an answer within {SECONDS} s"
        ) from error
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip()[:300]
        raise Invalid(field="repository", value=told, expected="a git repository that can be read")
    return done.stdout


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment without what would point git at another repository or program."""
    return {
        **{name: said for name, said in given.items() if not name.startswith("GIT_")},
        **ENVIRONMENT,
    }
