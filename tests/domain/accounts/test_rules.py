"""Tests of the rules of accounts: passwords, logins, delays, expiry, scope, roles and actions."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.core.errors import Invalid
from gonogo.core.roles import Action
from gonogo.core.subjects import ORGANISATION, Subject
from gonogo.domain.accounts import rules
from gonogo.domain.accounts.rules import Failures, Session, SignedInBy, Token, User

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
GOOD = "copper lantern tide"


def user(*, has_password: bool = True) -> User:
    return User(7, "risk", "Risk officer", False, has_password, NOW, "0" * 64)


def token(expires_at: datetime) -> Token:
    return Token("0" * 12, 7, "ci", None, None, NOW, expires_at, None, None, None, "0" * 64)


def session(by: SignedInBy = SignedInBy.PASSWORD) -> Session:
    return Session("0" * 64, 7, by, NOW, NOW, NOW + rules.SESSION_LONGEST)


class TestCheckedPassword:
    def test_long_and_uncommon_is_taken(self) -> None:
        """Nothing but length and commonness is asked: no digits, no signs."""
        assert rules.checked_password(GOOD, "risk") == GOOD

    @pytest.mark.parametrize(
        "weak",
        [
            "",
            "short",
            "elevenchars",
            "x" * 257,
            "risk.officer",
            "RISK.OFFICER",
            "risk.officerrisk.officer",
            "password1234",
            "PassWord1234",
            "aaaaaaaaaaaaaaaa",
            "ababababababab",
        ],
    )
    def test_weak_is_refused_without_repeating_it(self, weak: str) -> None:
        """Too short, too long, the login, common, or of hardly any letters."""
        with pytest.raises(Invalid) as refused:
            rules.checked_password(weak, "risk.officer")
        assert refused.value.field == "password"
        assert refused.value.value is None
        assert not weak or weak not in str(refused.value)

    def test_length_counts_characters(self) -> None:
        """Twelve characters of any script are twelve, however many bytes they take."""
        assert rules.checked_password("зелёныйдом77", "risk")

    def test_composition_of_letters_does_not_matter(self) -> None:
        """One keyboard sends é as one character, another one as two."""
        one = rules.checked_password("café lantern tide", "risk")
        assert rules.normal("cafe\u0301 lantern tide") == one


class TestCheckedLogin:
    @pytest.mark.parametrize("text", ["risk", "risk.officer", "a", "Risk@Example.com", " risk "])
    def test_is_lower_case(self, text: str) -> None:
        """Whoever signs in need not remember how it was written."""
        assert rules.checked_login(text) == text.strip().lower()

    @pytest.mark.parametrize("text", ["", "7", "7up", "-x", "a b", "a/b", "é", "x" * 65, "a."])
    def test_others_are_refused(self, text: str) -> None:
        """A login never reads as an id, and never needs escaping."""
        with pytest.raises(Invalid, match="login"):
            rules.checked_login(text)


class TestCheckedPlace:
    def test_everywhere_and_use_cases(self) -> None:
        """A role holds everywhere or on a use case."""
        assert rules.checked_place(ORGANISATION) == ORGANISATION
        churn = Subject.parse("case:churn")
        assert rules.checked_place(churn) == churn

    def test_elsewhere_is_refused(self) -> None:
        """A role on a model version would be missing on the next one."""
        with pytest.raises(Invalid, match="on is"):
            rules.checked_place(Subject.parse("model:churn@3"))


class TestCheckedExpiry:
    def test_is_90_days_unless_said(self) -> None:
        """Nothing lasts for ever by forgetting."""
        assert rules.checked_expiry(NOW, None) == NOW + timedelta(days=90)

    @pytest.mark.parametrize("span", [timedelta(0), timedelta(seconds=59), timedelta(days=367)])
    def test_out_of_bounds_is_refused(self, span: timedelta) -> None:
        """At least a minute, at most a year and a day."""
        with pytest.raises(Invalid, match="expires"):
            rules.checked_expiry(NOW, span)

    def test_ends_with_the_token_that_made_it(self) -> None:
        """A stolen token cannot make itself last."""
        maker = token(NOW + timedelta(days=2))
        assert rules.checked_expiry(NOW, None, maker) == maker.expires_at
        with pytest.raises(Invalid, match="lasts"):
            rules.checked_expiry(NOW, timedelta(days=3), maker)


class TestCheckedScope:
    def test_cannot_exceed_the_token_that_made_it(self) -> None:
        """What a token may not do, the tokens it makes may not either."""
        most = frozenset({Action.READ, Action.TOKEN_OWN})
        assert rules.checked_scope(None, most) == most
        read = frozenset({Action.READ})
        assert rules.checked_scope(read, most) == read
        with pytest.raises(Invalid, match=r"evidence\.record"):
            rules.checked_scope(frozenset({Action.EVIDENCE_RECORD}), most)

    def test_of_nothing_is_refused(self) -> None:
        """A token that may do nothing is a mistake."""
        with pytest.raises(Invalid, match="only"):
            rules.checked_scope(frozenset(), None)


class TestDelay:
    @given(st.integers(0, 1000), st.integers(1, 50))
    def test_never_shrinks_and_has_a_bound(self, failures: int, free: int) -> None:
        """More failures never wait less, and nobody is kept out for long by a stranger."""
        here, after = rules.delay(failures, free), rules.delay(failures + 1, free)
        assert timedelta(0) <= here <= after <= rules.LONGEST_DELAY

    def test_doubles(self) -> None:
        """Each failure costs twice the one before."""
        waits = [rules.delay(n, free=3).seconds for n in range(3, 9)]
        assert waits == [1, 2, 4, 8, 16, 32]

    def test_is_over_when_it_is_over(self) -> None:
        """Waiting the seconds that were said is enough, and a moment less is not."""
        failures = Failures(6, NOW)
        wait = rules.seconds_to_wait(failures, 3, NOW)
        assert wait == 8
        almost = NOW + timedelta(seconds=wait, milliseconds=-1)
        assert rules.seconds_to_wait(failures, 3, almost) == 1
        assert rules.seconds_to_wait(failures, 3, NOW + timedelta(seconds=wait)) == 0


class TestSessionIsOpen:
    def test_ends_when_left_alone(self) -> None:
        """Twelve hours without a request."""
        last = NOW + rules.SESSION_IDLE
        assert rules.session_is_open(session(), last - timedelta(seconds=1))
        assert not rules.session_is_open(session(), last)

    def test_ends_for_good_after_a_week(self) -> None:
        """However busy it was."""
        end = NOW + rules.SESSION_LONGEST
        busy = Session("0" * 64, 7, SignedInBy.LINK, NOW, end - timedelta(minutes=1), end)
        assert rules.session_is_open(busy, end - timedelta(seconds=1))
        assert not rules.session_is_open(busy, end)


class TestMaySetWithoutOld:
    def test_the_first_password(self) -> None:
        """There is no old one to ask for."""
        assert rules.may_set_without_old(session(), user(has_password=False), NOW)

    def test_just_after_a_link(self) -> None:
        """Who forgot the password gets a link, and has a quarter of an hour."""
        by_link = session(SignedInBy.LINK)
        assert rules.may_set_without_old(by_link, user(), NOW)
        assert not rules.may_set_without_old(by_link, user(), NOW + rules.FRESH)

    def test_not_in_a_session_by_password(self) -> None:
        """A browser left open does not give the account away."""
        assert not rules.may_set_without_old(session(), user(), NOW)
