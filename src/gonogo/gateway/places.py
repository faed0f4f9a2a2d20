"""Where a gateway keeps what, and where what it reads is put."""

from dataclasses import dataclass
from pathlib import Path

from gonogo.core.troubles import NAME


@dataclass(frozen=True, slots=True)
class Places:
    """Where a gateway keeps what, below the installation's home."""

    home: Path

    @property
    def folder(self) -> Path:
        """What is the gateway's own."""
        return self.home / "gateway"

    @property
    def snapshot(self) -> Path:
        """What the control plane publishes."""
        return self.folder / "snapshot.json"

    @property
    def whole(self) -> Path:
        """The last table fetched from elsewhere of which every version was here."""
        return self.folder / "snapshot.whole.json"

    @property
    def incidents(self) -> Path:
        """What went wrong, one JSON a line."""
        return self.folder / NAME

    @property
    def lock(self) -> Path:
        """Held by the one gateway of the home."""
        return self.folder / "lock"

    @property
    def running(self) -> Path:
        """Process and address of the gateway that holds the lock."""
        return self.folder / "running.json"

    @property
    def decisions(self) -> Path:
        """The decision log."""
        return self.home / "decisions"

    @property
    def online(self) -> Path:
        """Rolling windows and values of entities."""
        return self.folder / "online"

    def of_model(self, folder: str) -> Path:
        """Where a version's files are: below the home, where no place is said."""
        return self.home / folder
