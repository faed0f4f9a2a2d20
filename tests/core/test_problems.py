"""A refusal is told alike by whoever speaks HTTP."""

import json

import pytest

from gonogo.core.errors import GonogoError, Invalid, Kind, Unauthenticated
from gonogo.core.problems import STATUS, told
from gonogo.gateway import exchange
from gonogo.interfaces.api import problems

REFUSALS = (
    Invalid(field="age", value=-1, expected="0 or more"),
    Invalid(field="na\ud800me", value="half\ud800", expected="text"),
    Unauthenticated(field="token", expected="a token"),
)


class TestStatus:
    @pytest.mark.parametrize("kind", Kind)
    def test_every_kind_has_one(self, kind: Kind) -> None:
        assert 400 <= STATUS[kind] < 600


class TestTold:
    @pytest.mark.parametrize(
        "error", REFUSALS, ids=lambda one: one.field.encode("utf-8", "replace")
    )
    def test_the_gateway_tells_what_rest_tells(self, error: GonogoError) -> None:
        """Body, status and media type."""
        gateway, rest = exchange.problem(error), problems.problem(error)
        assert json.loads(gateway.body) == json.loads(bytes(rest.body))
        assert gateway.status == rest.status_code
        assert dict(gateway.headers)["content-type"] == rest.headers["content-type"]

    @pytest.mark.parametrize(
        ("value", "sent"),
        [
            (True, True),
            (2**53 - 1, 2**53 - 1),
            (2**53, str(2**53)),
            (None, None),
            ("a\ud800", "a\\ud800"),
        ],
    )
    def test_a_value_is_sent_as_every_reader_can_take_it(self, value: object, sent: object) -> None:
        assert told(Invalid(field="x", value=value, expected="y")).value == sent

    def test_a_long_value_is_shortened(self) -> None:
        sent = told(Invalid(field="x", value="a" * 10_000, expected="y")).value
        assert isinstance(sent, str)
        assert len(sent) <= 200
