"""Users, tokens and oneself, from a client."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gonogo.schemas import accounts as schemas
from gonogo.sdk.http import Http, part

EVERYWHERE = "org:gonogo"


@dataclass(frozen=True, slots=True)
class Users:
    """All users; for who manages them."""

    http: Http = field(repr=False)

    def create(self, login: str, title: str) -> schemas.User:
        """A new user, without roles and without a password."""
        asked = schemas.NewUser(login=login, title=title)
        return self.http.post("/users", schemas.User, asked)

    def all(self) -> Iterator[schemas.User]:
        """Every user, by id."""
        return self.http.all("/users", schemas.Users)


@dataclass(frozen=True, slots=True)
class UserRef:
    """One user by id or login; nothing is read until it is asked for."""

    http: Http = field(repr=False)
    name: str

    def read(self) -> schemas.User:
        """The user as it stands."""
        return self.http.get(self._path(), schemas.User)

    def edit(self, *, read: schemas.User, title: str) -> schemas.User:
        """Show it under another name; `read` is what the edit was made from."""
        return self._patch(schemas.UserEdit(title=title), read)

    def disable(self) -> schemas.User:
        """Keep it out: sessions end, tokens no longer work."""
        return self._patch(schemas.UserEdit(disabled=True), self.read())

    def enable(self) -> schemas.User:
        """Let it in again."""
        return self._patch(schemas.UserEdit(disabled=False), self.read())

    def grant(self, role: str, on: str = EVERYWHERE) -> schemas.User:
        """Give a role, everywhere or on one use case."""
        asked = {"role": role, "on": on}
        return self.http.post(f"{self._path()}/grants", schemas.User, asked)

    def revoke(self, role: str, on: str = EVERYWHERE) -> schemas.User:
        """Take a role away."""
        query = {"held": role, "on": on}
        answer = self.http.send("DELETE", f"{self._path()}/grants", query=query)
        return schemas.User.model_validate(answer.json())

    def sign_in_link(self) -> schemas.SignInLink:
        """A link that signs it in, once, within 24 hours."""
        return self.http.post(f"{self._path()}/sign-in-link", schemas.SignInLink, keyed=False)

    def tokens(self) -> Iterator[schemas.Token]:
        """Its tokens, newest first, without their secrets."""
        return self.http.all(f"{self._path()}/tokens", schemas.Tokens)

    def _path(self) -> str:
        return f"/users/{part(self.name)}"

    def _patch(self, asked: schemas.UserEdit, read: schemas.User) -> schemas.User:
        answer = self.http.send(
            "PATCH",
            self._path(),
            body=asked.model_dump(exclude_none=True),
            headers={"If-Match": f'"{read.entry}"'},
        )
        return schemas.User.model_validate(answer.json())


@dataclass(frozen=True, slots=True)
class Tokens:
    """One's own tokens."""

    http: Http = field(repr=False)

    def create(
        self,
        name: str,
        *,
        expires: str | None = None,
        only: Sequence[str] | None = None,
        within: str | None = None,
    ) -> schemas.TokenWithSecret:
        """A new token; its secret is in this answer and nowhere else.

        `expires` is a number and m, h, d or w (90d unless said); `only` bounds what it may do,
        such as ["evidence.record"], `within` where, such as "case:mortgage-approval".
        """
        asked = {"name": name, "expires": expires, "only": only, "within": within}
        return self.http.post("/tokens", schemas.TokenWithSecret, asked, keyed=False)

    def all(self) -> Iterator[schemas.Token]:
        """One's own tokens, newest first, without their secrets."""
        return self.http.all("/tokens", schemas.Tokens)

    def revoke(self, token: str) -> schemas.Token:
        """End a token for good, and those it made."""
        answer = self.http.send("DELETE", f"/tokens/{part(token)}")
        return schemas.Token.model_validate(answer.json())
