"""What a model's files carry, found without opening them, and whether they are what was sealed."""

import hashlib
import pickle
import zipfile
from pathlib import Path
from typing import Any

import pytest

from gonogo.checks.security.model_files import Kept, stored_model_integrity, unsafe_model_files
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined


def unsafe(folder: Path) -> dict[str, str]:
    found = unsafe_model_files(folder, {})
    listed: Any = found.detail["unsafe"]
    assert isinstance(found.measured, Estimate)
    assert found.measured.exact
    assert found.measured.value == len(listed)
    return {one["path"]: one["why"] for one in listed}


class TestUnsafeModelFiles:
    def test_plain_files_are_safe(self, tmp_path: Path) -> None:
        (tmp_path / "model.txt").write_text("tree\nversion=v4\n")
        (tmp_path / "MLmodel").write_text("flavors: {}\n")
        assert unsafe(tmp_path) == {}

    def test_a_pickle_is_found_however_it_is_called_or_packed(self, tmp_path: Path) -> None:
        code = pickle.dumps({"weights": [1.0]})
        (tmp_path / "weights.bin").write_bytes(code)
        with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
            archive.writestr("inner/data", code)
        found = unsafe(tmp_path)
        assert set(found) == {"weights.bin", "packed.zip"}
        assert "pickle" in found["packed.zip"]

    def test_an_archive_bomb_is_not_set_off(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("zeros", bytes(64 << 20))
        assert "unpacks to 67,108,864" in unsafe(tmp_path)["bomb.zip"]

    def test_ordinary_archives_are_no_bombs(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "model.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("zeros", bytes(1 << 20))
        assert unsafe(tmp_path) == {}

    def test_links_out_of_the_folder_are_unsafe(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("x")
        folder = tmp_path / "model"
        folder.mkdir()
        (folder / "link").symlink_to(tmp_path / "secret")
        assert "leads out" in unsafe(folder)["link"]

    def test_onnx_weights_outside_the_folder_are_unsafe_and_beside_it_told(
        self, tmp_path: Path
    ) -> None:
        import numpy as np
        import onnx

        tensor = onnx.numpy_helper.from_array(np.ones(3, dtype=np.float32), "w")
        onnx.external_data_helper.set_external_data(tensor, location="w.bin")
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        graph = onnx.helper.make_graph([], "g", [], [], [tensor])
        (tmp_path / "m.onnx").write_bytes(onnx.helper.make_model(graph).SerializeToString())
        assert "w.bin" in unsafe(tmp_path)["m.onnx"]
        (tmp_path / "w.bin").write_bytes(bytes(12))
        assert unsafe(tmp_path) == {}
        told = unsafe_model_files(tmp_path, {}).detail["external_weights"]
        assert told == [{"path": "m.onnx", "weights": "w.bin"}]

    def test_no_files_are_no_count(self, tmp_path: Path) -> None:
        assert isinstance(unsafe_model_files(tmp_path, {}).measured, Undefined)

    def test_unknown_parameters_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(Invalid, match="level"):
            unsafe_model_files(tmp_path, {"level": 0.9})


class TestIntegrity:
    def test_changed_and_lost_files_are_told_apart(self) -> None:
        digest = hashlib.sha256(b"model").hexdigest()
        found = stored_model_integrity(
            [
                Kept("a", digest, digest),
                Kept("b", digest, digest),
                Kept("c", digest, "0" * 64),
                Kept("d", digest, None),
            ],
            {},
        )
        assert isinstance(found.measured, Estimate)
        assert (found.measured.value, found.measured.n) == (0.5, 4)
        assert (found.detail["changed"], found.detail["gone"]) == (["c"], ["d"])

    def test_no_files_are_no_share(self) -> None:
        assert isinstance(stored_model_integrity([], {}).measured, Undefined)
