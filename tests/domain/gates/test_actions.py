"""Gates in the ledger: who may open, sign, waive and decide, once, and what is kept of it."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gonogo.core.decisions import Outcome
from gonogo.core.errors import Conflict, Forbidden, GonogoError, Invalid, NotFound, Stale
from gonogo.core.gates import GateName, PolicyVersion
from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.core.verdicts import Verdict
from gonogo.domain.gates import actions, reads, tables
from gonogo.domain.gates.rules import Review, ReviewState, SignOff, Waiver
from gonogo.domain.policies import actions as policies
from gonogo.store.work import OpenWork, Work
from tests.domain.gates.conftest import (
    AUTHOR,
    POLICY,
    VERSION,
    FakeStanding,
    Measure,
    estimate,
)
from tests.fixtures.clocks import FakeClock
from tests.fixtures.work import CallerOf, WorkAs


def counts(work: Work) -> dict[str, int]:
    kinds = ("review", "sign-off", "waiver", "waiver-withdrawn", "decision", "refusal")
    return {kind: number for kind in kinds if (number := work.ledger.count(kind=kind))}


def body(work: Work, digest: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(work.ledger.entry(digest).body)
    return found


class Acting:
    """The verbs, in somebody's name, each in a Work of its own."""

    def __init__(self, work_as: WorkAs, standing: FakeStanding, policy: PolicyVersion) -> None:
        self.work_as = work_as
        self.standing = standing
        self.policy = policy

    def open(self, gate: GateName = GateName.VALIDATION) -> tuple[Review, bool]:
        with self.work_as(Role.DATA_SCIENTIST) as work:
            return actions.open_review(
                work, VERSION, gate, standing=self.standing.now, policy=self.policy
            )

    def sign(
        self, review: Review, role: Role, *held: Role, outcome: Outcome = Outcome.GO
    ) -> SignOff:
        with self.work_as(*(held or (role,))) as work:
            return actions.sign(work, review.id, self.standing, role=role, outcome=outcome)

    def waive(
        self, review: Review, condition: str, *held: Role, days: float = 30, reason: str = "seen"
    ) -> Waiver:
        with self.work_as(*(held or (Role.RISK_OFFICER,))) as work:
            return actions.waive(
                work,
                review.id,
                self.standing,
                condition=condition,
                reason=reason,
                role=Role.RISK_OFFICER,
                expires=work.now + timedelta(days=days),
            )

    def decide(
        self, review: Review, outcome: Outcome | None = None, *, in_force: str | None = None
    ) -> Review:
        with self.work_as(Role.MANAGER) as work:
            return actions.decide(
                work,
                review.id,
                self.standing,
                rationale="as polled",
                in_force=in_force or self.policy.digest,
                outcome=outcome,
            )

    def look(self, review: Review) -> reads.Reviewed:
        with self.work_as(Role.VIEWER, write=False) as work:
            return reads.look(work, tables.get(work, review.id), self.standing.now)

    def counts(self) -> dict[str, int]:
        with self.work_as(Role.VIEWER, write=False) as work:
            return counts(work)


@pytest.fixture
def acting(work_as: WorkAs, standing: FakeStanding, policy: PolicyVersion) -> Acting:
    return Acting(work_as, standing, policy)


def auc_key(policy: PolicyVersion) -> str:
    return policy.gates[0].conditions[0].key


class TestOpen:
    def test_a_review_keeps_the_wording_it_is_held_under(
        self, acting: Acting, work_as: WorkAs, policy: PolicyVersion
    ) -> None:
        review, opened = acting.open()
        assert opened
        with work_as(Role.VIEWER, write=False) as work:
            said = body(work, review.entry)
            assert work.subjects.ancestor(review.address, "case") == Subject.parse("case:lending")
        assert said["policy"] == {
            "name": "house",
            "digest": policy.digest,
            "entry": policy.entry,
        }

    def test_the_open_review_is_taken_again(self, acting: Acting) -> None:
        first, _ = acting.open()
        again, opened = acting.open()
        assert (again, opened) == (first, False)
        assert acting.counts() == {"review": 1}

    def test_production_comes_after_validation(self, acting: Acting) -> None:
        with pytest.raises(Conflict, match="stage validation"):
            acting.open(GateName.PRODUCTION)
        acting.standing.becomes(stage="validation")
        assert acting.open(GateName.PRODUCTION)[1]

    def test_a_version_nobody_knows_is_not_found(
        self, work_as: WorkAs, standing: FakeStanding, policy: PolicyVersion
    ) -> None:
        with pytest.raises(NotFound), work_as(Role.DATA_SCIENTIST) as work:
            actions.open_review(
                work,
                Subject.parse("model:approver@9"),
                GateName.VALIDATION,
                standing=standing.now,
                policy=policy,
            )

    def test_a_viewer_opens_nothing(
        self, work_as: WorkAs, standing: FakeStanding, policy: PolicyVersion
    ) -> None:
        with pytest.raises(Forbidden), work_as(Role.VIEWER) as work:
            actions.open_review(
                work, VERSION, GateName.VALIDATION, standing=standing.now, policy=policy
            )

    def test_a_new_wording_is_a_new_review(
        self, acting: Acting, work_as: WorkAs, review: Review
    ) -> None:
        with work_as(Role.RISK_OFFICER) as work:
            other = policies.publish(work, POLICY.replace("0.7", "0.75")).version
        acting.policy = other
        found, opened = acting.open()
        assert opened
        assert found.policy_digest == other.digest != review.policy_digest
        assert acting.look(review).gate.conditions[0].at_least == 0.7


class TestSign:
    def test_a_signature_keeps_what_there_was_to_see(
        self, acting: Acting, work_as: WorkAs, review: Review, all_go: list[str]
    ) -> None:
        given = acting.sign(review, Role.ML_ENGINEER)
        with work_as(Role.VIEWER, write=False) as work:
            said = body(work, given.entry)
        assert said["verdict"] == "go"
        assert sorted(said["seen"]) == sorted(all_go)
        assert acting.look(review).poll.missing == (Role.PRODUCT_MANAGER,)

    def test_the_author_does_not_sign_and_the_attempt_is_kept(
        self, acting: Acting, review: Review, caller_of: CallerOf
    ) -> None:
        acting.standing.becomes(author=caller_of(Role.ML_ENGINEER).actor)
        with pytest.raises(Forbidden, match="author"):
            acting.sign(review, Role.ML_ENGINEER)
        assert acting.counts() == {"review": 1, "refusal": 1}

    def test_a_role_that_is_not_held_is_refused_and_kept(
        self, acting: Acting, review: Review
    ) -> None:
        with pytest.raises(Forbidden, match="the role ml-engineer"):
            acting.sign(review, Role.ML_ENGINEER, Role.RISK_OFFICER)
        assert acting.counts() == {"review": 1, "refusal": 1}

    def test_a_role_the_gate_does_not_ask_for_is_wrong(
        self, acting: Acting, review: Review
    ) -> None:
        with pytest.raises(Invalid, match="ml-engineer, product-manager"):
            acting.sign(review, Role.RISK_OFFICER)

    def test_a_role_signs_once(self, acting: Acting, review: Review) -> None:
        acting.sign(review, Role.ML_ENGINEER)
        with pytest.raises(Conflict, match="a role that has not signed"):
            acting.sign(review, Role.ML_ENGINEER, Role.ML_ENGINEER, Role.MANAGER)

    def test_nobody_signs_twice(self, acting: Acting, review: Review) -> None:
        both = (Role.ML_ENGINEER, Role.PRODUCT_MANAGER)
        acting.sign(review, Role.ML_ENGINEER, *both)
        with pytest.raises(Conflict, match="another person"):
            acting.sign(review, Role.PRODUCT_MANAGER, *both)
        with pytest.raises(Conflict):
            acting.sign(review, Role.ML_ENGINEER, *both)
        assert acting.counts() == {"review": 1, "sign-off": 1}

    def test_a_decided_review_takes_no_signature(self, acting: Acting, review: Review) -> None:
        acting.decide(review, Outcome.NO_GO)
        with pytest.raises(Conflict, match="an open review"):
            acting.sign(review, Role.ML_ENGINEER)

    @pytest.mark.parametrize("name", ["nothing", "", "\x00", "a/b", "%"])
    def test_a_review_nobody_opened_is_not_found(
        self, work_as: WorkAs, standing: FakeStanding, name: str
    ) -> None:
        with pytest.raises(NotFound), work_as(Role.ML_ENGINEER) as work:
            actions.sign(work, name, standing, role=Role.ML_ENGINEER, outcome=Outcome.GO)


class TestWaive:
    def test_a_waiver_lets_a_condition_pass_for_a_time(
        self, acting: Acting, review: Review, policy: PolicyVersion, clock: FakeClock
    ) -> None:
        acting.waive(review, auc_key(policy), days=30)
        assert acting.look(review).poll.rows[0].counts_as is Verdict.GO
        clock.advance(days=29)
        assert acting.look(review).poll.rows[0].counts_as is Verdict.GO
        clock.advance(days=1)
        assert acting.look(review).poll.rows[0].counts_as is Verdict.NO_DATA

    def test_a_role_that_may_not_is_refused_and_that_is_kept(
        self, acting: Acting, work_as: WorkAs, review: Review, policy: PolicyVersion
    ) -> None:
        """Both who may waive nowhere, and who may elsewhere but not at this gate."""
        with pytest.raises(Forbidden):
            acting.waive(review, auc_key(policy), Role.DATA_SCIENTIST)
        with pytest.raises(Forbidden), work_as(Role.MANAGER) as work:
            actions.waive(
                work,
                review.id,
                acting.standing,
                condition=auc_key(policy),
                reason="seen",
                role=Role.MANAGER,
                expires=work.now + timedelta(days=1),
            )
        assert acting.counts() == {"review": 1, "refusal": 2}
        with work_as(Role.VIEWER, write=False) as work:
            last = work.ledger.search(kind="refusal").items[0]
            assert last.subject == str(VERSION)
            assert body(work, last.digest)["action"] == "review.waive"

    def test_a_role_that_is_not_held_is_refused(
        self, acting: Acting, review: Review, policy: PolicyVersion
    ) -> None:
        with pytest.raises(Forbidden, match="the role risk-officer"):
            acting.waive(review, auc_key(policy), Role.MANAGER)

    def test_the_author_does_not_waive(
        self, acting: Acting, review: Review, policy: PolicyVersion, caller_of: CallerOf
    ) -> None:
        acting.standing.becomes(author=caller_of(Role.RISK_OFFICER).actor)
        with pytest.raises(Forbidden, match="author"):
            acting.waive(review, auc_key(policy))

    def test_what_is_go_needs_no_waiver(
        self, acting: Acting, review: Review, policy: PolicyVersion, all_go: list[str]
    ) -> None:
        with pytest.raises(Conflict, match="needs no waiver"):
            acting.waive(review, auc_key(policy))

    def test_what_is_waived_is_not_waived_again(
        self, acting: Acting, review: Review, policy: PolicyVersion
    ) -> None:
        acting.waive(review, auc_key(policy))
        with pytest.raises(Conflict, match="not waived yet"):
            acting.waive(review, auc_key(policy))

    def test_an_unknown_condition_names_those_there_are(
        self, acting: Acting, review: Review, policy: PolicyVersion
    ) -> None:
        with pytest.raises(Invalid, match=auc_key(policy)):
            acting.waive(review, "nothing")

    @pytest.mark.parametrize(("days", "reason"), [(0, "x"), (-1, "x"), (400, "x"), (1, " ")])
    def test_a_time_and_a_reason_are_asked(
        self, acting: Acting, review: Review, policy: PolicyVersion, days: float, reason: str
    ) -> None:
        with pytest.raises(Invalid):
            acting.waive(review, auc_key(policy), days=days, reason=reason)
        assert acting.counts() == {"review": 1}

    def test_a_withdrawn_waiver_does_not_count(
        self, acting: Acting, work_as: WorkAs, review: Review, policy: PolicyVersion
    ) -> None:
        given = acting.waive(review, auc_key(policy))
        with work_as(Role.RISK_OFFICER) as work:
            actions.withdraw(
                work, review.id, acting.standing, waiver=given.entry, reason="measured now"
            )
        assert acting.look(review).poll.rows[0].counts_as is Verdict.NO_DATA
        with pytest.raises(Conflict, match="not withdrawn"), work_as(Role.RISK_OFFICER) as work:
            actions.withdraw(work, review.id, acting.standing, waiver=given.entry, reason="again")
        with pytest.raises(Forbidden), work_as(Role.MANAGER) as work:
            actions.withdraw(work, review.id, acting.standing, waiver=given.entry, reason="mine")
        with pytest.raises(NotFound), work_as(Role.RISK_OFFICER) as work:
            actions.withdraw(work, review.id, acting.standing, waiver="0" * 64, reason="which")


class TestDecide:
    def signed(self, acting: Acting, review: Review) -> list[str]:
        return [
            acting.sign(review, Role.ML_ENGINEER).entry,
            acting.sign(review, Role.PRODUCT_MANAGER).entry,
        ]

    def test_go_cites_policy_evidence_signatures_and_waivers(
        self,
        acting: Acting,
        work_as: WorkAs,
        review: Review,
        policy: PolicyVersion,
        measure: Measure,
    ) -> None:
        evidence = [
            measure("performance.roc_auc", estimate(0.6)),
            measure("data.missing_share", estimate(0.0)),
        ]
        waived = acting.waive(review, auc_key(policy)).entry
        signed = self.signed(acting, review)
        decided = acting.decide(review)
        assert (decided.outcome, decided.verdict) == (Outcome.GO, Verdict.GO)
        with work_as(Role.VIEWER, write=False) as work:
            entry = work.ledger.entry(str(decided.decision))
            said = body(work, str(decided.decision))
        assert entry.subject == str(VERSION)
        assert set(said["cites"]) == {policy.entry, review.entry, *evidence, waived, *signed}
        assert said["policy"]["digest"] == policy.digest
        assert [(row["verdict"], row["evidence"]) for row in said["poll"]] == [
            ("no-go", evidence[0]),
            ("go", evidence[1]),
        ]
        assert said["poll"][0]["measured"]["value"] == 0.6

    def test_what_is_missing_for_go_is_named_and_nothing_written(
        self, acting: Acting, review: Review, all_go: list[str]
    ) -> None:
        acting.sign(review, Role.ML_ENGINEER)
        with pytest.raises(Conflict, match="product-manager has not signed"):
            acting.decide(review, Outcome.GO)
        assert acting.counts() == {"review": 1, "sign-off": 1}
        assert acting.look(review).review.state is ReviewState.OPEN

    def test_no_go_for_want_of_data_cites_the_policy(
        self, acting: Acting, work_as: WorkAs, review: Review, policy: PolicyVersion
    ) -> None:
        decided = acting.decide(review, Outcome.NO_GO)
        assert decided.verdict is Verdict.NO_DATA
        with work_as(Role.VIEWER, write=False) as work:
            assert policy.entry in body(work, str(decided.decision))["cites"]

    def test_a_decision_has_a_rationale(
        self, acting: Acting, work_as: WorkAs, review: Review
    ) -> None:
        with pytest.raises(Invalid, match="rationale"), work_as(Role.MANAGER) as work:
            actions.decide(
                work,
                review.id,
                acting.standing,
                rationale="  ",
                in_force=review.policy_digest,
                outcome=Outcome.NO_GO,
            )

    def test_the_author_does_not_decide(
        self, acting: Acting, review: Review, caller_of: CallerOf
    ) -> None:
        acting.standing.becomes(author=caller_of(Role.MANAGER).actor)
        with pytest.raises(Forbidden, match="author"):
            acting.decide(review, Outcome.NO_GO)
        assert acting.counts() == {"review": 1, "refusal": 1}

    def test_an_administrator_decides_nothing(
        self, acting: Acting, work_as: WorkAs, review: Review
    ) -> None:
        with pytest.raises(Forbidden), work_as(Role.ADMIN) as work:
            actions.decide(
                work,
                review.id,
                acting.standing,
                rationale="mine",
                in_force=review.policy_digest,
                outcome=Outcome.NO_GO,
            )

    def test_afterwards_it_shows_what_it_rested_on(
        self, acting: Acting, review: Review, all_go: list[str], measure: Measure
    ) -> None:
        """Evidence that comes later does not rewrite what was decided."""
        self.signed(acting, review)
        acting.decide(review)
        measure("performance.roc_auc", estimate(0.1))
        found = acting.look(review)
        assert found.poll.verdict is Verdict.GO
        assert found.poll.evidence == tuple(all_go)
        assert found.rationale == "as polled"
        assert found.turns == ()

    def test_a_decided_review_is_not_decided_again(self, acting: Acting, review: Review) -> None:
        acting.decide(review, Outcome.NO_GO)
        with pytest.raises(Conflict, match="an open review"):
            acting.decide(review, Outcome.NO_GO)

    def test_after_no_go_a_new_review_may_end_go(
        self, acting: Acting, review: Review, measure: Measure
    ) -> None:
        acting.decide(review, Outcome.NO_GO)
        again, opened = acting.open()
        assert opened
        assert again.base is not None
        measure("performance.roc_auc", estimate(0.8))
        measure("data.missing_share", estimate(0.0))
        self.signed(acting, again)
        assert acting.decide(again).outcome is Outcome.GO

    def test_under_a_wording_no_longer_in_force_it_ends_no_go_at_most(
        self, acting: Acting, review: Review, all_go: list[str]
    ) -> None:
        """Otherwise an old, laxer review could be kept open for later."""
        self.signed(acting, review)
        with pytest.raises(Conflict, match="open a new one"):
            acting.decide(review, in_force="f" * 64)
        assert acting.decide(review, Outcome.NO_GO, in_force="f" * 64).outcome is Outcome.NO_GO

    def test_a_version_that_was_moved_meanwhile_does_not_stand_before_the_gate(
        self, acting: Acting, review: Review
    ) -> None:
        acting.standing.becomes(stage="retired")
        with pytest.raises(Conflict, match="retired"):
            acting.decide(review, Outcome.NO_GO)


class TestOneWins:
    @pytest.fixture
    def two(self, acting: Acting, work_as: WorkAs, review: Review) -> tuple[Review, Review]:
        """Two open reviews of the same gate: the policy was reworded in between."""
        with work_as(Role.RISK_OFFICER) as work:
            acting.policy = policies.publish(work, POLICY.replace("0.7", "0.75")).version
        return review, acting.open()[0]

    def test_the_second_of_two_reviews_is_stale(
        self, acting: Acting, two: tuple[Review, Review]
    ) -> None:
        acting.decide(two[0], Outcome.NO_GO)
        with pytest.raises(Stale, match="before you"):
            acting.decide(two[1], Outcome.NO_GO)
        assert acting.counts() == {"review": 2, "decision": 1}

    @pytest.mark.parametrize("same_review", [True, False])
    def test_of_two_at_once_one_wins(
        self,
        acting: Acting,
        two: tuple[Review, Review],
        open_work: OpenWork,
        *,
        same_review: bool,
    ) -> None:
        """Real threads and transactions: one decision, one refusal, a ledger that verifies."""
        barrier = threading.Barrier(2)
        found: list[Review | GonogoError] = []

        def deciding(review: Review) -> None:
            barrier.wait()
            try:
                found.append(acting.decide(review, Outcome.NO_GO))
            except GonogoError as error:
                found.append(error)

        racing = (two[0], two[0]) if same_review else two
        threads = [threading.Thread(target=deciding, args=(one,)) for one in racing]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(isinstance(one, Conflict) for one in found) == [False, True]
        assert acting.counts() == {"review": 2, "decision": 1}
        with acting.work_as(Role.VIEWER, write=False) as work:
            assert work.ledger.verify().broken is None
            (noted,) = work.connection.execute(select(tables.gate_states.c.decision)).scalars()
        (won,) = (one for one in found if isinstance(one, Review))
        assert noted == won.decision

    def test_of_two_that_open_at_once_both_get_the_same_review(self, acting: Acting) -> None:
        barrier = threading.Barrier(2)
        found: list[tuple[Review, bool] | GonogoError] = []

        def opening() -> None:
            barrier.wait()
            try:
                found.append(acting.open())
            except GonogoError as error:
                found.append(error)

        threads = [threading.Thread(target=opening) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        opened = [one for one in found if isinstance(one, tuple)]
        assert len({review.id for review, _ in opened}) == 1
        assert sorted(new for _, new in opened) == [False, True]
        assert acting.counts() == {"review": 1}

    def test_the_rows_themselves_refuse_a_second_decision(
        self, acting: Acting, two: tuple[Review, Review], work_as: WorkAs
    ) -> None:
        """Also past the actions: what is noted as last is only replaced by who knew it."""
        decided = acting.decide(two[0], Outcome.NO_GO)
        with work_as(Role.MANAGER) as work, pytest.raises(Stale):
            tables.advance(work, two[1], str(decided.decision))


class TestListed:
    def test_reviews_are_listed_newest_first_page_by_page(
        self, acting: Acting, work_as: WorkAs, review: Review, clock: FakeClock
    ) -> None:
        acting.decide(review, Outcome.NO_GO)
        clock.advance(minutes=1)
        other, _ = acting.open()
        with work_as(Role.VIEWER, write=False) as work:
            first = reads.listed(work, limit=1)
            rest = reads.listed(work, limit=1, cursor=first.next)
            assert [one.id for one in (*first.items, *rest.items)] == [other.id, review.id]
            assert rest.next is None
            assert [one.id for one in reads.listed(work, state="open").items] == [other.id]
            assert reads.listed(work, subject=str(AUTHOR)).items == ()
            assert reads.listed(work, gate="production").items == ()

    @pytest.mark.parametrize("asked", [{"state": "x"}, {"gate": "x"}, {"subject": "x"}])
    def test_what_cannot_be_asked_is_refused(self, work_as: WorkAs, asked: dict[str, str]) -> None:
        with work_as(Role.VIEWER, write=False) as work, pytest.raises(Invalid):
            reads.listed(work, **asked)  # type: ignore[arg-type]  # keyword by keyword
