"""The picture of the README is taken of a flown mission, and leaves its home alone."""

from pathlib import Path

from PIL import Image

from tools.screenshots import HEIGHT, IMAGES, SCALE, WIDTH, main


def test_takes_the_picture_that_the_readme_shows(flown: Path, tmp_path: Path) -> None:
    """Sharp and small; the home that it was taken of is as it was."""
    before = (flown / "gonogo.db").read_bytes()
    assert main([str(flown)], tmp_path) == 0
    taken = {path.name for path in tmp_path.glob("*.png")}
    assert taken == {path.name for path in IMAGES.iterdir()}
    for name in taken:
        with Image.open(tmp_path / name) as picture:
            assert picture.size == (int(WIDTH * SCALE), int(HEIGHT * SCALE))
        assert (tmp_path / name).stat().st_size < 200 * 1024
    assert (flown / "gonogo.db").read_bytes() == before
