"""Where a version's files lie, and how to read them: through MLflow, or from an object store."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Protocol, cast
from urllib.parse import quote, unquote, urlsplit

import httpx

from gonogo.core.errors import Conflict, NotFound, Unavailable
from gonogo.core.tracking import TrackedFile
from gonogo.integrations.mlflow.rest import ARTIFACTS, answering, read

REMOTE = frozenset({"s3", "s3a", "gs", "gcs", "wasb", "wasbs", "abfs", "abfss", "hdfs"})
"""Schemes of stores that are read without MLflow; what is not named could be any file of ours."""
CHUNK = 1024 * 1024
IN_MEMORY = 8 * 1024 * 1024


class Place(Protocol):
    """A folder of files."""

    def files(self) -> list[TrackedFile]:
        """All files below the folder, by path."""
        ...

    def open(self, path: str) -> Iterator[bytes]:
        """One file's bytes, piece by piece; raises `NotFound`."""
        ...


class Proxied:
    """A folder that MLflow's server reads for us."""

    def __init__(self, http: httpx.Client, root: str) -> None:
        self._http = http
        self.root = root

    def files(self) -> list[TrackedFile]:
        """All files below the folder."""
        return sorted(self._below(""), key=lambda file: file.path)

    def open(self, path: str) -> Iterator[bytes]:
        """The file's bytes, piece by piece; raises `NotFound`."""
        with (
            answering(),
            self._http.stream("GET", f"{ARTIFACTS}/{quote(f'{self.root}/{path}')}") as response,
        ):
            if not response.is_success:
                response.read()
                if not self._lists(path):
                    raise NotFound(field="path", value=path, expected="one of the version's files")
                read(response, field="path", value=path)
            yield from response.iter_bytes(CHUNK)

    def _lists(self, path: str) -> bool:
        # On an object store MLflow fails in a way of its own where there is no such file.
        folder = path.rpartition("/")[0]
        return any(file.path == path for file in self._below(folder))

    def _below(self, folder: str) -> Iterator[TrackedFile]:
        where = f"{self.root}/{folder}".rstrip("/")
        with answering():
            response = self._http.get(ARTIFACTS, params={"path": where})
            found = read(response, field="path", value=where)
        for entry in found.get("files", ()):
            path = f"{folder}/{checked(entry['path'])}".lstrip("/")
            if entry.get("is_dir"):
                yield from self._below(path)
            else:
                yield TrackedFile(path, int(entry.get("file_size") or 0))


class Remote:
    """A folder on an object store that clients wrote to themselves."""

    def __init__(self, url: str) -> None:
        from fsspec.core import url_to_fs

        self._url = url
        try:
            found, root = url_to_fs(url)
        except (ValueError, ImportError) as error:
            raise _unreadable(url, str(error)) from error
        self._system: Any = found
        self._root = str(root).rstrip("/")

    def files(self) -> list[TrackedFile]:
        """All files below the folder."""
        try:
            found = self._system.find(self._root, detail=True)
        except OSError as error:
            raise _unreadable(self._url, str(error)) from error
        return [
            TrackedFile(checked(str(path).removeprefix(f"{self._root}/")), int(details["size"]))
            for path, details in sorted(found.items())
        ]

    def open(self, path: str) -> Iterator[bytes]:
        """The file's bytes, piece by piece; raises `NotFound`."""
        try:
            with self._system.open(f"{self._root}/{checked(path)}", "rb") as source:
                while chunk := source.read(CHUNK):
                    yield chunk
        except FileNotFoundError as error:
            raise NotFound(
                field="path", value=path, expected="one of the version's files"
            ) from error
        except OSError as error:
            raise _unreadable(self._url, str(error)) from error


def place_of(uri: str, http: httpx.Client) -> Place:
    """The folder at `uri`, as MLflow's registry names it."""
    try:
        root, scheme = proxied_root(uri, http), urlsplit(uri).scheme.lower()
    except ValueError:
        root, scheme = None, ""
    if root is not None:
        return Proxied(http, root)
    if scheme not in REMOTE or "::" in uri:
        # A registered path names a place on the machine that wrote it; read here, it could be any
        # file of this one, and by some schemes ("local", "dir", "zip" and what they are chained
        # with) or an address within our network it is.
        raise Conflict(
            field="source",
            value=uri,
            expected="artifacts that go through the MLflow server or lie on an object store",
            message="gonogo does not read files where this version keeps them",
        )
    return Remote(uri)


def proxied_root(uri: str, http: httpx.Client) -> str | None:
    """The folder below the proxied artifacts' root that `uri` names, None for other places."""
    parts = urlsplit(uri)
    if parts.scheme == "mlflow-artifacts":
        return parts.path.strip("/")
    # Older servers wrote their own address into it.
    before, anchor, path = parts.path.partition(f"{ARTIFACTS}/")
    here = httpx.URL(f"{parts.scheme}://{parts.netloc}{before}") if anchor else None
    if here is not None and str(here).rstrip("/") == str(http.base_url).rstrip("/"):
        return unquote(path).strip("/")
    return None


def checked(path: str) -> str:
    """`path` if it stays below its folder; raises `Conflict`."""
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts or "\\" in path or not path:
        raise Conflict(field="path", value=path, expected="a file below the version's folder")
    return path


@contextmanager
def opened(pieces: Iterator[bytes]) -> Iterator[BinaryIO]:
    """The pieces as a file that can be read and sought, on disk where it is large."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        for piece in pieces:
            spool.write(piece)
        spool.seek(0)
        yield cast("BinaryIO", spool)


def _unreadable(url: str, why: str) -> Unavailable:
    return Unavailable(
        field="source", value=url, expected=f"an object store that gonogo can read ({why})"
    )
