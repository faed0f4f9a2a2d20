"""Measuring in the background: told while it goes on, resumed after a crash, recorded once."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from gonogo.core.caller import SYSTEM
from gonogo.core.errors import Invalid, NotFound
from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.domain.measurements import actions, tables
from gonogo.domain.measurements.rules import LEASE, TRIES, Measurement
from gonogo.flows import measurements as flow
from gonogo.interfaces.jobs import cleaning, measurements
from gonogo.sdk.http import Http
from gonogo.sdk.inprocess import InProcess
from gonogo.sdk.measurements import measured
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rest import Json, done, refused
from tests.fixtures.world import VERSION, World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PATH = "/models/caller/versions/1/reproduce"
INTEGRITY = {"checks": [{"check": "security.stored_model_integrity"}]}
SOON = {"Prefer": "respond-async"}


@pytest.fixture
def idle(world: World) -> World:
    """Nobody measures until `work_off` is called."""
    world.api.app.state.needs = world.api.app.state.needs._replace(measure=lambda: None)
    return world


def ask(world: World, asked: dict[str, Any] = INTEGRITY) -> Json:
    body = {**asked, "data": world.test}
    return done(world.api.by(Role.ML_ENGINEER).post(PATH, json=body, headers=SOON), 202)


def work_off(world: World) -> int:
    known = world.api.installation
    return measurements.work_off(known.open_work, known.files, known.clock)


def look(world: World, told: Json) -> Json:
    return done(world.api.by(Role.VIEWER).get(told["status"].removeprefix("/api/v1")))


def recorded(world: World) -> list[str]:
    found = done(world.api.by(Role.VIEWER).get("/evidence", params={"subject": VERSION}))
    return [one["digest"] for one in found["items"] if one["reproduced"]]


def begin(world: World) -> Measurement:
    """Take it up as somebody who then ends without a word."""
    with world.api.installation.open_work(SYSTEM) as work:
        taken = actions.take(work)
    assert taken is not None
    return taken


class TestAsk:
    def test_answers_at_once_and_says_where_to_look(self, idle: World) -> None:
        told = ask(idle)
        assert (told["state"], told["entries"], told["subject"]) == ("waiting", [], VERSION)
        assert look(idle, told) == told
        assert work_off(idle) == 1
        after = look(idle, told)
        assert after["state"] == "done"
        assert after["entries"] == recorded(idle)
        assert len(after["entries"]) == 1

    def test_the_same_twice_is_one_until_it_is_done(self, idle: World) -> None:
        first = ask(idle)
        assert ask(idle)["id"] == first["id"]
        assert ask(idle, {**INTEGRITY, "seed": 8})["id"] != first["id"]
        assert work_off(idle) == 2
        assert ask(idle)["id"] != first["id"]

    def test_evidence_is_recorded_by_who_asked(self, idle: World) -> None:
        ask(idle)
        work_off(idle)
        entry = done(idle.api.by(Role.VIEWER).get(f"/ledger/{recorded(idle)[0]}"))
        assert entry["actor"] == idle.api.user(Role.ML_ENGINEER)

    def test_who_may_no_longer_measure_records_nothing(self, idle: World) -> None:
        told = ask(idle)
        user = int(idle.api.user(Role.ML_ENGINEER).removeprefix("user:"))
        done(
            idle.api.operator.patch(
                f"/users/{user}", json={"disabled": True}, headers={"If-Match": "*"}
            )
        )
        work_off(idle)
        after = look(idle, told)
        assert (after["state"], after["problem"]["kind"]) == ("failed", "forbidden")
        assert recorded(idle) == []

    def test_a_refusal_that_comes_soon_is_the_answer(self, world: World) -> None:
        answer = world.api.by(Role.ML_ENGINEER).post(PATH, json={"data": world.test})
        assert refused(answer, 422, "model")["value"]

    def test_one_that_is_not_there(self, world: World) -> None:
        refused(world.api.by(Role.VIEWER).get("/measurements/none"), 404, "measurement")


class TestCrash:
    def test_one_that_was_begun_is_begun_again_after_its_lease(
        self, idle: World, clock: FakeClock
    ) -> None:
        told = ask(idle)
        begin(idle)
        assert work_off(idle) == 0
        assert look(idle, told)["state"] == "running"
        clock.advance(seconds=LEASE.total_seconds() + 1)
        assert work_off(idle) == 1
        assert look(idle, told)["entries"] == recorded(idle)

    def test_one_who_says_to_be_at_it_is_left_at_it(self, idle: World, clock: FakeClock) -> None:
        told = ask(idle)
        taken = begin(idle)
        clock.advance(seconds=LEASE.total_seconds() - 1)
        with idle.api.installation.open_work(SYSTEM) as work:
            actions.advance(work, taken, 3, 7, "performance.roc_auc")
        clock.advance(seconds=LEASE.total_seconds() - 1)
        assert work_off(idle) == 0
        found = look(idle, told)
        assert (found["done"], found["total"], found["doing"]) == (3, 7, "performance.roc_auc")

    def test_one_who_was_thought_lost_records_nothing(self, idle: World, clock: FakeClock) -> None:
        ask(idle)
        lost = begin(idle)
        clock.advance(seconds=LEASE.total_seconds() + 1)
        assert work_off(idle) == 1
        before = recorded(idle)
        known = idle.api.installation
        found = flow.measured(known.open_work, known.files, lost, clock(), lambda *_: None)
        assert (found, recorded(idle)) == ((), before)

    def test_what_ends_the_server_each_time_is_given_up(
        self, idle: World, clock: FakeClock
    ) -> None:
        told = ask(idle)
        for _ in range(TRIES):
            begin(idle)
            clock.advance(seconds=LEASE.total_seconds() + 1)
        assert work_off(idle) == 0
        found = look(idle, told)
        assert (found["state"], found["problem"]["kind"]) == ("failed", "broken")

    def test_what_has_ended_is_forgotten_after_days(self, idle: World, clock: FakeClock) -> None:
        told = ask(idle)
        work_off(idle)
        clock.advance(days=3)
        cleaning.clean(idle.api.installation.open_work)
        with (
            idle.api.installation.open_work(SYSTEM, write=False) as work,
            pytest.raises(NotFound),
        ):
            tables.get(work, told["id"])
        assert recorded(idle)


@pytest.fixture
def patient(idle: World) -> Iterator[httpx.Client]:
    """A client whose requests are answered before anything is measured."""
    door = InProcess(idle.api.app, operator=True)
    with httpx.Client(
        transport=door, base_url="http://gonogo.invalid", headers={"Prefer": "wait=0"}
    ) as http:
        yield http


def goes_on(world: World) -> Callable[[float], None]:
    """Waiting, while somebody measures."""

    def sleep(_: float) -> None:
        work_off(world)

    return sleep


def never(_: float) -> None:
    """Waiting, which is not to be."""
    raise AssertionError


class TestClient:
    def test_waits_and_is_told_how_far_it_is(self, idle: World, patient: httpx.Client) -> None:
        seen: list[tuple[int, int]] = []
        http = Http(patient, goes_on(idle))
        asked = {**INTEGRITY, "data": idle.test}
        found = measured(http, PATH, asked, tell=lambda now, of: seen.append((now, of)))
        assert found.entries == recorded(idle)
        assert seen == [(0, 0)]

    def test_raises_what_it_was_refused_for(self, idle: World, patient: httpx.Client) -> None:
        http = Http(patient, goes_on(idle))
        with pytest.raises(Invalid) as refusal:
            measured(http, PATH, {"data": idle.test})
        assert refusal.value.field == "model"

    def test_does_not_wait_where_it_is_told_not_to(
        self, idle: World, patient: httpx.Client
    ) -> None:
        asked = {**INTEGRITY, "data": idle.test}
        assert measured(Http(patient, never), PATH, asked, wait=False).state == "waiting"


class TestPage:
    def test_says_how_far_it_is_and_what_failed(self, idle: World) -> None:
        """Also without JavaScript: it is on the page, which can be loaded again."""
        operator, page = idle.api.operator, "http://gonogo.invalid/models/caller/1.json"
        body = {"data": idle.test}
        done(operator.post(PATH, json=body, headers=SOON), 202)
        assert operator.get(page).json()["measuring"][0]["says"].startswith("It has been asked")
        taken = begin(idle)
        with idle.api.installation.open_work(SYSTEM) as work:
            actions.advance(work, taken, 3, 7, "performance.roc_auc")
        (shown,) = operator.get(page).json()["measuring"]
        assert shown["says"] == "3 of 7 checks are done; now: ROC AUC."
        html = operator.get("http://gonogo.invalid/models/caller/1").text
        assert '<progress max="7" value="3"' in html


def test_what_the_page_shows_is_drawn_before_somebody_waits(idle: World) -> None:
    """Of a model version; the pages of other things draw little."""
    open_work = idle.api.installation.open_work
    assert measurements.draw(open_work, Subject.parse(VERSION)) == 0
    assert measurements.draw(open_work, Subject.parse(idle.test)) == 0
