"""What a measurement was made with: the code's version and the installed packages."""

import hashlib
import shutil
import subprocess
from functools import cache
from importlib.metadata import distributions, version
from pathlib import Path

COMMIT = 12
"""Digits of a commit or a digest that are kept."""


@cache
def environment() -> str:
    """A digest of the installed packages and their versions: `packages:9ab1…`.

    Equal in two places only where every package has the same version.

    >>> environment().startswith("packages:")
    True
    """
    found = {f"{one.name.lower()}=={one.version}" for one in distributions() if one.name}
    digest = hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()
    return f"packages:{digest[:COMMIT]}"


@cache
def ours() -> str:
    """The version of gonogo's own measuring code.

    >>> ours().startswith("gonogo:")
    True
    """
    return f"gonogo:{version('gonogo')}"


def revision(folder: Path) -> str | None:
    """The commit that `folder` is checked out at: `git:1f0c2ab…`, None where git knows none.

    `+changes` at its end says that tracked files were changed since.
    """
    head = _git(folder, "rev-parse", "HEAD")
    if not head:
        return None
    changed = "+changes" if _git(folder, "status", "--porcelain", "--untracked-files=no") else ""
    return f"git:{head[:COMMIT]}{changed}"


def _git(folder: Path, *arguments: str) -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    done = subprocess.run(  # noqa: S603  # arguments of ours
        [git, "-C", str(folder), *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else None
