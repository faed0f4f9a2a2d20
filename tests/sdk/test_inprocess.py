"""An application in this process: what it raises is answered, and told in the log."""

import logging
from typing import Any

import httpx
import pytest

from gonogo.sdk.inprocess import InProcess


async def broken(_scope: Any, _receive: Any, _send: Any) -> None:
    """An application that fails."""
    raise RuntimeError("the disk is on fire")


def test_what_goes_wrong_is_logged_with_its_cause(caplog: pytest.LogCaptureFixture) -> None:
    transport = InProcess(broken, operator=True)
    caplog.set_level(logging.ERROR, logger="gonogo.inprocess")
    with httpx.Client(transport=transport, base_url="http://gonogo.invalid") as http:
        assert http.get("/api/v1/cases").status_code == 500
    (record,) = caplog.records
    assert record.getMessage() == "GET /api/v1/cases failed"
    assert record.exc_info is not None
    assert "the disk is on fire" in str(record.exc_info[1])
