"""Which files are models, and which are refused without being loaded."""

import bz2
import gzip
import io
import lzma
import os
import pickle  # made here, never loaded
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.checks.predictors.detect import Format, inspect_model
from gonogo.checks.predictors.pickles import is_pickle, suspicious
from gonogo.core.errors import Invalid

TREES = b"tree\nversion=v4\nnum_class=1\n"


class Boom:
    """Unpickling it would leave a file behind."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, int]]:
        return (os.mkdir, ("unpickled", 0o700))


PROTOCOLS = [pickle.dumps(Boom(), protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]


def zipped(name: str, content: bytes) -> bytes:
    """A zip of one file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def tarred(name: str, content: bytes) -> bytes:
    """A tar of one file."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def objects() -> bytes:
    """NumPy's file of an array of objects."""
    kept = io.BytesIO()
    np.save(kept, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return kept.getvalue()


PACKED = {
    **{f"protocol {number}": content for number, content in enumerate(PROTOCOLS)},
    "gzip": gzip.compress(PROTOCOLS[4]),
    "bzip2": bz2.compress(PROTOCOLS[4]),
    "xz": lzma.compress(PROTOCOLS[2]),
    "zlib": zlib.compress(PROTOCOLS[2]),
    "zip": zipped("data.bin", PROTOCOLS[4]),
    "zip in a zip": zipped("inner.zip", zipped("data.bin", PROTOCOLS[4])),
    "tar": tarred("data.bin", PROTOCOLS[0]),
    "gzipped tar": gzip.compress(tarred("data.bin", PROTOCOLS[4])),
    "array of objects": objects(),
    "no zip at all": b"PK\x03\x04" + bytes(60) + b"PK\x05\x06" + bytes(18),
}


class TestSuspicious:
    @pytest.mark.parametrize("content", PACKED.values(), ids=PACKED.keys())
    def test_a_pickle_is_found_however_it_is_packed(
        self, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """By its bytes, under an innocent name, and without running it."""
        monkeypatch.chdir(tmp_path)
        path = tmp_path / "weights.bin"
        path.write_bytes(content)
        assert suspicious(path) is not None or content == PACKED["no zip at all"]
        assert not (tmp_path / "unpickled").exists()

    @pytest.mark.parametrize("name", ["model.pkl", "model.JOBLIB", "model.pt", "model.pickle"])
    def test_an_ending_that_loaders_unpickle_is_enough(self, name: str, tmp_path: Path) -> None:
        (tmp_path / name).write_bytes(b"anything")
        assert "loaders unpickle" in str(suspicious(tmp_path / name))

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            TREES,
            b"scikit-learn==1.9.0\nskops==0.13\n",
            b"name: mlflow-env\ndependencies:\n- python=3.11\n",
            b'{"a": [1, 2]}',
            b"I am a sentence. It has two parts.",
            zipped("schema.json", b"{}"),
        ],
        ids=["empty", "trees", "requirements", "environment", "JSON", "prose", "zip"],
    )
    def test_what_is_no_pickle_passes(self, content: bytes, tmp_path: Path) -> None:
        path = tmp_path / "file"
        path.write_bytes(content)
        assert suspicious(path) is None

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ),
        st.integers(2, pickle.HIGHEST_PROTOCOL),
    )
    def test_every_binary_pickle_is_known(self, value: object, protocol: int) -> None:
        assert is_pickle(pickle.dumps(value, protocol))


class TestInspect:
    def test_a_model_is_recognised_by_its_bytes(self, tmp_path: Path) -> None:
        (tmp_path / "anything").write_bytes(TREES)
        assert inspect_model(tmp_path).format is Format.LIGHTGBM

    def test_a_pickle_anywhere_in_the_folder_is_refused_by_name(self, tmp_path: Path) -> None:
        (tmp_path / "model.lgb").write_bytes(TREES)
        (tmp_path / "extra").mkdir()
        (tmp_path / "extra" / "encoder.bin").write_bytes(PROTOCOLS[4])
        with pytest.raises(Invalid, match=r"extra/encoder\.bin is a pickle"):
            inspect_model(tmp_path)

    def test_a_link_that_leads_out_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "outside").write_bytes(TREES)
        folder = tmp_path / "folder"
        folder.mkdir()
        (folder / "model.lgb").symlink_to(tmp_path / "outside")
        with pytest.raises(Invalid, match="lead out"):
            inspect_model(folder)

    @pytest.mark.parametrize("names", [(), ("a.lgb", "b.lgb")])
    def test_none_and_several_are_refused(self, names: tuple[str, ...], tmp_path: Path) -> None:
        for name in names:
            (tmp_path / name).write_bytes(TREES)
        with pytest.raises(Invalid, match="one model file"):
            inspect_model(tmp_path)

    def test_mlflow_says_which_of_several_it_is(self, tmp_path: Path) -> None:
        for name in ("a.lgb", "b.lgb"):
            (tmp_path / name).write_bytes(TREES)
        (tmp_path / "MLmodel").write_text("flavors: {lightgbm: {data: b.lgb}}\n")
        assert inspect_model(tmp_path).path == "b.lgb"
