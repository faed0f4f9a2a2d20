"""The files of versions from a control plane elsewhere: fetched once, whole or not at all.

What is fetched has the digest that the route table names, so whoever hands out the files cannot
hand out others.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import httpx
import msgspec

from gonogo.core.errors import Broken, Invalid
from gonogo.core.sealed import digest_over
from gonogo.core.snapshot import Served

PATIENCE_SECONDS = 30.0
"""How long a part of a file may take to come."""
FETCHED = "gateway/models"
MARK = ".fetched-"
"""Before a digest: the name of the file that says that the folder of this digest was fetched."""
INCOMING = ".incoming-"
"""How folders begin that are not whole yet."""
LARGEST_LIST = 4 * 2**20
"""Bytes of a list of files."""


class SealedFile(msgspec.Struct, frozen=True):
    """A file of a version."""

    path: str
    size: int
    sha256: str


class SealedFiles(msgspec.Struct, frozen=True):
    """All files of a version."""

    items: tuple[SealedFile, ...]


def _client() -> httpx.Client:
    return httpx.Client(timeout=PATIENCE_SECONDS, follow_redirects=False)


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches from below `base`, the address of the route table without its last part."""

    base: str
    home: Path
    token: str | None = None
    open_client: Callable[[], httpx.Client] = _client

    def missing(self, models: Iterable[Served]) -> list[Served]:
        """Those of `models` whose files are to be fetched and are not here."""
        return [one for one in models if is_fetched(one) and not (self.home / one.folder).is_dir()]

    def fetch(self, models: Iterable[Served]) -> None:
        """Bring the files of all of `models`; raises what stands in the way of the first.

        `httpx.HTTPError`, `OSError`, `msgspec.DecodeError`, and `Broken` or `Invalid` where what
        comes is not what was sealed.
        """
        with self.open_client() as client:
            if self.token is not None:
                client.headers["authorization"] = f"Bearer {self.token}"
            for one in models:
                self._bring(client, one)

    def prune(self, models: Iterable[Served]) -> None:
        """Remove the folders that were fetched and that none of `models` is in.

        What was not fetched here is somebody else's. Raises `OSError`.
        """
        named = {one.digest for one in models}
        for mark in (self.home / FETCHED).glob(f"{MARK}*"):
            digest = mark.name.removeprefix(MARK)
            if digest in named:
                continue
            whole = mark.with_name(digest)
            if whole.is_dir():
                # Under another name first: half a folder is never taken for a whole one.
                left = whole.rename(mark.with_name(f"{INCOMING}{digest}"))
                shutil.rmtree(left, ignore_errors=True)
            mark.unlink()

    def _bring(self, client: httpx.Client, served: Served) -> None:
        target = self.home / served.folder
        target.parent.mkdir(parents=True, exist_ok=True)
        # One gateway has the home: what is left of another one was cut short.
        for left in target.parent.glob(f"{INCOMING}*"):
            shutil.rmtree(left, ignore_errors=True)
        files = _listed(client, f"{self.base}/models/{served.digest}", served)
        passing = Path(tempfile.mkdtemp(prefix=INCOMING, dir=target.parent))
        try:
            for file in files:
                place = f"{self.base}/models/{served.digest}/files/{file.sha256}"
                _download(client, place, file, passing)
            passing.chmod(0o755)
            target.with_name(f"{MARK}{served.digest}").touch()
            passing.rename(target)
            _sync(target.parent)
        finally:
            shutil.rmtree(passing, ignore_errors=True)


def is_fetched(served: Served) -> bool:
    """Whether a version's files lie where fetched ones are put; nothing is written elsewhere."""
    return served.folder == f"{FETCHED}/{served.digest}"


def _listed(client: httpx.Client, place: str, served: Served) -> tuple[SealedFile, ...]:
    answer = client.get(place)
    answer.raise_for_status()
    if len(answer.content) > LARGEST_LIST:
        raise Invalid(field=served.key, value=len(answer.content), expected="a list of its files")
    files = msgspec.json.decode(answer.content, type=SealedFiles).items
    found = digest_over((one.path, one.size, one.sha256) for one in files)
    if found != served.digest:
        raise Broken(
            field=served.key, value=found[:16], expected=f"{served.digest[:16]}…, as it was sealed"
        )
    for one in files:
        path = PurePosixPath(one.path)
        if path.is_absolute() or ".." in path.parts or "\\" in one.path or "\0" in one.path:
            raise Invalid(field=served.key, value=one.path, expected="a file within its folder")
    return files


def _download(client: httpx.Client, place: str, file: SealedFile, folder: Path) -> None:
    target = folder / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    hashed, size = hashlib.sha256(), 0
    with client.stream("GET", place) as answer, target.open("wb") as copy:
        answer.raise_for_status()
        for chunk in answer.iter_bytes():
            size += len(chunk)
            if size > file.size:
                break
            hashed.update(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    if size != file.size or hashed.hexdigest() != file.sha256:
        raise Broken(field=file.path, value=f"{size} bytes", expected=f"{file.size}, as was sealed")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
