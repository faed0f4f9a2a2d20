"""Tests of the table of roles and actions, against one written out by hand."""

import pytest

from gonogo.core.caller import Caller, Grant
from gonogo.core.errors import Invalid
from gonogo.core.roles import ALLOWED, Action, Role, may, role
from gonogo.core.subjects import ORGANISATION, Subject

ROLES = (
    "viewer",
    "data-scientist",
    "ml-engineer",
    "product-manager",
    "risk-officer",
    "manager",
    "admin",
)

# x: may, ·: may not; a column for each role, in the order above. Who changes a right changes it
# here too, on purpose and in front of a reader.
EXPECTED = """
    read                 x x x x x x x
    ledger.read          x x x x x x x
    tracking.read        x x x x x x x
    token.own            x x x x x x x
    case.create          · x · x · x x
    case.edit            · · · x · x x
    case.assess          · x x x x x ·
    rubric.state         · · · x x x ·
    debt.keep            · x x x x x x
    risk.keep            · · · · x x ·
    risk.accept          · · · · x x ·
    plan.edit            · x x x · x x
    plan.forecast        · x x x x x x
    plan.pivot           · · · x · x ·
    board.work           · x x x x x x
    portfolio.decide     · · · x · x ·
    budget.keep          · · · x · x x
    compute.state        · · · · · x x
    hypothesis.register  · x x x · x x
    hypothesis.settle    · x x x · x x
    dataset.register     · x x · · · x
    rules.propose        · x x x x · x
    rules.accept         · x x x x x ·
    run.record           · x x · · · x
    tracking.write       · x x · · · x
    privacy.budget       · · · · x x ·
    privacy.spend        · x x x x x x
    model.register       · x x · · · x
    evidence.record      · x x · x · x
    evidence.reproduce   · x x · x · x
    policy.publish       · · · · x · x
    review.open          · x x x x x x
    review.sign          · x x x x x ·
    review.waive         · · · · x x ·
    review.decide        · · x x x x ·
    release.start        · · x x · · ·
    release.stop         · · x x x x ·
    route.set            · · x x x · ·
    version.retire       · · x x · x ·
    incident.handle      · · x x x x x
    decide               · · x x · · x
    decided.read         · · x x x x x
    decided.erase        · · · · x x x
    gateway.read         · · · · · · x
    export               · · · · · x x
    user.manage          · · · · · · x
"""
MATRIX = {
    (line.split()[0], name): mark == "x"
    for line in EXPECTED.strip().splitlines()
    for name, mark in zip(ROLES, line.split()[1:], strict=True)
}


def caller(*roles: Role, on: Subject = ORGANISATION) -> Caller:
    return Caller(Subject.parse("user:7"), "x", tuple(Grant(held, on) for held in roles))


class TestMatrix:
    def test_covers_every_action_and_role(self) -> None:
        """A new action or role is decided here before it is anywhere."""
        assert set(MATRIX) == {(str(a), str(r)) for a in Action for r in Role}
        assert set(ALLOWED) == set(Action)

    @pytest.mark.parametrize(("action", "held"), list(MATRIX))
    def test_role_may_exactly_what_is_written(self, action: str, held: str) -> None:
        """One role, one action, one answer."""
        assert may([Role(held)], Action(action)) is MATRIX[action, held]

    def test_no_role_may_nothing(self) -> None:
        """Signed in is not allowed."""
        assert not any(may([], action) for action in Action)

    def test_administrator_decides_no_gate(self) -> None:
        """Who hands out the roles does not sign, waive or decide with them."""
        for action in (Action.REVIEW_SIGN, Action.REVIEW_WAIVE, Action.REVIEW_DECIDE):
            assert caller(Role.ADMIN).refuses(action, None)


class TestRefuses:
    HERE = Subject.parse("case:churn")
    THERE = Subject.parse("case:fraud")

    def test_names_the_roles_that_may(self) -> None:
        """The refusal says whom to ask."""
        refused = caller(Role.VIEWER).refuses(Action.REVIEW_WAIVE, None)
        assert refused == "one of the roles manager, risk-officer"

    def test_role_on_a_case_holds_there_and_below_alone(self) -> None:
        """The lineage of a model version includes its use case."""
        on_churn = caller(Role.RISK_OFFICER, on=self.HERE)
        version = Subject.parse("model:churn@3")
        assert not on_churn.refuses(
            Action.REVIEW_WAIVE, frozenset({version, self.HERE, ORGANISATION})
        )
        assert on_churn.refuses(Action.REVIEW_WAIVE, frozenset({self.THERE, ORGANISATION}))
        assert on_churn.refuses(Action.REVIEW_WAIVE, frozenset({ORGANISATION}))

    def test_scope_takes_away_and_never_adds(self) -> None:
        """A token for waivers in a viewer's hands waives nothing."""
        scoped = Caller(
            Subject.parse("user:7"),
            "x",
            (Grant(Role.VIEWER),),
            only=frozenset({Action.REVIEW_WAIVE}),
        )
        assert scoped.refuses(Action.READ, None) == "a token whose scope includes read"
        assert scoped.refuses(Action.REVIEW_WAIVE, None)

    def test_confined_token_stays_within(self) -> None:
        """Even where its user holds the role everywhere."""
        confined = Caller(
            Subject.parse("user:7"), "x", (Grant(Role.RISK_OFFICER),), within=self.HERE
        )
        assert not confined.refuses(Action.REVIEW_WAIVE, frozenset({self.HERE, ORGANISATION}))
        assert confined.refuses(Action.REVIEW_WAIVE, frozenset({self.THERE, ORGANISATION}))


class TestRole:
    def test_unknown_role_names_those_there_are(self) -> None:
        """Whoever mistypes reads the list."""
        with pytest.raises(Invalid, match="risk-officer"):
            role("role", "god")
