"""The server: whom it believes."""

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI

from gonogo.app.serving import server_of
from gonogo.app.settings import read


@pytest.mark.parametrize("behind_tls", [False, True])
def test_where_a_request_comes_from_is_believed_of_a_proxy_alone(
    tmp_path: Path, *, behind_tls: bool
) -> None:
    """Else who guesses passwords says to come from another address each time."""
    settings = replace(read({"GONOGO_HOME": str(tmp_path)}), behind_tls=behind_tls)
    assert server_of(FastAPI(), settings).config.proxy_headers is behind_tls
