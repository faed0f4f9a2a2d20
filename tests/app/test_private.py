"""The home of an installation, as the other accounts of the machine see it."""

from pathlib import Path

from gonogo.app.private import make_home


def mode_of(folder: Path) -> int:
    return folder.stat().st_mode & 0o777


class TestMakeHome:
    def test_new_one_is_shut_to_others(self, tmp_path: Path) -> None:
        """Also where the folders above it are new."""
        home = tmp_path / "above" / "home"
        make_home(home)
        assert mode_of(home) == 0o700

    def test_empty_one_that_was_open_is_shut(self, tmp_path: Path) -> None:
        """Whoever runs `mkdir` first does not open password hashes to everybody."""
        tmp_path.chmod(0o755)
        make_home(tmp_path)
        assert mode_of(tmp_path) == 0o700

    def test_one_that_holds_something_stays_as_it_is(self, tmp_path: Path) -> None:
        """It may be anybody's, and used for more than this."""
        tmp_path.chmod(0o755)
        (tmp_path / "notes.txt").touch()
        make_home(tmp_path)
        assert mode_of(tmp_path) == 0o755
