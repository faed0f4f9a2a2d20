"""Files by their content, under one interface: a local folder or an object store."""

import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, BinaryIO

from gonogo.core.errors import Broken, Invalid, NotFound, TooLarge, Unavailable

CHUNK = 1024 * 1024
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that was put away."""

    digest: str
    """SHA-256 of its bytes, and its name here."""
    size: int
    """Bytes."""


class Files:
    """Immutable files, each named by the SHA-256 of its bytes.

    `place` is a folder or a URL that fsspec understands: `/srv/gonogo/files`, `s3://bucket/gonogo`.
    """

    def __init__(self, place: str) -> None:
        # Waits until needed: the command line shows its help without it.
        from fsspec.core import url_to_fs

        self.place = place
        self._system: Any
        self._root: str
        try:
            self._system, self._root = url_to_fs(place, **_options(place))
        except (ValueError, ImportError) as error:
            raise Invalid(
                field="GONOGO_FILES",
                value=place,
                expected=f"a folder, or a URL such as s3://bucket/folder ({error})",
            ) from error

    def put(self, stream: BinaryIO | IO[bytes], most: int | None = None) -> Stored:
        """Put the bytes of `stream` away; raises `TooLarge` beyond `most` bytes.

        Written under a passing name and moved when complete, so that a name always stands for a
        whole file. Putting the same bytes again changes nothing.
        """
        hashed = hashlib.sha256()
        size = 0
        passing = f"{self._root}/incoming/{_passing_name()}"
        with _outage():
            self._system.makedirs(f"{self._root}/incoming", exist_ok=True)
            try:
                with self._system.open(passing, "wb") as target:
                    while chunk := stream.read(CHUNK):
                        size += len(chunk)
                        if most is not None and size > most:
                            raise TooLarge(
                                field="file",
                                value=f"over {size:,} bytes",
                                expected=f"at most {most:,}",
                            )
                        hashed.update(chunk)
                        target.write(chunk)
                digest = hashed.hexdigest()
                path = self._path(digest)
                if self._system.exists(path):
                    self._system.rm(passing)
                else:
                    self._system.makedirs(path.rpartition("/")[0], exist_ok=True)
                    self._system.mv(passing, path)
            except BaseException:
                if self._system.exists(passing):
                    self._system.rm(passing)
                raise
        return Stored(digest, size)

    @contextmanager
    def open(self, digest: str) -> Iterator[BinaryIO]:
        """The file called `digest`, to read; raises `NotFound`."""
        path = self._path(digest)
        with _outage():
            if not self._system.exists(path):
                raise NotFound(field="file", value=digest, expected="a file that was put away here")
            with self._system.open(path, "rb") as source:
                yield source

    def verify(self, digest: str) -> None:
        """Read the file and compare; raises `Broken` where its bytes are not what they were."""
        hashed = hashlib.sha256()
        with self.open(digest) as source:
            while chunk := source.read(CHUNK):
                hashed.update(chunk)
        if hashed.hexdigest() != digest:
            raise Broken(
                field="file",
                value=hashed.hexdigest(),
                expected=f"bytes whose SHA-256 is {digest}",
                message="The file changed after it was put away",
            )

    def has(self, digest: str) -> bool:
        """Whether a file of this name was put away."""
        with _outage():
            return bool(self._system.exists(self._path(digest)))

    def discard(self, digest: str) -> None:
        """Take back a file that was put away by mistake, as by an import that failed."""
        with _outage():
            if self._system.exists(self._path(digest)):
                self._system.rm(self._path(digest))

    def local_path(self, digest: str) -> str | None:
        """Where the file lies on this machine, None on an object store."""
        protocol = self._system.protocol
        names = (protocol,) if isinstance(protocol, str) else protocol
        return self._path(digest) if "file" in names else None

    def all(self) -> Iterator[str]:
        """The digests of all files."""
        with _outage():
            if not self._system.exists(f"{self._root}/sha256"):
                return
            for path in sorted(self._system.find(f"{self._root}/sha256")):
                yield path.rpartition("/")[2]

    def _path(self, digest: str) -> str:
        if not DIGEST.fullmatch(digest):
            raise NotFound(field="file", value=digest, expected="64 hexadecimal digits")
        return f"{self._root}/sha256/{digest[:2]}/{digest}"


def _options(place: str) -> dict[str, Any]:
    """Options fsspec takes for `place`; a local store makes its folders itself."""
    return {} if "://" in place else {"auto_mkdir": True}


def _passing_name() -> str:
    return secrets.token_hex(16)


@contextmanager
def _outage() -> Iterator[None]:
    try:
        yield
    except (OSError, TimeoutError) as error:
        raise Unavailable(
            field="files", value=str(error), expected="a file store that answers and has room"
        ) from error
