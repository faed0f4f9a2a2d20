"""An import that is under way, or was interrupted: what is there then is nobody's installation."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gonogo.app.settings import Settings
from gonogo.core.errors import Conflict

NAME = "importing"


def is_marked(settings: Settings) -> bool:
    """Whether an import was begun and did not end."""
    return _mark(settings).exists()


def refuse(settings: Settings) -> None:
    """Go on if no import is under way; raises `Conflict`."""
    if is_marked(settings):
        raise Conflict(
            field="GONOGO_HOME",
            value=str(settings.home),
            expected="an import that came to its end; run `gonogo import` again, it starts anew",
            message="An import into this installation was interrupted",
        )


@contextmanager
def marked(settings: Settings) -> Iterator[None]:
    """The mark while the block runs; killed within it, the mark stays."""
    _mark(settings).touch(mode=0o600)
    try:
        yield
    finally:
        forget(settings)


def forget(settings: Settings) -> None:
    """Take the mark away."""
    _mark(settings).unlink(missing_ok=True)


def _mark(settings: Settings) -> Path:
    return settings.home / NAME
