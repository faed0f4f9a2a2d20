"""A property of tokens: whatever happens, a token does what its user may do now, or nothing."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gonogo.core.caller import SYSTEM, Caller
from gonogo.core.errors import Forbidden, Invalid, Unauthenticated
from gonogo.core.roles import ALLOWED, Action, Role
from gonogo.core.subjects import ORGANISATION
from gonogo.domain.accounts import actions, reads
from gonogo.store.engine import make_engine
from gonogo.store.work import bound
from tests.fixtures.clocks import FakeClock

ROLES = (Role.VIEWER, Role.DATA_SCIENTIST, Role.RISK_OFFICER)
SCOPES = (
    None,
    frozenset({Action.READ}),
    frozenset({Action.READ, Action.TOKEN_OWN}),
    frozenset({Action.TOKEN_OWN, Action.EVIDENCE_RECORD, Action.REVIEW_WAIVE}),
)
USERS = st.integers(0, 1)


@dataclass
class Known:
    """What the model knows of a token."""

    secret: str
    user: int
    most: frozenset[Action]
    ends: datetime
    maker: "Known | None"
    revoked: bool = False

    def works(self, now: datetime) -> bool:
        return not self.revoked and now < self.ends and (self.maker is None or self.maker.alive())

    def alive(self) -> bool:
        """Not revoked, and neither was any that made it; expiry is each token's own."""
        return not self.revoked and (self.maker is None or self.maker.alive())


class TokenLife(RuleBasedStateMachine):
    """Users gain and lose roles, tokens make tokens, time passes."""

    template: Path

    @initialize()
    def install(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name, "gonogo.db")
        shutil.copyfile(self.template, path)
        self.clock = FakeClock()
        self.engine = make_engine(f"sqlite:///{path}")
        self.open_work = bound(self.engine, self.clock)
        with self.open_work(SYSTEM) as work:
            actions.ensure_operator(work)
            self.operator = reads.operator_caller(work)
        with self.open_work(self.operator) as work:
            self.ids = [actions.create_user(work, name, name).id for name in ("ada", "ben")]
        self.held: list[set[Role]] = [set(), set()]
        self.disabled = [False, False]
        self.tokens: list[Known] = []
        # Something to begin with, or most of the time nothing would be there to happen to.
        for user in range(2):
            self.grant(user, Role.DATA_SCIENTIST)
            self.make(user, None, 5)

    def teardown(self) -> None:
        self.engine.dispose()
        self.folder.cleanup()

    def may(self, user: int) -> set[Action]:
        if self.disabled[user]:
            return set()
        return {action for action in Action if self.held[user] & ALLOWED[action]}

    def caller(self, secret: str) -> Caller:
        with self.open_work(SYSTEM, write=False) as work:
            return reads.caller_of_token(work, secret)

    @rule(user=USERS, role=st.sampled_from(ROLES))
    def grant(self, user: int, role: Role) -> None:
        with self.open_work(self.operator) as work:
            actions.grant(work, self.ids[user], role)
        self.held[user].add(role)

    @rule(user=USERS, role=st.sampled_from(ROLES))
    def revoke(self, user: int, role: Role) -> None:
        if role not in self.held[user]:
            return
        with self.open_work(self.operator) as work:
            actions.revoke(work, self.ids[user], role)
        self.held[user].remove(role)

    @rule(user=USERS, disabled=st.booleans())
    def switch(self, user: int, disabled: bool) -> None:
        change = actions.disable_user if disabled else actions.enable_user
        with self.open_work(self.operator) as work:
            change(work, self.ids[user])
        self.disabled[user] = disabled

    @rule(user=USERS, only=st.sampled_from(SCOPES), days=st.integers(1, 5))
    def make(self, user: int, only: frozenset[Action] | None, days: int) -> None:
        if Action.TOKEN_OWN not in self.may(user):
            return
        with self.open_work(self.operator, write=False) as work:
            found = reads.user(work, str(self.ids[user]))
        span = timedelta(days=days)
        with self.open_work(Caller(found.subject, found.title, found.grants)) as work:
            made = actions.create_token(work, "x", expires=span, only=only)
        most = frozenset(Action) if only is None else only
        self.tokens.append(Known(made.secret, user, most, self.clock() + span, None))

    @precondition(lambda self: self.tokens)
    @rule(data=st.data(), only=st.sampled_from(SCOPES), days=st.integers(1, 3))
    def make_with_a_token(
        self, data: st.DataObject, only: frozenset[Action] | None, days: int
    ) -> None:
        maker = data.draw(st.sampled_from(self.tokens))
        if not maker.works(self.clock()) or self.disabled[maker.user]:
            return
        allowed = Action.TOKEN_OWN in maker.most & self.may(maker.user)
        asked = maker.most if only is None else only
        ends = self.clock() + timedelta(days=days)
        fits = asked <= maker.most and ends <= maker.ends
        with self.open_work(self.caller(maker.secret)) as work:
            try:
                made = actions.create_token(work, "x", expires=timedelta(days=days), only=only)
            except Forbidden:
                assert not allowed
            except Invalid:
                assert allowed
                assert not fits
            else:
                assert allowed
                assert fits
                self.tokens.append(Known(made.secret, maker.user, asked, ends, maker))

    @precondition(lambda self: self.tokens)
    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        token = data.draw(st.sampled_from(self.tokens))
        with self.open_work(self.operator) as work:
            actions.revoke_token(work, token.secret[4:16])
        token.revoked = True

    @rule(hours=st.integers(1, 12))
    def wait(self, hours: int) -> None:
        self.clock.advance(hours=hours)

    @invariant()
    def token_does_what_its_user_may_or_nothing(self) -> None:
        for token in getattr(self, "tokens", ()):
            try:
                caller = self.caller(token.secret)
            except Unauthenticated:
                assert not token.works(self.clock()) or self.disabled[token.user]
            else:
                assert token.works(self.clock())
                here = frozenset({ORGANISATION})
                does = {action for action in Action if caller.refuses(action, here) is None}
                assert does == token.most & self.may(token.user)


def test_token_does_what_its_user_may_or_nothing(sqlite_template: Path) -> None:
    """Over any order of grants, scopes, revocations, expiry and tokens made with tokens."""
    TokenLife.template = sqlite_template
    few = settings(max_examples=25, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(TokenLife, settings=few)
