"""Tests of getting in and out: links, passwords, delays, sessions."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Literal

import pytest
from argon2 import PasswordHasher

from gonogo.core.caller import SYSTEM, Caller
from gonogo.core.errors import Conflict, Invalid, TooMany, Unauthenticated
from gonogo.core.roles import Role
from gonogo.domain.accounts import actions, hashing, reads, rules, signing_in, tables
from gonogo.domain.accounts.rules import SignedIn, User
from gonogo.store.work import OpenWork
from tests.domain.accounts.conftest import PASSWORD, AddUser
from tests.fixtures.clocks import FakeClock

HERE = "192.0.2.1"
WRONG = "copper lantern time"
WithPassword = Callable[[User], SignedIn]


@pytest.fixture
def risk(add_user: AddUser) -> User:
    return add_user("risk", Role.RISK_OFFICER)


@pytest.fixture
def link(open_work: OpenWork, operator: Caller, risk: User) -> str:
    with open_work(operator) as work:
        return signing_in.create_sign_in_link(work, risk.id).secret


def redeem(open_work: OpenWork, secret: str, replaces: str | None = None) -> SignedIn:
    with open_work(SYSTEM) as work:
        return signing_in.redeem_link(work, secret, replaces=replaces)


def caller_of(open_work: OpenWork, cookie: str) -> Caller:
    with open_work(SYSTEM, write=False) as work:
        return reads.caller_of_session(work, cookie)


def sign_in(
    open_work: OpenWork, password: str = PASSWORD, login: str = "risk", address: str = HERE
) -> SignedIn:
    return signing_in.sign_in(open_work, login, password, address=address)


def fail(open_work: OpenWork, times: int, login: str = "risk", address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(Unauthenticated):
            sign_in(open_work, WRONG, login, address)


class TestRedeemLink:
    def test_signs_in_and_asks_for_a_password(self, open_work: OpenWork, link: str) -> None:
        """The first sign-in of a new user."""
        signed_in = redeem(open_work, link)
        assert signed_in.needs_password
        assert caller_of(open_work, signed_in.cookie).roles() == {Role.RISK_OFFICER}

    def test_used_twice_is_refused(self, open_work: OpenWork, link: str) -> None:
        """Whoever reads it later in a mail or a terminal finds it spent."""
        redeem(open_work, link)
        with pytest.raises(Unauthenticated, match="used"):
            redeem(open_work, link)

    def test_expires_after_a_day(self, open_work: OpenWork, link: str, clock: FakeClock) -> None:
        """To the second."""
        clock.advance(hours=24)
        with pytest.raises(Unauthenticated, match="expired"):
            redeem(open_work, link)

    def test_works_until_then(self, open_work: OpenWork, link: str, clock: FakeClock) -> None:
        """A day is a day."""
        clock.advance(hours=23, minutes=59, seconds=59)
        assert redeem(open_work, link).user.login == "risk"

    def test_newer_link_replaces_it(
        self, open_work: OpenWork, operator: Caller, risk: User, link: str
    ) -> None:
        """One door at a time."""
        with open_work(operator) as work:
            newer = signing_in.create_sign_in_link(work, risk.id)
        with pytest.raises(Unauthenticated, match="newer"):
            redeem(open_work, link)
        assert redeem(open_work, newer.secret).user.login == "risk"

    @pytest.mark.parametrize("bad", ["", "gnl_", "gnl_x", "\0", "gng_" + "A" * 43])
    def test_malformed_is_refused(self, open_work: OpenWork, operator: Caller, bad: str) -> None:
        """Half a link is no link."""
        with pytest.raises(Unauthenticated, match="whole"):
            redeem(open_work, bad)

    def test_replaces_the_session_there_was(
        self, open_work: OpenWork, operator: Caller, risk: User, link: str
    ) -> None:
        """A cookie that somebody planted before signs nobody in."""
        planted = redeem(open_work, link).cookie
        with open_work(operator) as work:
            again = signing_in.create_sign_in_link(work, risk.id).secret
        signed_in = redeem(open_work, again, replaces=planted)
        assert signed_in.cookie != planted
        with pytest.raises(Unauthenticated):
            caller_of(open_work, planted)

    def test_cookie_of_a_stranger_is_never_taken_on(self, open_work: OpenWork, link: str) -> None:
        """The session gets a secret of its own, whatever the browser brought."""
        planted = hashing.random_secret()
        redeem(open_work, link, replaces=planted)
        with pytest.raises(Unauthenticated):
            caller_of(open_work, planted)


class TestCreateSignInLink:
    def test_is_in_the_ledger(self, open_work: OpenWork, link: str, risk: User) -> None:
        """Whoever makes one could use it, so that it was made is a fact."""
        with open_work(SYSTEM, write=False) as work:
            (entry,) = work.ledger.search(kind="sign-in-link").items
        assert (entry.subject, entry.actor) == (str(risk.subject), "user:1")
        assert link not in entry.body

    def test_of_the_operator_lasts_15_minutes(
        self, open_work: OpenWork, operator: Caller, clock: FakeClock
    ) -> None:
        """It stands in a terminal's history."""
        made = signing_in.operator_link(open_work)
        assert made.expires_at == clock() + timedelta(minutes=15)
        assert redeem(open_work, made.secret).user.login == "operator"

    def test_for_the_disabled_is_a_conflict(
        self, open_work: OpenWork, operator: Caller, risk: User
    ) -> None:
        """A link that will not work is not handed out."""
        with open_work(operator) as work:
            actions.disable_user(work, risk.id)
            with pytest.raises(Conflict, match="enabled"):
                signing_in.create_sign_in_link(work, risk.id)


class TestSetPassword:
    def test_first_one_needs_no_old_one(
        self, open_work: OpenWork, risk: User, with_password: WithPassword
    ) -> None:
        """After it, login and password sign in."""
        assert not with_password(risk).needs_password
        assert sign_in(open_work).user.id == risk.id

    def test_weak_one_is_refused_and_nothing_changes(self, open_work: OpenWork, link: str) -> None:
        """The rule is asked before anything is hashed or written."""
        cookie = redeem(open_work, link).cookie
        with pytest.raises(Invalid, match="password"):
            signing_in.set_password(open_work, cookie, "password1234", address=HERE)
        with open_work(SYSTEM, write=False) as work:
            assert reads.session_of(work, cookie).needs_password

    def test_ends_all_sessions_and_begins_a_new_one(
        self, open_work: OpenWork, risk: User, with_password: WithPassword
    ) -> None:
        """Whoever sat in another browser is out."""
        here, there = with_password(risk), sign_in(open_work)
        changed = signing_in.set_password(
            open_work, here.cookie, "eleven quiet rivers", address=HERE, old=PASSWORD
        )
        assert caller_of(open_work, changed.cookie).actor == risk.subject
        for ended in (here, there):
            with pytest.raises(Unauthenticated):
                caller_of(open_work, ended.cookie)
        with pytest.raises(Unauthenticated):
            sign_in(open_work)

    @pytest.mark.parametrize("old", [None, "", WRONG])
    def test_old_one_is_asked_for(
        self, open_work: OpenWork, risk: User, with_password: WithPassword, old: str | None
    ) -> None:
        """An unlocked browser is not enough to take the account."""
        cookie = with_password(risk).cookie
        with pytest.raises(Invalid, match="old"):
            signing_in.set_password(open_work, cookie, "eleven quiet rivers", address=HERE, old=old)
        assert sign_in(open_work).user.login == "risk"

    def test_guessing_the_old_one_is_slowed(
        self, open_work: OpenWork, risk: User, with_password: WithPassword
    ) -> None:
        """A session is no way around the delay."""
        cookie = with_password(risk).cookie
        for _ in range(rules.FREE_FOR_LOGIN):
            with pytest.raises(Invalid):
                signing_in.set_password(
                    open_work, cookie, "eleven quiet rivers", address=HERE, old=WRONG
                )
        with pytest.raises(TooMany):
            signing_in.set_password(
                open_work, cookie, "eleven quiet rivers", address=HERE, old=PASSWORD
            )

    def test_link_helps_who_forgot(
        self, open_work: OpenWork, operator: Caller, risk: User, with_password: WithPassword
    ) -> None:
        """For a quarter of an hour."""
        with_password(risk)
        with open_work(operator) as work:
            secret = signing_in.create_sign_in_link(work, risk.id).secret
        cookie = redeem(open_work, secret).cookie
        signing_in.set_password(open_work, cookie, "eleven quiet rivers", address=HERE)
        assert sign_in(open_work, "eleven quiet rivers").user.login == "risk"


class TestSignIn:
    def test_login_is_not_case_sensitive_and_password_is(
        self, open_work: OpenWork, risk: User, with_password: WithPassword
    ) -> None:
        """As people expect."""
        with_password(risk)
        assert sign_in(open_work, login=" RISK ").user.id == risk.id
        with pytest.raises(Unauthenticated):
            sign_in(open_work, PASSWORD.upper())

    def test_wrong_password_and_unknown_login_read_the_same(
        self, open_work: OpenWork, risk: User, with_password: WithPassword
    ) -> None:
        """Nobody learns which logins there are."""
        with_password(risk)
        refusals = []
        for login, password in (("risk", WRONG), ("nobody", PASSWORD), ("operator", PASSWORD)):
            with pytest.raises(Unauthenticated) as refused:
                sign_in(open_work, password, login)
            refusals.append(str(refused.value))
        assert len(set(refusals)) == 1

    def test_unknown_login_hashes_as_well(
        self, open_work: OpenWork, operator: Caller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whether a login exists does not show in the time it takes."""
        verified: list[str] = []

        class Watched(PasswordHasher):
            def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  # the library's name
                verified.append(str(hash))
                return super().verify(hash, password)

        monkeypatch.setattr(hashing, "PasswordHasher", Watched)
        for login in ("nobody", "operator"):
            fail(open_work, 1, login)
        assert len(verified) == 2
        assert all(kept.startswith("$argon2id$") for kept in verified)

    def test_concurrent_session_stays(
        self, open_work: OpenWork, risk: User, with_password: WithPassword
    ) -> None:
        """Two browsers are two sessions."""
        first = with_password(risk)
        second = sign_in(open_work)
        assert caller_of(open_work, first.cookie) == caller_of(open_work, second.cookie)

    def test_password_of_weaker_settings_is_hashed_anew(
        self, open_work: OpenWork, risk: User, with_password: WithPassword
    ) -> None:
        """When the library's settings grow, so do the passwords, one sign-in at a time."""
        with_password(risk)
        weaker = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        with open_work(SYSTEM) as work:
            kept = tables.password_hash(work, risk.id)
            assert tables.set_password_hash(work, risk.id, weaker, instead_of=kept)
        sign_in(open_work)
        with open_work(SYSTEM, write=False) as work:
            newer = tables.password_hash(work, risk.id)
        assert newer is not None
        assert not hashing.is_outdated(newer)
        assert hashing.password_fits(newer, PASSWORD)


class TestSlowingDown:
    def test_right_password_during_the_delay_is_refused(
        self, open_work: OpenWork, risk: User, with_password: WithPassword, clock: FakeClock
    ) -> None:
        """Else the delay would tell a guesser when to stop."""
        with_password(risk)
        fail(open_work, rules.FREE_FOR_LOGIN)
        with pytest.raises(TooMany) as refused:
            sign_in(open_work)
        assert refused.value.retry_after == 1
        clock.advance(seconds=1)
        assert sign_in(open_work).user.login == "risk"

    def test_delay_doubles_and_ends_with_success(
        self, open_work: OpenWork, risk: User, with_password: WithPassword, clock: FakeClock
    ) -> None:
        """One right password and the login starts afresh."""
        with_password(risk)
        fail(open_work, rules.FREE_FOR_LOGIN)
        for expected in (1, 2, 4):
            with pytest.raises(TooMany) as refused:
                sign_in(open_work)
            assert refused.value.retry_after == expected
            clock.advance(seconds=expected)
            fail(open_work, 1)
        clock.advance(seconds=8)
        sign_in(open_work)
        fail(open_work, rules.FREE_FOR_LOGIN - 1)
        assert sign_in(open_work).user.login == "risk"

    def test_unknown_login_is_slowed_the_same(self, open_work: OpenWork, operator: Caller) -> None:
        """Else the delay would tell which logins there are."""
        fail(open_work, rules.FREE_FOR_LOGIN, login="nobody")
        with pytest.raises(TooMany):
            sign_in(open_work, login="nobody")

    def test_another_login_is_not_slowed(
        self, open_work: OpenWork, risk: User, with_password: WithPassword
    ) -> None:
        """Not by a few failures from the same address."""
        with_password(risk)
        fail(open_work, rules.FREE_FOR_LOGIN, login="nobody")
        assert sign_in(open_work).user.login == "risk"

    def test_address_that_tries_many_logins_is_slowed(
        self, open_work: OpenWork, risk: User, with_password: WithPassword
    ) -> None:
        """One password on many logins; other addresses go on."""
        with_password(risk)
        for number in range(rules.FREE_FOR_ADDRESS):
            fail(open_work, 1, login=f"guess{number}")
        with pytest.raises(TooMany):
            sign_in(open_work)
        assert sign_in(open_work, address="192.0.2.2").user.login == "risk"

    def test_account_of_one_s_own_does_not_clear_the_address(
        self, open_work: OpenWork, risk: User, with_password: WithPassword
    ) -> None:
        """A right password takes back its own attempt and no other."""
        with_password(risk)
        for number in range(rules.FREE_FOR_ADDRESS - 1):
            fail(open_work, 1, login=f"guess{number}")
        sign_in(open_work)
        fail(open_work, 1, login="guess")
        with pytest.raises(TooMany):
            sign_in(open_work)

    def test_forgotten_after_a_day(
        self, open_work: OpenWork, operator: Caller, clock: FakeClock
    ) -> None:
        """The table does not grow for ever either."""
        fail(open_work, rules.FREE_FOR_LOGIN)
        clock.advance(days=1, seconds=1)
        fail(open_work, rules.FREE_FOR_LOGIN)
        with pytest.raises(TooMany) as refused:
            sign_in(open_work)
        assert refused.value.retry_after == 1

    def test_many_at_once_are_not_all_heard(
        self, open_work: OpenWork, risk: User, with_password: WithPassword
    ) -> None:
        """An attempt counts before it is checked."""
        with_password(risk)
        heard: list[type[Exception]] = []

        def guess() -> None:
            try:
                sign_in(open_work, WRONG)
            except (TooMany, Unauthenticated) as refused:
                heard.append(type(refused))

        threads = [threading.Thread(target=guess) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(heard) == 8
        assert heard.count(Unauthenticated) == rules.FREE_FOR_LOGIN


class TestSignOut:
    def test_ends_the_session(self, open_work: OpenWork, link: str) -> None:
        """Also for whoever copied the cookie; twice does no harm."""
        cookie = redeem(open_work, link).cookie
        for _ in range(2):
            with open_work(SYSTEM) as work:
                signing_in.sign_out(work, cookie)
        with pytest.raises(Unauthenticated, match="sign in again"):
            caller_of(open_work, cookie)


class TestSessionOf:
    def test_ends_when_left_alone(self, open_work: OpenWork, link: str, clock: FakeClock) -> None:
        """After twelve hours without a request."""
        cookie = redeem(open_work, link).cookie
        clock.advance(hours=12)
        with pytest.raises(Unauthenticated):
            caller_of(open_work, cookie)

    def test_token_of_its_forms_is_its_own(
        self, open_work: OpenWork, link: str, risk: User, with_password: WithPassword
    ) -> None:
        """What one session's page carries is no good in another one."""
        first, second = redeem(open_work, link), with_password(risk)
        assert first.csrf != second.csrf
        assert first.csrf != first.cookie


class TestNames:
    def test_of_accounts_that_are_known(self, open_work: OpenWork, risk: User) -> None:
        """Pages show a name where the ledger has an address."""
        with open_work(SYSTEM, write=False) as work:
            found = reads.names(work, [str(risk.subject), "user:99", "user:system"])
        assert found == {str(risk.subject): "Risk"}
