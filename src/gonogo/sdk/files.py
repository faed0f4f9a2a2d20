"""Files on this machine, opened to be read."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from gonogo.core.errors import NotFound


@contextmanager
def opened(file: Path, field: str = "file") -> Iterator[BufferedReader]:
    """`file`, to be read; raises `NotFound` naming `field` where that cannot be."""
    try:
        source = file.open("rb")
    except OSError as error:
        raise NotFound(
            field=field, value=str(file), expected=f"a readable file ({error.strerror})"
        ) from error
    with source:
        yield source
