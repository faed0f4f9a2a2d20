"""Files by their content: on a folder and on an object store alike."""

import io
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, cast

import boto3
import pytest
from moto.server import ThreadedMotoServer

from gonogo.core.errors import Broken, Invalid, NotFound, TooLarge
from gonogo.store.files import CHUNK, Files

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def object_store() -> Iterator[str]:
    """An object store with an empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "invented")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "invented")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        boto3.client("s3").create_bucket(Bucket="bucket")
        yield "s3://bucket"
    server.stop()


@pytest.fixture(params=["folder", "object store"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    if request.param == "folder":
        return Files(str(tmp_path / "files"))
    return Files(f"{request.getfixturevalue('object_store')}/{tmp_path.name}")


def read(files: Files, digest: str) -> bytes:
    with files.open(digest) as source:
        return source.read()


class Failing(io.RawIOBase):
    """A stream that breaks off."""

    def __init__(self) -> None:
        self._pieces = iter([b"a" * 100])

    def read(self, _: int = -1) -> bytes:
        piece = next(self._pieces, None)
        if piece is None:
            raise ConnectionResetError
        return piece


class TestPut:
    @pytest.mark.parametrize("content", [b"", b"x", b"ab" * CHUNK + b"c"])
    def test_names_a_file_by_its_content(self, files: Files, content: bytes) -> None:
        stored = files.put(io.BytesIO(content))
        assert (stored.digest, stored.size) == (sha256(content).hexdigest(), len(content))
        assert read(files, stored.digest) == content

    def test_again_changes_nothing(self, files: Files) -> None:
        first = files.put(io.BytesIO(b"same"))
        assert files.put(io.BytesIO(b"same")) == first
        assert list(files.all()) == [first.digest]

    def test_what_is_too_large_leaves_nothing(self, files: Files) -> None:
        with pytest.raises(TooLarge):
            files.put(io.BytesIO(b"x" * 1001), most=1000)
        assert files.put(io.BytesIO(b"x" * 1000), most=1000).size == 1000
        assert len(list(files.all())) == 1

    def test_what_breaks_off_leaves_nothing(self, files: Files) -> None:
        """A name stands for a whole file, always."""
        with pytest.raises(Exception, match="files"):
            files.put(cast("BinaryIO", Failing()))
        assert list(files.all()) == []


class TestOpen:
    @pytest.mark.parametrize("digest", ["a" * 64, "", "../../etc/passwd", "A" * 64, "a" * 63])
    def test_what_is_not_there_is_not_found(self, files: Files, digest: str) -> None:
        with pytest.raises(NotFound):
            read(files, digest)


class TestVerify:
    def test_finds_a_changed_file(self, tmp_path: Path) -> None:
        files = Files(str(tmp_path))
        digest = files.put(io.BytesIO(b"as it was")).digest
        files.verify(digest)
        Path(files.local_path(digest) or "").write_bytes(b"as it is")
        with pytest.raises(Broken, match="changed"):
            files.verify(digest)


class TestDiscard:
    def test_takes_back_what_was_put_away(self, files: Files) -> None:
        digest = files.put(io.BytesIO(b"by mistake")).digest
        assert files.has(digest)
        files.discard(digest)
        assert not files.has(digest)
        files.discard(digest)


class TestPlace:
    def test_one_that_cannot_be_understood_names_the_setting(self) -> None:
        with pytest.raises(Invalid, match="GONOGO_FILES"):
            Files("gopher://files")
