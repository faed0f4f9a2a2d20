"""`gonogo up`: where it listens, what it says, how it ends."""

import re
import signal
import socket
import subprocess
import threading
from pathlib import Path

import httpx
import pytest

from gonogo.app.serving import warn_of_binding
from gonogo.app.settings import read
from tests.fixtures.servers import GONOGO, Server, environment, started

EVERYWHERE = "0.0.0.0"  # noqa: S104  # the very binding that is warned of


class TestStart:
    def test_listens_on_loopback_and_says_where(self, server: Server) -> None:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", server.url)
        assert httpx.get(f"{server.url}/healthz").status_code == 200
        assert httpx.get(f"{server.url}/readyz").status_code == 200
        assert "warning" not in server.output
        assert f"kept in       {server.home}" in server.output

    def test_prints_a_link_that_signs_in_once(self, server: Server) -> None:
        page = httpx.get(server.sign_in_link)
        assert page.status_code == 200
        assert 'name="link"' in page.text

    def test_its_folder_is_nobody_elses(self, server: Server) -> None:
        assert server.home.stat().st_mode & 0o077 == 0

    def test_nothing_is_told_without_signing_in(self, server: Server) -> None:
        assert httpx.get(f"{server.url}/api/v1/cases").status_code == 401
        assert (
            httpx.get(f"{server.url}/mlflow/api/2.0/mlflow/experiments/search").status_code == 401
        )

    def test_a_port_in_use_is_told_by_name(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            done = subprocess.run(
                [GONOGO, "up", "--port", port],
                cwd=tmp_path,
                env=environment(tmp_path / "home"),
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
        assert done.returncode == 70
        assert f"GONOGO_PORT is {port}" in done.stderr
        assert "another program listens there" in done.stderr
        assert "Traceback" not in done.stderr

    @pytest.mark.parametrize(
        ("name", "value"), [("GONOGO_PORT", "eighty"), ("GONOGO_BEHIND_TLS", "perhaps")]
    )
    def test_a_wrong_setting_stops_it_by_name(self, tmp_path: Path, name: str, value: str) -> None:
        done = subprocess.run(
            [GONOGO, "up"],
            cwd=tmp_path,
            env=environment(tmp_path / "home", **{name: value}),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 2
        assert f"{name} is '{value}'" in done.stderr
        assert not (tmp_path / "home").exists()


class TestElsewhere:
    def test_without_tls_in_front_it_warns(self, capsys: pytest.CaptureFixture[str]) -> None:
        warn_of_binding(read({"GONOGO_HOST": EVERYWHERE}))
        told = capsys.readouterr().err
        assert "listening on 0.0.0.0 without TLS" in told
        assert "GONOGO_BEHIND_TLS=yes" in told

    @pytest.mark.parametrize(
        "settings",
        [{}, {"GONOGO_HOST": "::1"}, {"GONOGO_HOST": EVERYWHERE, "GONOGO_BEHIND_TLS": "yes"}],
    )
    def test_else_it_does_not(
        self, settings: dict[str, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        warn_of_binding(read(settings))
        assert capsys.readouterr().err == ""


class TestStop:
    def test_what_was_asked_before_is_answered(self, tmp_path: Path) -> None:
        """SIGTERM: the request under way is answered, the process ends with 0, the port is free."""
        with started(
            tmp_path / "home", settings={"GONOGO_PORT": "0", "GONOGO_HOST": EVERYWHERE}
        ) as it:
            assert "warning: listening on 0.0.0.0" in it.output
            port = int(it.url.rpartition(":")[2])
            with socket.create_connection(("127.0.0.1", port)) as under_way:
                under_way.sendall(
                    b"POST /api/v1/policies/check HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                    b"Content-Length: 2\r\nContent-Type: application/json\r\n\r\n{"
                )
                sent = threading.Timer(1.0, under_way.sendall, (b"}",))
                sent.start()
                code = it.stop()
                answer = under_way.recv(100)
                sent.join()
            assert answer.startswith(b"HTTP/1.1 401")
            assert code == 0
            assert "Traceback" not in it.output
            with socket.create_server(("127.0.0.1", port)):
                pass

    def test_ctrl_c_ends_it_as_well(self, tmp_path: Path) -> None:
        with started(tmp_path / "home", "--port", "0", settings={}) as it:
            assert it.stop(signal.SIGINT) == 0
            assert "Traceback" not in it.output
            assert {one.name for one in tmp_path.iterdir()} == {"home", "home.log"}
