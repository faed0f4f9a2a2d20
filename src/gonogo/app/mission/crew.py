"""Who flies the mission: one simulated account for each role, and a client that speaks as it."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gonogo.app.wiring import Installation
from gonogo.core.caller import SYSTEM, Caller
from gonogo.core.roles import Role
from gonogo.domain.accounts import actions as accounts
from gonogo.domain.accounts import reads, tables
from gonogo.domain.accounts.rules import User
from gonogo.sdk.client import Client, over_http

CREW = (
    Role.DATA_SCIENTIST,
    Role.ML_ENGINEER,
    Role.PRODUCT_MANAGER,
    Role.RISK_OFFICER,
    Role.MANAGER,
)
TOKEN_LASTS = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Crew:
    """Clients of the roles, each with a token of its own."""

    installation: Installation
    url: str
    """Where the installation is served."""
    _clients: dict[Role, Client] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)

    def client(self, role: Role) -> Client:
        """A client that speaks as the account of `role`, over HTTP like everybody's."""
        if role not in self._clients:
            client = over_http(self.url, self._token(role))
            self._clients[role] = self._open.enter_context(client)
        return self._clients[role]

    @property
    def now(self) -> datetime:
        """The time at the installation."""
        return self.installation.clock()

    def close(self) -> None:
        """Let go of the connections."""
        self._open.close()

    def _token(self, role: Role) -> str:
        open_work = self.installation.open_work
        with open_work(SYSTEM, write=False) as work:
            operator = reads.operator_caller(work)
        with open_work(operator) as work:
            user = tables.user_by_login(work, _login(role))
            if user is None:
                user = accounts.create_user(work, _login(role), _title(role))
                user = accounts.grant(work, user.id, role)
        with open_work(_caller(user)) as work:
            return accounts.create_token(work, "example mission", expires=TOKEN_LASTS).secret


def _caller(user: User) -> Caller:
    return Caller(actor=user.subject, name=user.title, grants=user.grants)


def _login(role: Role) -> str:
    return f"simulated-{role}"


def _title(role: Role) -> str:
    words = str(role).replace("-", " ").replace("ml ", "ML ")
    return f"{words[0].upper()}{words[1:]} (simulated)"
