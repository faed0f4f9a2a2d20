"""Tests of REST for accounts: the matrix over the wire, users, tokens."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from urllib.parse import parse_qsl

import httpx
import pytest

from gonogo.app.inprocess import client_on
from gonogo.app.wiring import Installation
from gonogo.core.errors import Forbidden, Invalid, NotFound, Stale, Unauthenticated
from gonogo.core.roles import Role
from gonogo.schemas import accounts as schemas
from gonogo.sdk.client import Client
from tests.fixtures.clocks import FakeClock

Speaks = Callable[..., AbstractContextManager[Client]]


@pytest.fixture
def speaks(installation: Installation) -> Speaks:
    """`with speaks(secret) as client`: a client that bears this token."""

    @contextmanager
    def opened(secret: str) -> Iterator[Client]:
        made = client_on(installation, secret)
        try:
            yield made
        finally:
            made._raw.close()  # the installation stays open for the next client

    return opened


@pytest.fixture
def secret_of(client: Client, speaks: Speaks, installation: Installation) -> Callable[..., str]:
    """`secret_of("risk-officer")`: a token of a user with that role."""

    def made(role: str, **more: object) -> str:
        from gonogo.core.caller import SYSTEM, Caller
        from gonogo.domain.accounts import actions, tables

        login = f"a-{role}"
        if login not in {user.login for user in client.users.all()}:
            client.users.create(login, role)
            client.user(login).grant(role)
        with installation.open_work(SYSTEM, write=False) as work:
            user = tables.find_user(work, login)
        caller = Caller(user.subject, user.title, user.grants)
        with installation.open_work(caller) as work:
            return actions.create_token(work, "test", **more).secret  # type: ignore[arg-type]  # passed on

    return made


CASE = {
    "slug": "churn",
    "title": "Churn",
    "problem": "Whom to call",
    "risk_tier": "limited",
    "owner_role": "manager",
}
# Route, body, and who may: one route for each way of asking for a right.
ROUTES = [
    ("GET", "/cases", None, set(Role)),
    ("GET", "/me", None, set(Role)),
    ("GET", "/tokens", None, set(Role)),
    ("POST", "/tokens", {"name": "x"}, set(Role)),
    (
        "POST",
        "/cases",
        CASE,
        {Role.DATA_SCIENTIST, Role.PRODUCT_MANAGER, Role.MANAGER, Role.ADMIN},
    ),
    ("GET", "/users", None, {Role.ADMIN}),
    ("GET", "/users/operator", None, {Role.ADMIN}),
    ("POST", "/users", {"login": "new", "title": "New"}, {Role.ADMIN}),
    ("POST", "/users/operator/grants", {"role": "viewer"}, {Role.ADMIN}),
    ("DELETE", "/users/operator/grants?held=admin", None, {Role.ADMIN}),
    ("POST", "/users/operator/sign-in-link", None, {Role.ADMIN}),
    ("GET", "/users/operator/tokens", None, {Role.ADMIN}),
]


class TestMatrix:
    @pytest.mark.parametrize("role", list(Role))
    def test_each_role_reaches_what_it_may(
        self, speaks: Speaks, secret_of: Callable[..., str], role: Role
    ) -> None:
        """Who may gets an answer, who may not a refusal that names who may."""
        with speaks(secret_of(role)) as client:
            for method, path, body, may in ROUTES:
                reached = reaches(client, method, path, body)
                assert reached is (role in may), f"{role}: {method} {path}"


def reaches(client: Client, method: str, path: str, body: object) -> bool:
    """Whether a request is let through; a refusal has to name who may."""
    path, _, query = path.partition("?")
    try:
        asked = dict(parse_qsl(query))
        # Without a key: what answers with a secret takes none.
        client.http.send(method, path, body=body, query=asked, keyed=False)  # type: ignore[arg-type]  # of the table above
    except Forbidden as refused:
        return "one of the roles" not in refused.expected
    return True


class TestMe:
    def test_says_who_and_what(self, client: Client) -> None:
        """The owner of the folder is the operator."""
        me = client.me()
        assert (me.subject, me.login, me.token) == ("user:1", "operator", None)
        assert me.grants == [schemas.Grant(role="admin", on="org:gonogo")]
        assert "user.manage" in me.actions
        assert "review.sign" not in me.actions

    def test_says_what_a_token_may(self, speaks: Speaks, secret_of: Callable[..., str]) -> None:
        """Scope and role together."""
        from gonogo.core.roles import Action

        secret = secret_of("viewer", only=frozenset({Action.READ, Action.EVIDENCE_RECORD}))
        with speaks(secret) as client:
            me = client.me()
        assert me.only == ["evidence.record", "read"]
        assert me.actions == ["read"]
        assert me.token == secret[4:16]


class TestUsers:
    def test_are_listed_page_by_page(self, client: Client) -> None:
        """In the order in which they came."""
        for name in ("ada", "ben"):
            client.users.create(name, name.title())
        first = client.http.get("/users", schemas.Users, limit=2)
        assert [user.login for user in first.items] == ["operator", "ada"]
        rest = client.http.get("/users", schemas.Users, cursor=first.next)
        assert [user.login for user in rest.items] == ["ben"]
        assert [user.id for user in client.users.all()] == [1, 2, 3]

    def test_edit_needs_what_was_read(self, client: Client) -> None:
        """Two administrators at once do not lose each other's edits."""
        read = client.users.create("ada", "Ada")
        edited = client.user("ada").edit(read=read, title="Risk officer")
        assert edited.title == "Risk officer"
        with pytest.raises(Stale):
            client.user("ada").edit(read=read, title="Other")
        with pytest.raises(Invalid, match="If-Match"):
            client.http.send("PATCH", "/users/ada", body={"title": "Other"})

    def test_disable_and_enable(self, client: Client) -> None:
        """And back."""
        client.users.create("ada", "Ada")
        assert client.user("ada").disable().disabled
        assert not client.user("ada").enable().disabled

    def test_roles_come_and_go(self, client: Client) -> None:
        """By id or login."""
        made = client.users.create("ada", "Ada")
        assert client.user(made.id).grant("viewer").grants == [
            schemas.Grant(role="viewer", on="org:gonogo")
        ]
        assert client.user("ada").revoke("viewer").grants == []

    @pytest.mark.parametrize(
        ("path", "body", "field"),
        [
            ("/users", {"login": "7up", "title": "x"}, "login"),
            ("/users", {"login": "x", "title": ""}, "title"),
            ("/users", {"login": "x", "title": "x", "password": "x"}, "password"),
            ("/users/operator/grants", {"role": "god"}, "role"),
            ("/users/operator/grants", {"role": "viewer", "on": "nowhere"}, "on"),
            ("/users/operator/grants", {"role": "viewer", "on": "user:1"}, "on"),
            ("/tokens", {"name": "x", "expires": "90"}, "expires"),
            ("/tokens", {"name": "x", "expires": "999d"}, "expires"),
            ("/tokens", {"name": "x", "only": []}, "only"),
            ("/tokens", {"name": "x", "only": ["fly"]}, "only.0"),
        ],
    )
    def test_bad_input_names_the_field(
        self, client: Client, path: str, body: dict[str, object], field: str
    ) -> None:
        """And writes nothing."""
        with pytest.raises(Invalid) as refused:
            client.http.send("POST", path, body=body, keyed=False)
        assert refused.value.field == field
        assert [user.login for user in client.users.all()] == ["operator"]
        assert list(client.tokens.all()) == []

    def test_unknown_are_not_found(self, client: Client) -> None:
        """Whatever is asked of them."""
        for attempt in (
            lambda: client.user("nobody").read(),
            lambda: client.user("nobody").grant("viewer"),
            lambda: client.user("nobody").sign_in_link(),
            lambda: list(client.user("99").tokens()),
            lambda: client.tokens.revoke("0" * 12),
            lambda: client.user("operator").grant("viewer", "case:nowhere"),
        ):
            with pytest.raises(NotFound):
                attempt()

    def test_own_account_can_be_read(self, speaks: Speaks, secret_of: Callable[..., str]) -> None:
        """Anyone else's cannot, whether it exists or not."""
        with speaks(secret_of("viewer")) as client:
            assert client.user("a-viewer").read().login == "a-viewer"
            for other in ("operator", "nobody"):
                with pytest.raises(Forbidden):
                    client.user(other).read()


class TestTokens:
    def test_secret_is_shown_once(self, client: Client, speaks: Speaks) -> None:
        """It works, and no list has it."""
        made = client.tokens.create("ci", expires="30d", only=["read", "token.own"])
        with speaks(made.secret) as bearer:
            assert bearer.me().token == made.id
        (listed,) = client.tokens.all()
        assert listed.state == "active"
        assert made.secret[17:] not in listed.model_dump_json()

    def test_answer_cannot_be_replayed(self, client: Client) -> None:
        """An answer kept for its replay would keep the secret."""
        for path in ("/tokens", "/users/operator/sign-in-link"):
            with pytest.raises(Invalid, match="Idempotency-Key"):
                client.http.send(
                    "POST", path, body={"name": "ci"}, headers={"Idempotency-Key": "one"}
                )

    def test_revoked_and_expired_are_refused(
        self, client: Client, speaks: Speaks, clock: FakeClock
    ) -> None:
        """With status 401 and what would be right."""
        revoked = client.tokens.create("ci")
        client.tokens.revoke(revoked.id)
        clock.advance(minutes=1)
        short = client.tokens.create("short", expires="1h")
        clock.advance(hours=1)
        for secret, why in ((revoked.secret, "revoked"), (short.secret, "expired")):
            with speaks(secret) as bearer, pytest.raises(Unauthenticated, match=why):
                bearer.me()
        assert [token.state for token in client.tokens.all()] == ["expired", "revoked"]

    def test_use_is_noted_once_a_minute(
        self, client: Client, speaks: Speaks, clock: FakeClock
    ) -> None:
        """So that a forgotten token shows."""
        made = client.tokens.create("ci")
        seen = []
        with speaks(made.secret) as bearer:
            for _ in range(3):
                bearer.me()
                clock.advance(seconds=40)
                seen.append(next(iter(client.tokens.all())).last_used)
        assert seen == [
            "2026-11-21T10:30:00.000Z",
            "2026-11-21T10:30:00.000Z",
            "2026-11-21T10:31:20.000Z",
        ]

    def test_administrator_sees_and_ends_those_of_others(
        self, client: Client, speaks: Speaks, secret_of: Callable[..., str]
    ) -> None:
        """Their secrets they never see."""
        secret = secret_of("viewer")
        (token,) = client.user("a-viewer").tokens()
        client.tokens.revoke(token.id)
        with speaks(secret) as bearer, pytest.raises(Unauthenticated, match="revoked"):
            bearer.me()

    def test_are_listed_page_by_page(self, client: Client) -> None:
        """Each of them once, also those made in the same moment."""
        made = {client.tokens.create(f"ci-{number}").id for number in range(5)}
        seen: list[str] = []
        cursor: str | None = None
        while True:
            page = client.http.get("/tokens", schemas.Tokens, limit=2, cursor=cursor)
            seen += [token.id for token in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert len(seen) == 5
        assert set(seen) == made

    def test_own_list_has_own_tokens_alone(
        self, client: Client, speaks: Speaks, secret_of: Callable[..., str]
    ) -> None:
        """Not the operator's."""
        client.tokens.create("ci")
        with speaks(secret_of("viewer")) as bearer:
            assert [token.name for token in bearer.tokens.all()] == ["test"]


class TestSignInLink:
    def test_is_told_with_its_path(self, client: Client) -> None:
        """The path is where the console redeems it."""
        link = client.user("operator").sign_in_link()
        assert link.path == f"/sign-in/link/{link.secret}"
        assert link.expires_at == "2026-11-22T10:30:00.000Z"


class TestBearer:
    @pytest.mark.parametrize(
        "header", ["", "Bearer", "Bearer ", "Bearer x", "Basic YTpi", "Bearer gng_0_1", "bearer\t"]
    )
    def test_malformed_is_401(self, client: Client, header: str) -> None:
        """A bad token is refused, even where a good session or folder would be let in."""
        raw: httpx.Client = client._raw  # below the client's own errors
        answer = raw.get("/api/v1/me", headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["field"] in {"token", "Authorization"}
