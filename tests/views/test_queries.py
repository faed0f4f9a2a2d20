"""Pages ask a fixed number of questions, however much there is; on both databases."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.flows import rubric
from gonogo.flows.track_record import follow
from gonogo.flows.value import all_known
from gonogo.store.work import Work
from gonogo.views import (
    case_boards,
    datasheets,
    debts,
    decisions,
    ledger,
    models,
    policies,
    production,
    review_list,
    reviews,
    risk_lines,
    risk_page,
    risk_register,
    shell,
    track_record,
    value,
    versions,
    waiting,
)
from gonogo.views.comparing import page as comparing
from gonogo.views.rubric import score_page
from tests.fixtures.clocks import FakeClock
from tests.fixtures.requests import BENEFIT
from tests.fixtures.rest import done
from tests.fixtures.work import WorkAs
from tests.fixtures.world import POLICY, World, evidence, measured
from tests.interfaces.api.test_boards import card, finished, move, post

BLOCKER = {"reason": "no access", "owner_role": "manager"}
ROLES = (Role.RISK_OFFICER, Role.MANAGER, Role.DATA_SCIENTIST)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """What is asked of the database within the block."""
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def questions(work_as: WorkAs, engine: Engine) -> Callable[[Callable[[Work], object]], int]:
    """`questions(view)`: how many questions a page asks, for a reader with several roles."""

    def asked(view: Callable[[Work], object]) -> int:
        with work_as(*ROLES, write=False) as work, counted(engine) as found:
            view(work)
        return len(found)

    return asked


def grown(world: World, clock: FakeClock) -> None:
    """Three more versions with evidence, under review, one of them decided."""
    last = ""
    for number in ("2", "3", "4"):
        world.version(number, data=world.train, evaluation=world.test)
        subject = f"model:caller@{number}"
        world.record({**evidence(data=world.test), "subject": subject})
        clock.advance(minutes=1)
        last = world.open(subject=subject)["id"]
        world.sign(last, Role.RISK_OFFICER)
    asked = {"outcome": "no-go", "rationale": "Too little"}
    done(world.api.by(Role.MANAGER).post(f"/reviews/{last}/decision", json=asked), 201)


class TestFixedNumber:
    def test_of_lists(
        self,
        world: World,
        clock: FakeClock,
        questions: Callable[[Callable[[Work], object]], int],
    ) -> None:
        """One thing or four: the same questions."""
        world.record(evidence(data=world.test))
        views: dict[str, tuple[int, Callable[[Work], object]]] = {
            "reviews": (14, review_list.listed),
            "waiting": (16, waiting.waiting),
            "count": (11, waiting.count),
            "shell": (12, lambda work: shell.shell(work, work.caller)),
            "ledger": (3, lambda work: ledger.searched(work, ledger.Asked())),
        }
        before = {name: questions(view) for name, (_, view) in views.items()}
        grown(world, clock)
        after = {name: questions(view) for name, (_, view) in views.items()}
        assert after == before
        assert all(after[name] <= most for name, (most, _) in views.items()), after

    def test_of_the_portfolio(
        self, world: World, questions: Callable[[Callable[[Work], object]], int]
    ) -> None:
        def stated(case: str) -> None:
            asked = {"text": BENEFIT}
            done(world.api.by(Role.MANAGER).post(f"/cases/{case}/benefit", json=asked), 201)

        def asked() -> tuple[int, int]:
            return questions(all_known), questions(lambda work: value.page(work, "churn", None))

        stated("churn")
        before = asked()
        for number in range(3):
            world.case(slug=f"case-{number}")
            stated(f"case-{number}")
        assert asked() == before
        assert max(before) <= 5

    def test_of_the_board_of_a_use_case(
        self, world: World, questions: Callable[[Callable[[Work], object]], int], clock: FakeClock
    ) -> None:
        def worked(number: int) -> None:
            """So many cards done, blocked and set as a goal, and a forecast of what is left."""
            for _ in range(number):
                finished(world, clock, (1, 1, 1))
                at = card(world)
                move(world, at, "doing")
                post(world, f"/cards/{at}/block", BLOCKER, 201)
                post(world, "/goals", {"text": "Joined", "cards": [at]}, 201)
                post(world, "/board/forecasts", {}, 201)

        worked(1)
        before = questions(lambda work: case_boards.board(work, "churn"))
        worked(2)
        after = questions(lambda work: case_boards.board(work, "churn"))
        assert after == before <= 12

    def test_of_the_track_record(
        self, world: World, questions: Callable[[Callable[[Work], object]], int]
    ) -> None:
        before = questions(track_record.track_record)
        for number in range(3):
            world.hypothesis(slug=f"other-{number}")
        follow(world.api.installation.open_work)
        assert questions(track_record.track_record) == before <= 3

    def test_of_production(
        self,
        world: World,
        questions: Callable[[Callable[[Work], object]], int],
        tmp_path: Path,
    ) -> None:
        def settings(case: str) -> None:
            asked = {"settings": {"otherwise": "decline"}, "reason": "rules first"}
            done(world.api.by(Role.RISK_OFFICER).put(f"/cases/{case}/route", json=asked))

        def asked() -> int:
            return questions(lambda work: production.production(work, tmp_path))

        settings("churn")
        before = asked()
        for number in range(3):
            world.case(slug=f"case-{number}")
            settings(f"case-{number}")
        assert asked() == before <= 8

    def test_of_decisions(
        self,
        world: World,
        clock: FakeClock,
        questions: Callable[[Callable[[Work], object]], int],
    ) -> None:
        grown(world, clock)
        before = questions(decisions.decisions)
        manager = world.api.by(Role.MANAGER)
        asked = {"outcome": "no-go", "rationale": "Neither"}
        done(manager.post(f"/reviews/{world.review}/decision", json=asked), 201)
        assert questions(decisions.decisions) == before <= 4

    def test_of_one_review(
        self, world: World, questions: Callable[[Callable[[Work], object]], int]
    ) -> None:
        """Also with more conditions, evidence and sign-offs."""
        before = questions(lambda work: reviews.review(work, world.review))
        more = "".join(
            f"      - {{check: performance.{name}, at_least: 0.1}}\n"
            for name in ("pr_auc", "log_loss", "brier", "calibration_error")
        )
        wider = POLICY.replace("    conditions:\n", f"    conditions:\n{more}", 1)
        world.policy(wider)
        review = world.open()["id"]
        world.record(evidence(data=world.test, measured=measured(0.9)))
        world.sign(review, Role.RISK_OFFICER)
        after = questions(lambda work: reviews.review(work, review))
        assert after <= before + 1, "the titles of citations are one more question"
        assert after <= 22

    def test_of_one_entry(
        self, world: World, questions: Callable[[Callable[[Work], object]], int]
    ) -> None:
        assert questions(lambda work: ledger.entry(work, "1")) <= 5
        assert questions(lambda work: ledger.entry(work, str(work.ledger.head()[0]))) <= 6


class TestModels:
    def test_pages_of_models_ask_the_same_however_much_there_is(
        self, world: World, questions: Callable[..., int], clock: FakeClock
    ) -> None:
        pages: dict[str, Callable[[Work], object]] = {
            "models": models.models,
            "model": lambda work: models.model(work, "caller", clock()),
            "version": lambda work: versions.version(work, "caller", "1"),
        }
        world.record(evidence(data=world.test))
        few = {name: questions(view) for name, view in pages.items()}
        clock.advance(minutes=1)
        grown(world, clock)
        world.record(*[evidence("data.class_balance", data=world.test)] * 20)
        assert {name: questions(view) for name, view in pages.items()} == few
        assert max(few.values()) <= 30

    def test_a_comparison_asks_the_same_however_much_was_measured(
        self, world: World, questions: Callable[..., int]
    ) -> None:
        world.version("2", data=world.train, evaluation=world.test)
        pages: dict[str, Callable[[Work], object]] = {
            "none": lambda work: comparing.page(work, []),
            "two": lambda work: comparing.page(work, ["caller@1", "caller@2"]),
        }
        few = {name: questions(view) for name, view in pages.items()}
        world.record(*[evidence("data.class_balance", data=world.test)] * 20)
        assert {name: questions(view) for name, view in pages.items()} == few
        assert max(few.values()) <= 12

    def test_pages_of_policies_ask_the_same_however_much_there_is(
        self, world: World, questions: Callable[..., int]
    ) -> None:
        pages: dict[str, Callable[[Work], object]] = {
            "policies": policies.listed,
            "policy": lambda work: policies.policy(work, "house"),
        }
        few = {name: questions(view) for name, view in pages.items()}
        for level in ("0.71", "0.72", "0.73"):
            world.policy(POLICY.replace("0.7}", f"{level}}}"))
            world.policy(POLICY.replace("house", f"house-{level[2:]}"))
            world.case(slug=f"churn-{level[2:]}")
        assert {name: questions(view) for name, view in pages.items()} == few
        assert max(few.values()) <= 8


class TestRisks:
    def test_pages_of_risks_ask_the_same_however_many_there_are(
        self, world: World, questions: Callable[..., int]
    ) -> None:
        pages: dict[str, tuple[int, Callable[[Work], object]]] = {
            "register": (9, risk_register.register),
            "risk": (9, lambda work: risk_page.risk(work, "one")),
            "top": (5, lambda work: risk_lines.top(work, "churn")),
        }
        world.policy()
        officer = world.api.by(Role.RISK_OFFICER)
        proof = {"subject": "model:caller@1", "check": "performance.roc_auc", "at_least": 0.7}
        done_by = {"title": "Watch", "owner_role": "manager", "due": "2026-12-24"}
        watch = {**done_by, "leaves": {"loss": 0.5}, "works_if": proof}

        def said(key: str) -> None:
            texts = {"title": key, "cause": "c", "event": "e", "effect": "f"}
            more = {"category": "drift", "probability": 0.1, "loss": 100, "currency": "USD"}
            asked = {**texts, **more, "owner_role": "manager", "case": "churn", "key": key}
            done(officer.post("/risks", json={**asked, "mitigations": {"watch": watch}}), 201)
            world.record(evidence())

        said("one")
        few = {name: questions(view) for name, (_, view) in pages.items()}
        for key in ("two", "three", "four"):
            said(key)
        assert {name: questions(view) for name, (_, view) in pages.items()} == few
        assert all(few[name] <= most for name, (most, _) in pages.items()), few


class TestWhatPeopleSay:
    def test_pages_ask_the_same_however_much_was_said(
        self, world: World, questions: Callable[..., int]
    ) -> None:
        data = Subject.parse(world.train)

        def scored(work: Work) -> object:
            found = rubric.score(work, "caller", "1")
            return score_page(work, "caller", "1", found.finding, found.policy)

        pages: dict[str, tuple[int, Callable[[Work], object]]] = {
            "score": (13, scored),
            "debts": (5, lambda work: debts.debts(work, "churn")),
            "datasheet": (
                5,
                lambda work: datasheets.datasheet(work, data.name, data.version or ""),
            ),
        }
        engineer = world.api.by(Role.ML_ENGINEER)
        sheet = evidence("engineering.datasheet_completeness", measured=measured(0.5))

        def said(point: str, title: str) -> None:
            path = "/models/caller/versions/1/test-score/points"
            asked = {"point": point, "how": "manual", "reference": "run book"}
            done(engineer.post(path, json=asked), 201)
            interest = {"low": 1, "value": 1, "high": 2}
            debt = {"title": title, "principal": 1, "interest": interest, "owner_role": "manager"}
            done(engineer.post("/cases/churn/debts", json=debt), 201)
            world.record({**sheet, "subject": world.train})

        said("infra-7", "one")
        few = {name: questions(view) for name, (_, view) in pages.items()}
        for number in range(1, 6):
            said(f"monitor-{number}", str(number))
        assert {name: questions(view) for name, (_, view) in pages.items()} == few
        assert all(few[name] <= most for name, (most, _) in pages.items()), few
