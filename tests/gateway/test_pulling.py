"""Snapshots from elsewhere: fetched when they are new, kept when nobody answers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

from gonogo.core.snapshot import Snapshot, decode, encode
from gonogo.gateway.pulling import Puller


@dataclass
class Plane:
    """A control plane that has one snapshot."""

    text: bytes
    tag: str = '"1"'
    asked: list[tuple[str | None, str | None]] = field(default_factory=list)
    url: str = ""


@contextmanager
def serving(plane: Plane) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.headers.get("if-none-match")
            plane.asked.append((known, self.headers.get("authorization")))
            self.send_response(304 if known == plane.tag else 200)
            self.send_header("etag", plane.tag)
            self.end_headers()
            if known != plane.tag:
                self.wfile.write(plane.text)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        plane.url = f"http://127.0.0.1:{server.server_port}/snapshot"
        yield
        server.shutdown()
        thread.join()


def test_only_what_is_new_is_taken_and_the_last_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    plane = Plane(encode(Snapshot(1, "2026-11-21T10:30:00Z")))
    with serving(plane):
        pull = Puller(plane.url, path, count().__next__, "secret")
        pull()
        inode = path.stat().st_ino
        pull()
        assert plane.asked == [(None, "Bearer secret"), ('"1"', "Bearer secret")]
        assert path.stat().st_ino == inode
        plane.text, plane.tag = encode(Snapshot(2, "2026-11-21T10:31:00Z")), '"2"'
        pull()
        assert decode(path.read_bytes()).number == 2
        plane.text, plane.tag = b"<html>an error page</html>", '"3"'
        pull()
        assert pull.error is not None
        assert decode(path.read_bytes()).number == 2
    pull()
    assert pull.error is not None
    assert decode(path.read_bytes()).number == 2
    pull._client.close()
