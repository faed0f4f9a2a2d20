"""Serving: `gonogo up`, and the same server in a thread for those who need one for a while."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from gonogo.app.settings import Settings
from gonogo.core.errors import Unavailable

START_SECONDS = 60
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # compared with what was set


def server_of(app: FastAPI, settings: Settings, *, quiet: bool = False) -> uvicorn.Server:
    """A server for `app` where `settings` say."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_level="warning" if quiet else "info",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
            # Without a proxy in front, anybody here could say to come from anywhere, and guess
            # passwords from as many addresses as it likes.
            proxy_headers=settings.behind_tls,
            forwarded_allow_ips="127.0.0.1",
        )
    )


@contextmanager
def served(app: FastAPI, settings: Settings) -> Iterator[str]:
    """`app`, served from a thread until the block ends; its address.

    With port 0 the system chooses a free one. Raises `Unavailable` where it cannot listen.
    """
    server = server_of(app, settings, quiet=True)
    thread = threading.Thread(target=server.run, name="gonogo-server", daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise Unavailable(
                field="GONOGO_PORT",
                value=settings.port,
                expected="a free port; another program listens there",
            )
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://{_reached_at(settings.host)}:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=15)


def _reached_at(host: str) -> str:
    """The address by which this machine reaches itself when it listens on `host`.

    >>> _reached_at("0.0.0.0"), _reached_at("::1")
    ('127.0.0.1', '[::1]')
    """
    if host in EVERYWHERE:
        return "127.0.0.1" if host == "0.0.0.0" else "[::1]"  # noqa: S104  # where, not a binding
    return f"[{host}]" if ":" in host else host


def warn_of_binding(settings: Settings) -> None:
    """Say so where the console can be reached from elsewhere without TLS in front."""
    if not settings.on_loopback and not settings.behind_tls:
        sys.stderr.write(
            f"gonogo: warning: listening on {settings.host} without TLS in front. Passwords and "
            "tokens travel readable. Put a TLS proxy in front and set GONOGO_BEHIND_TLS=yes, or "
            "listen on 127.0.0.1.\n"
        )
