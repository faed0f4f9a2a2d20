"""Tests of the bound on a request's body: declared or not, refused before it is read whole."""

from collections.abc import Iterator

import httpx

from gonogo.core.roles import Role
from tests.fixtures.rest import LIMITS, Api, Written, refused

MIB = 1024 * 1024


class Flow:
    """A body that comes piece by piece, and how much of it was taken."""

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces
        self.taken = 0

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self.pieces):
            self.taken += 1
            yield b" " * MIB


class TestBody:
    def test_a_declared_length_is_refused_unread(self, api: Api, everything: Written) -> None:
        """50 MB: the answer comes before the first byte is taken."""
        manager = api.by(Role.MANAGER)
        before = everything()
        flow = Flow(50)
        headers = {"Content-Type": "application/json", "Content-Length": str(50 * MIB)}
        answer = manager.post("/cases", content=iter(flow), headers=headers)
        told = refused(answer, 413, "body")
        assert f"{LIMITS.body:,}" in told["expected"]
        assert flow.taken == 0
        assert everything() == before

    def test_without_a_length_it_is_counted_while_it_comes(
        self, api: Api, everything: Written
    ) -> None:
        """And cut off at the bound."""
        manager = api.by(Role.MANAGER)
        before = everything()
        flow = Flow(50)
        answer = manager.post(
            "/cases", content=iter(flow), headers={"Content-Type": "application/json"}
        )
        refused(answer, 413, "body")
        assert flow.taken <= 3
        assert everything() == before

    def test_an_upload_has_a_bound_of_its_own(self, api: Api, everything: Written) -> None:
        """Beyond it no file stays behind."""
        scientist = api.by(Role.DATA_SCIENTIST)
        before = everything()
        answer = scientist.post(
            "/datasets/loans/versions",
            data={"about": "{}"},
            files={"file": ("rows.csv", b"a,b\n" * (LIMITS.upload // 4), "text/csv")},
        )
        refused(answer, 413)
        assert everything() == before

    def test_a_length_that_is_no_number_is_refused(self, api: Api) -> None:
        """Whatever it was meant to say."""
        for length in ("-1", "many", "1e9", "9" * 5000):
            request = httpx.Request(
                "POST",
                f"{api.operator.base_url}cases",
                content=b"{}",
                headers={"Content-Length": length, "Content-Type": "application/json"},
            )
            refused(api.operator.send(request), 413, "body")

    def test_a_body_within_the_bound_is_read(self, api: Api) -> None:
        """Refused for what it says, not for its size."""
        body = b'{"slug": "x", "problem": "' + b"x" * (LIMITS.body // 2) + b'"}'
        answer = api.by(Role.MANAGER).post(
            "/cases", content=body, headers={"Content-Type": "application/json"}
        )
        refused(answer, 422)
