"""The home is its owner's alone: it holds password hashes, sessions and everybody's data."""

from contextlib import suppress
from pathlib import Path

OTHERS = 0o077


def make_home(home: Path) -> None:
    """Make the folder, shut to all other accounts of this machine; an empty one is shut too.

    A folder that holds things already stays as whoever made it wants it.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if home.stat().st_mode & OTHERS and not any(home.iterdir()):
        # Somebody else's folder, or a file system without permissions.
        with suppress(PermissionError):
            home.chmod(0o700)
