"""Flags by OFREP: the same entity keeps its variant, and who saw what is written down."""

from collections import Counter
from math import sqrt
from typing import Any

import msgspec
import pytest

from gonogo.core.snapshot import Flag, Variant
from gonogo.records.record import Exposure
from tests.fixtures.gateways import CASE, SECRET, TOKEN, Desk

ALL = "/ofrep/v1/evaluate/flags"
SPLIT = Flag(
    "ranking",
    CASE,
    (Variant("ai", True, 0.3), Variant("plain", False, 0.7)),
    salt="s",
    default="ai",
)


def exposures(desk: Desk) -> list[Exposure]:
    return [one for one in desk.records() if isinstance(one, Exposure)]


def context(key: str | None) -> Any:
    return {"context": {} if key is None else {"targetingKey": key}}


class TestOne:
    def test_it_is_evaluated_and_written_down(self, desk: Desk) -> None:
        desk.publish(flags=(SPLIT,))
        found = desk.ask(f"{ALL}/ranking", context("user-1"))
        assert found.status == 200
        assert found.said["reason"] == "SPLIT"
        assert found.said["value"] is (found.said["variant"] == "ai")
        (one,) = exposures(desk)
        assert (one.flag, one.entity, one.variant) == ("ranking", "user-1", found.said["variant"])

    def test_shares_are_as_declared_and_nobody_changes_sides(self, desk: Desk) -> None:
        desk.publish(flags=(SPLIT,))
        keys = [f"user-{n}" for n in range(500)]
        first = [desk.ask(f"{ALL}/ranking", context(key)).said["variant"] for key in keys]
        again = [desk.ask(f"{ALL}/ranking", context(key)).said["variant"] for key in keys[:50]]
        assert first[:50] == again
        share = Counter(first)["ai"] / 500
        assert abs(share - 0.3) < 4 * sqrt(0.3 * 0.7 / 500)

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (b"{", "PARSE_ERROR"),
            ({"context": []}, "INVALID_CONTEXT"),
            ({"context": {"targetingKey": 7}}, "INVALID_CONTEXT"),
            (context(None), "TARGETING_KEY_MISSING"),
        ],
    )
    def test_a_wrong_context_is_told_in_the_protocols_words(
        self, desk: Desk, body: Any, code: str
    ) -> None:
        desk.publish(flags=(SPLIT,))
        found = desk.ask(f"{ALL}/ranking", body)
        assert (found.status, found.said["errorCode"]) == (400, code)
        assert found.said["key"] == "ranking"

    @pytest.mark.parametrize("key", ["absent", "of-others"])
    def test_what_the_token_may_not_see_is_not_there(self, desk: Desk, key: str) -> None:
        other = msgspec.structs.replace(SPLIT, key="of-others", case="other")
        desk.publish(flags=(SPLIT, other))
        found = desk.ask(f"{ALL}/{key}", context("u"))
        assert (found.status, found.said["errorCode"]) == (404, "FLAG_NOT_FOUND")

    def test_one_that_is_off_gives_its_default_and_exposes_nobody(self, desk: Desk) -> None:
        desk.publish(flags=(msgspec.structs.replace(SPLIT, enabled=False),))
        found = desk.ask(f"{ALL}/ranking", context("u")).said
        assert (found["reason"], found["variant"], found["value"]) == ("DISABLED", "ai", True)
        assert exposures(desk) == []

    def test_the_protocols_other_header_is_taken(self, desk: Desk) -> None:
        desk.publish(flags=(SPLIT,))
        path, body = f"{ALL}/ranking", context("u")
        found = desk.ask(path, body, secret=None, headers={"x-api-key": SECRET})
        assert found.status == 200
        assert desk.ask(path, body, secret=None).status == 401


class TestAll:
    def test_it_has_a_tag_and_the_same_answer_is_not_sent_twice(self, desk: Desk) -> None:
        single = Flag("banner", CASE, (Variant("on", "hello", 1.0),), salt="t")
        desk.publish(flags=(SPLIT, single))
        found = desk.ask(ALL, context("u"))
        assert [one["key"] for one in found.said["flags"]] == ["ranking", "banner"]
        assert found.said["flags"][1]["reason"] == "STATIC"
        assert len(exposures(desk)) == 2
        tag = found.headers["etag"]
        again = desk.ask(ALL, context("u"), headers={"if-none-match": tag})
        assert (again.status, again.said) == (304, None)
        assert len(exposures(desk)) == 2
        desk.publish(flags=(msgspec.structs.replace(SPLIT, salt="another"), single))
        assert desk.ask(ALL, context("u"), headers={"if-none-match": tag}).status == 200

    def test_a_token_for_decisions_alone_is_refused(self, desk: Desk) -> None:
        desk.publish(flags=(SPLIT,), tokens=(msgspec.structs.replace(TOKEN, may=("decide",)),))
        assert desk.ask(ALL, context("u")).status == 403
        assert desk.ask(f"{ALL}/ranking", context("u")).status == 403

    def test_a_flag_without_variants_is_left_out(self, desk: Desk) -> None:
        desk.publish(flags=(msgspec.structs.replace(SPLIT, variants=()),))
        assert desk.ask(ALL, context("u")).said["flags"] == []
        assert "flag ranking" in desk.ask("/v2/health", method="GET").said["errors"]
