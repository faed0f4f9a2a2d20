"""Tests of what can be done with accounts: users, grants, tokens."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from gonogo.core.caller import SYSTEM, Caller, Grant
from gonogo.core.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from gonogo.core.roles import ALLOWED, Action, Role
from gonogo.core.subjects import Subject
from gonogo.domain.accounts import actions, reads, signing_in, tables
from gonogo.domain.accounts.rules import SignedIn, TokenMade, User
from gonogo.domain.cases import actions as cases
from gonogo.domain.cases.rules import CaseText, RiskTier
from gonogo.store.ledger import ledger
from gonogo.store.schema import metadata
from gonogo.store.work import OpenWork
from tests.domain.accounts.conftest import PASSWORD, AddUser, As
from tests.fixtures.clocks import FakeClock

CHURN = Subject.parse("case:churn")
MakeToken = Callable[..., TokenMade]


def entries(open_work: OpenWork, kind: str) -> list[dict[str, object]]:
    with open_work(SYSTEM, write=False) as work:
        return [
            {"subject": entry.subject, "actor": entry.actor, **json.loads(entry.body)}
            for entry in reversed(work.ledger.search(kind=kind).items)
        ]


def caller_of(open_work: OpenWork, secret: str) -> Caller:
    with open_work(SYSTEM, write=False) as work:
        return reads.caller_of_token(work, secret)


@pytest.fixture
def churn(open_work: OpenWork, operator: Caller) -> Subject:
    text_ = CaseText("Churn", "Whom to call", RiskTier.LIMITED, "", "manager", "p", None, "")
    with open_work(operator) as work:
        return cases.create(work, "churn", text_).subject


class TestEnsureOperator:
    def test_first_account_is_an_administrator_without_password(
        self, open_work: OpenWork, operator: Caller
    ) -> None:
        """There is no default password to forget about."""
        assert operator == Caller(Subject.parse("user:1"), "Operator", (Grant(Role.ADMIN),))
        with open_work(operator, write=False) as work:
            user = reads.me(work)
        assert (user.login, user.has_password) == ("operator", False)

    def test_second_time_changes_nothing(self, open_work: OpenWork, operator: Caller) -> None:
        """Every start asks for it."""
        with open_work(SYSTEM) as work:
            before = work.ledger.head()
            assert actions.ensure_operator(work) is None
            assert work.ledger.head() == before


class TestCreateUser:
    def test_has_no_role_and_no_password(self, add_user: AddUser) -> None:
        """What a user may do is said apart."""
        user = add_user("Risk")
        assert (user.login, user.grants, user.has_password) == ("risk", (), False)

    def test_ledger_has_no_names(self, open_work: OpenWork, add_user: AddUser) -> None:
        """A person can be forgotten; the ledger cannot."""
        user = add_user("jane.doe@bank.example", Role.VIEWER)
        assert entries(open_work, "user")[-1] == {
            "subject": str(user.subject),
            "actor": "user:1",
            "v": 1,
            "change": "created",
        }
        with open_work(SYSTEM, write=False) as work:
            everything = " ".join(entry.body for entry in work.ledger.all()).lower()
        assert "jane" not in everything

    def test_taken_login_conflicts(self, add_user: AddUser) -> None:
        """However it is written."""
        add_user("risk")
        with pytest.raises(Conflict, match="login"):
            add_user("RISK")

    def test_others_may_not(self, open_work: OpenWork, add_user: AddUser, as_user: As) -> None:
        """The attempt is refused and kept."""
        manager = add_user("manager", Role.MANAGER)
        with pytest.raises(Forbidden, match="admin"), as_user(manager) as work:
            actions.create_user(work, "friend", "Friend")
        assert entries(open_work, "refusal")[-1]["action"] == Action.USER_MANAGE


class TestEditUser:
    def test_shows_the_new_name(
        self, open_work: OpenWork, operator: Caller, add_user: AddUser
    ) -> None:
        """And the entry that changed it, but not the name, is in the ledger."""
        user = add_user("risk")
        with open_work(operator) as work:
            edited = actions.edit_user(work, user.id, title="Risk officer")
            assert tables.get_user(work, user.id) == edited
        assert edited.title == "Risk officer"
        assert edited.entry != user.entry
        assert entries(open_work, "user")[-1]["change"] == "edited"

    def test_same_name_writes_nothing(
        self, open_work: OpenWork, operator: Caller, add_user: AddUser
    ) -> None:
        """An edit that edits nothing is no fact."""
        user = add_user("risk")
        with open_work(operator) as work:
            assert actions.edit_user(work, user.id, title=user.title).entry == user.entry


class TestDisableUser:
    def test_ends_sessions_links_and_tokens(
        self,
        open_work: OpenWork,
        operator: Caller,
        add_user: AddUser,
        token_of: MakeToken,
        with_password: Callable[[User], SignedIn],
    ) -> None:
        """From this moment nothing speaks for the user."""
        user = add_user("risk", Role.RISK_OFFICER)
        made, signed_in = token_of(user), with_password(user)
        with open_work(operator) as work:
            link = signing_in.create_sign_in_link(work, user.id)
            actions.disable_user(work, user.id)
        with pytest.raises(Unauthenticated, match="enabled"):
            caller_of(open_work, made.secret)
        with open_work(SYSTEM) as work:
            with pytest.raises(Unauthenticated, match="session"):
                reads.caller_of_session(work, signed_in.cookie)
            with pytest.raises(Unauthenticated, match="link"):
                signing_in.redeem_link(work, link.secret)
        with pytest.raises(Unauthenticated, match="login"):
            signing_in.sign_in(open_work, "risk", PASSWORD, address="127.0.0.1")

    def test_enabled_again_keeps_roles(
        self, open_work: OpenWork, operator: Caller, add_user: AddUser, token_of: MakeToken
    ) -> None:
        """Tokens work again, sessions do not come back."""
        user = add_user("risk", Role.RISK_OFFICER)
        made = token_of(user)
        with open_work(operator) as work:
            actions.disable_user(work, user.id)
            assert actions.enable_user(work, user.id).grants == user.grants
        assert caller_of(open_work, made.secret).actor == user.subject

    def test_last_administrator_stays(
        self, open_work: OpenWork, operator: Caller, add_user: AddUser
    ) -> None:
        """Nobody locks the door with the key inside."""
        with pytest.raises(Conflict, match="last"), open_work(operator) as work:
            actions.disable_user(work, 1)
        add_user("second", Role.ADMIN)
        with open_work(operator) as work:
            assert actions.disable_user(work, 1).disabled
        with pytest.raises(Unauthenticated), open_work(SYSTEM) as work:
            reads.operator_caller(work)


class TestGrant:
    def test_everywhere(self, open_work: OpenWork, add_user: AddUser) -> None:
        """The entry says which role and where."""
        user = add_user("risk", Role.RISK_OFFICER)
        assert user.grants == (Grant(Role.RISK_OFFICER),)
        assert entries(open_work, "grant")[-1] == {
            "subject": str(user.subject),
            "actor": "user:1",
            "v": 1,
            "change": "granted",
            "role": "risk-officer",
            "on": "org:gonogo",
        }

    def test_twice_changes_nothing(
        self, open_work: OpenWork, operator: Caller, add_user: AddUser
    ) -> None:
        """A script may be run again."""
        user = add_user("risk", Role.RISK_OFFICER)
        with open_work(operator) as work:
            before = work.ledger.head()
            assert actions.grant(work, user.id, Role.RISK_OFFICER) == user
            assert work.ledger.head() == before

    def test_on_a_case_holds_there_alone(
        self,
        open_work: OpenWork,
        operator: Caller,
        add_user: AddUser,
        as_user: As,
        churn: Subject,
    ) -> None:
        """`Work.allow` asks the tree."""
        user = add_user("owner")
        with open_work(operator) as work:
            actions.grant(work, user.id, Role.PRODUCT_MANAGER, churn)
        with as_user(user) as work:
            work.allow(Action.CASE_EDIT, on=churn)
            with pytest.raises(Forbidden):
                work.allow(Action.CASE_EDIT, on=Subject.parse("case:fraud"))
            with pytest.raises(Forbidden):
                work.allow(Action.CASE_CREATE)

    def test_unknown_case_and_user_are_not_found(
        self, open_work: OpenWork, operator: Caller, add_user: AddUser
    ) -> None:
        """A grant on nothing would one day hold on something."""
        user = add_user("risk")
        with open_work(operator) as work:
            with pytest.raises(NotFound, match="on is"):
                actions.grant(work, user.id, Role.VIEWER, CHURN)
            with pytest.raises(NotFound, match="user"):
                actions.grant(work, 99, Role.VIEWER)

    def test_administrator_of_a_case_gives_roles_there_alone(
        self,
        open_work: OpenWork,
        operator: Caller,
        add_user: AddUser,
        as_user: As,
        churn: Subject,
    ) -> None:
        """No way up from a part to the whole."""
        local, friend = add_user("local"), add_user("friend")
        with open_work(operator) as work:
            actions.grant(work, local.id, Role.ADMIN, churn)
        with as_user(local) as work:
            assert actions.grant(work, friend.id, Role.MANAGER, churn).grants
            for attempt in (
                lambda: actions.grant(work, local.id, Role.ADMIN),
                lambda: actions.create_user(work, "puppet", "Puppet"),
                lambda: actions.disable_user(work, 1),
                lambda: signing_in.create_sign_in_link(work, 1),
            ):
                with pytest.raises(Forbidden):
                    attempt()


class TestRevoke:
    def test_takes_effect_at_once(
        self, open_work: OpenWork, operator: Caller, add_user: AddUser, token_of: MakeToken
    ) -> None:
        """A token made before can do no more than its user now."""
        user = add_user("risk", Role.RISK_OFFICER, Role.VIEWER)
        made = token_of(user)
        assert caller_of(open_work, made.secret).refuses(Action.REVIEW_WAIVE, None) is None
        with open_work(operator) as work:
            actions.revoke(work, user.id, Role.RISK_OFFICER)
        assert caller_of(open_work, made.secret).refuses(Action.REVIEW_WAIVE, None)
        assert entries(open_work, "grant")[-1]["change"] == "revoked"

    def test_what_is_not_held_is_not_found(
        self, open_work: OpenWork, operator: Caller, add_user: AddUser
    ) -> None:
        """The refusal says what is held."""
        user = add_user("risk", Role.VIEWER)
        with pytest.raises(NotFound, match="viewer on org:gonogo"), open_work(operator) as work:
            actions.revoke(work, user.id, Role.ADMIN)

    def test_last_administrator_stays(self, open_work: OpenWork, operator: Caller) -> None:
        """As with disabling."""
        with pytest.raises(Conflict, match="last"), open_work(operator) as work:
            actions.revoke(work, 1, Role.ADMIN)


class TestCreateToken:
    def test_speaks_for_its_user(
        self, open_work: OpenWork, add_user: AddUser, token_of: MakeToken
    ) -> None:
        """With all its roles where nothing else was said."""
        user = add_user("ml", Role.ML_ENGINEER)
        made = token_of(user)
        caller = caller_of(open_work, made.secret)
        assert (caller.actor, caller.grants) == (user.subject, user.grants)
        assert (caller.only, caller.within, caller.token) == (None, None, made.token.id)

    def test_entry_has_no_name_and_no_secret(
        self, open_work: OpenWork, add_user: AddUser, token_of: MakeToken
    ) -> None:
        """What it may do and until when is in the ledger."""
        user = add_user("ml", Role.ML_ENGINEER)
        made = token_of(user, only=frozenset({Action.EVIDENCE_RECORD}))
        assert entries(open_work, "token")[-1] == {
            "subject": f"token:{made.token.id}",
            "actor": str(user.subject),
            "v": 1,
            "user": str(user.subject),
            "only": ["evidence.record"],
            "within": None,
            "expires_at": "2027-02-19T10:30:00.000Z",
            "made_with": None,
        }

    def test_scoped_by_action(
        self, open_work: OpenWork, add_user: AddUser, token_of: MakeToken
    ) -> None:
        """Every action but that one is refused, though the user may."""
        user = add_user("ml", Role.ML_ENGINEER)
        made = token_of(user, only=frozenset({Action.EVIDENCE_RECORD}))
        with open_work(caller_of(open_work, made.secret), write=False) as work:
            work.allow(Action.EVIDENCE_RECORD)
            for action in set(Action) - {Action.EVIDENCE_RECORD}:
                with pytest.raises(Forbidden):
                    work.allow(action)

    def test_scope_adds_nothing(
        self, open_work: OpenWork, add_user: AddUser, token_of: MakeToken
    ) -> None:
        """A viewer's token for everything is a viewer's."""
        made = token_of(add_user("viewer", Role.VIEWER), only=frozenset(Action))
        with open_work(caller_of(open_work, made.secret), write=False) as work:
            for action in Action:
                if Role.VIEWER in ALLOWED[action]:
                    work.allow(action)
                else:
                    with pytest.raises(Forbidden):
                        work.allow(action)

    def test_confined_to_a_subject(
        self, open_work: OpenWork, add_user: AddUser, token_of: MakeToken, churn: Subject
    ) -> None:
        """There and nowhere else; and it makes no tokens, which are elsewhere."""
        made = token_of(add_user("ml", Role.PRODUCT_MANAGER), within=churn)
        with open_work(caller_of(open_work, made.secret)) as work:
            work.allow(Action.CASE_EDIT, on=churn)
            for attempt in (
                lambda: work.allow(Action.CASE_EDIT, on=Subject.parse("case:fraud")),
                lambda: work.allow(Action.CASE_CREATE),
                lambda: actions.create_token(work, "wider"),
            ):
                with pytest.raises(Forbidden, match="confined"):
                    attempt()

    def test_confined_to_the_unknown_is_not_found(
        self, add_user: AddUser, token_of: MakeToken
    ) -> None:
        """A mistyped subject would be a token for nothing."""
        with pytest.raises(NotFound, match="within"):
            token_of(add_user("ml", Role.ML_ENGINEER), within=CHURN)

    def test_made_with_a_token_is_no_wider_and_falls_with_it(
        self, open_work: OpenWork, add_user: AddUser, as_user: As, token_of: MakeToken
    ) -> None:
        """Whoever steals one token gains no other that outlives it."""
        user = add_user("ml", Role.ML_ENGINEER)
        scope = frozenset({Action.READ, Action.TOKEN_OWN})
        first = token_of(user, only=scope, expires=timedelta(days=1))
        with open_work(caller_of(open_work, first.secret)) as work:
            second = actions.create_token(work, "child")
            with pytest.raises(Invalid, match="only"):
                actions.create_token(work, "wider", only=frozenset({Action.EVIDENCE_RECORD}))
            with pytest.raises(Invalid, match="expires"):
                actions.create_token(work, "longer", expires=timedelta(days=2))
        assert second.token.only == scope
        assert second.token.expires_at == first.token.expires_at
        with as_user(user) as work:
            actions.revoke_token(work, first.token.id)
        with pytest.raises(Unauthenticated, match="revoked"):
            caller_of(open_work, second.secret)

    @pytest.mark.parametrize("name", ["", "  ", "x" * 101, "two\nlines"])
    def test_needs_a_name(self, add_user: AddUser, token_of: MakeToken, name: str) -> None:
        """A list of nameless tokens cannot be cleared up."""
        user = add_user("ml", Role.ML_ENGINEER)
        with pytest.raises(Invalid, match="name"):
            token_of(user, name)

    def test_role_on_one_case_is_enough_for_a_token(
        self,
        open_work: OpenWork,
        operator: Caller,
        add_user: AddUser,
        token_of: MakeToken,
        churn: Subject,
    ) -> None:
        """One's own tokens lie above no use case, and are one's own all the same."""
        user = add_user("owner")
        with open_work(operator) as work:
            actions.grant(work, user.id, Role.PRODUCT_MANAGER, churn)
        assert caller_of(open_work, token_of(user).secret).actor == user.subject

    def test_without_any_role_is_refused(self, add_user: AddUser, token_of: MakeToken) -> None:
        """An account that may do nothing makes nothing."""
        with pytest.raises(Forbidden, match=r"token\.own"):
            token_of(add_user("nobody"))


class TestCallerOfToken:
    def test_expired_by_the_clock(
        self, open_work: OpenWork, clock: FakeClock, add_user: AddUser, token_of: MakeToken
    ) -> None:
        """Good until the moment it ends, and not a moment longer."""
        made = token_of(add_user("ml", Role.ML_ENGINEER), expires=timedelta(hours=1))
        clock.advance(minutes=59, seconds=59)
        assert caller_of(open_work, made.secret).token == made.token.id
        clock.advance(seconds=1)
        with pytest.raises(Unauthenticated, match="expired") as refused:
            caller_of(open_work, made.secret)
        assert refused.value.field == "token"

    def test_revoked(
        self, open_work: OpenWork, add_user: AddUser, as_user: As, token_of: MakeToken
    ) -> None:
        """Revoking twice is revoking once."""
        user = add_user("ml", Role.ML_ENGINEER)
        made = token_of(user)
        with as_user(user) as work:
            revoked = actions.revoke_token(work, made.token.id)
            assert actions.revoke_token(work, made.token.id) == revoked
        with pytest.raises(Unauthenticated, match="revoked"):
            caller_of(open_work, made.secret)
        assert len(entries(open_work, "token-revoked")) == 1

    @pytest.mark.parametrize(
        "bad", ["", "gng_", "x", "gng_0123456789ab_short", "gng_ÄÖ", "Bearer x", "\0", "g" * 9999]
    )
    def test_malformed_says_what_a_token_looks_like(
        self, open_work: OpenWork, operator: Caller, bad: str
    ) -> None:
        """And repeats nothing of what was sent."""
        with pytest.raises(Unauthenticated, match="gng_, 12 hexadecimal") as refused:
            caller_of(open_work, bad)
        assert refused.value.value is None

    def test_unknown_id_and_wrong_secret_read_the_same(
        self, open_work: OpenWork, add_user: AddUser, token_of: MakeToken
    ) -> None:
        """Nobody learns which half was right."""
        made = token_of(add_user("ml", Role.ML_ENGINEER))
        head, secret = made.secret[:17], made.secret[17:]
        refusals = []
        for forged in (f"gng_{'0' * 12}_{secret}", f"{head}{'A' * 43}"):
            with pytest.raises(Unauthenticated) as refused:
                caller_of(open_work, forged)
            refusals.append(str(refused.value))
        assert refusals[0] == refusals[1]


class TestRevokeToken:
    def test_of_somebody_else_needs_an_administrator(
        self,
        open_work: OpenWork,
        operator: Caller,
        add_user: AddUser,
        as_user: As,
        token_of: MakeToken,
    ) -> None:
        """A manager cannot, an administrator can."""
        made = token_of(add_user("ml", Role.ML_ENGINEER))
        manager = add_user("manager", Role.MANAGER)
        with pytest.raises(Forbidden), as_user(manager) as work:
            actions.revoke_token(work, made.token.id)
        with open_work(operator) as work:
            assert actions.revoke_token(work, made.token.id).revoked_at is not None

    def test_unknown_is_not_found(self, open_work: OpenWork, operator: Caller) -> None:
        """By the id, not the whole token."""
        with pytest.raises(NotFound, match="token"), open_work(operator) as work:
            actions.revoke_token(work, "0" * 12)


class TestSecrets:
    def test_stand_nowhere_in_clear(
        self,
        engine: Engine,
        open_work: OpenWork,
        operator: Caller,
        tmp_path: Path,
        add_user: AddUser,
        token_of: MakeToken,
        with_password: Callable[[User], SignedIn],
    ) -> None:
        """Neither in a table nor in the file, so that a stolen backup opens nothing."""
        user = add_user("ml", Role.ML_ENGINEER)
        made, signed_in = token_of(user), with_password(user)
        with open_work(operator) as work:
            link = signing_in.create_sign_in_link(work, user.id)
        secrets = (made.secret[17:], signed_in.cookie, signed_in.csrf, link.secret[4:], PASSWORD)
        everything = "".join(
            repr(row) for table in metadata.sorted_tables for row in _rows(engine, table.name)
        )
        assert ledger.name in metadata.tables
        assert made.token.id in everything
        for secret in secrets:
            assert secret not in everything
        for file in tmp_path.glob("gonogo.db*"):
            raw = file.read_bytes()
            for secret in secrets:
                assert secret.encode() not in raw

    def test_do_not_show_in_a_log(
        self, add_user: AddUser, token_of: MakeToken, with_password: Callable[[User], SignedIn]
    ) -> None:
        """`repr` leaves them out."""
        user = add_user("ml", Role.ML_ENGINEER)
        made, signed_in = token_of(user), with_password(user)
        assert made.secret not in repr(made)
        assert signed_in.cookie not in repr(signed_in)
        assert signed_in.csrf not in repr(signed_in)


def _rows(engine: Engine, table: str) -> list[object]:
    with engine.connect() as connection:
        return list(connection.execute(text(f'SELECT * FROM "{table}"')))  # noqa: S608  # a name of ours
