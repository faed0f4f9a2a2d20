"""The page of an A/B test: what may be concluded, from which plan, and who decided."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import numpy as np
import pytest

from gonogo.core.roles import Role
from gonogo.core.subjects import ORGANISATION
from gonogo.sdk.inprocess import InProcess
from tests.fixtures.released import Released
from tests.flows.test_testing import answered, yes
from tests.interfaces.web.conftest import COOKIE, Console, signed_in_as

PAGE = "/releases/churn-2/result"


@pytest.fixture
def reader(live: Released) -> Iterator[Console]:
    """A viewer of the installation in which version 2 is live."""
    with ExitStack() as stack:
        transport = InProcess(live.world.api.app, operator=False)
        http = stack.enter_context(
            httpx.Client(transport=transport, base_url="http://gonogo.invalid")
        )
        signed_in = signed_in_as(live.world.api.installation, (Role.VIEWER,), ORGANISATION)
        http.cookies.set(COOKIE, signed_in.cookie)
        yield Console(http, signed_in)


class TestShow:
    def test_before_the_first_decision_it_says_what_to_do(
        self, live: Released, reader: Console
    ) -> None:
        live.start("3", "ab")
        page = reader.page(PAGE)
        assert "Nothing may be concluded yet" in page
        assert "/v1/decide/churn" in page
        assert "None was named before the test began" in page
        assert f'href="{PAGE}"' in reader.page("/releases/churn-2")

    def test_effect_segments_plan_and_decision(self, live: Released, reader: Console) -> None:
        live.start("3", "ab", test={"segments": ["calls"]})
        rng = np.random.default_rng(1)
        for arm, rate in (("champion", 0.1), ("challenger", 0.8)):
            answered(live, arm, (rng.random(110) < rate).tolist())
        live.look()
        told: Any = reader.json(PAGE)
        assert told["called"] == "better"
        assert told["decided"] is None
        assert len(told["over_time"]["lines"]) == 2
        assert [row["label"] for row in told["segments"]["rows"]] == [
            "all",
            "calls: 0",
            "calls: 1",
        ]
        page = reader.page(PAGE)
        assert "The new version is better" in page
        assert "50 live, 50 new" in page
        assert "Nobody has decided yet" in page
        live.order("advance", Role.PRODUCT_MANAGER)
        told = reader.json(PAGE)
        assert told["decided"]["outcome"] == "finished"
        assert told["decided"]["digest"] in reader.page(PAGE)

    def test_arms_that_cannot_be_compared_are_said_so(
        self, live: Released, reader: Console
    ) -> None:
        live.start("3", "ab")
        answered(live, "champion", yes(10, 200))
        answered(live, "challenger", yes(50, 60))
        live.look()
        page = reader.page(PAGE)
        assert "not to be compared" in page
        assert "not by chance" in page

    def test_what_is_no_test_has_no_such_page(self, live: Released, reader: Console) -> None:
        live.start("3")
        assert reader.get(PAGE).status_code == 404
