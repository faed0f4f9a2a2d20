"""The application in this process: the same way through the house, without a network."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import httpx

from gonogo.app import settings
from gonogo.app.serving import served
from gonogo.app.wiring import Installation, build, install
from gonogo.core.caller import SYSTEM
from gonogo.domain.accounts import actions as accounts
from gonogo.domain.accounts import reads as account_reads
from gonogo.sdk.client import Client
from gonogo.sdk.inprocess import InProcess

TOKEN_LASTS = timedelta(days=1)


def client_of(environment: Mapping[str, str], token: str | None) -> Client:
    """A client of the installation that `environment` describes."""
    return client_on(install(settings.read(environment)), token)


def client_on(
    installation: Installation, token: str | None = None, *, owned: bool = True
) -> Client:
    """A client of `installation`; without a token it speaks as the operator.

    `owned`: closing the client closes the installation too.
    """
    transport = InProcess(build(installation), operator=token is None)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    http = httpx.Client(
        transport=transport,
        base_url="http://gonogo.invalid",
        headers=headers,
        timeout=None,  # noqa: S113  # nothing is on the way that could get lost
    )
    door = Loopback(installation, token)

    def close() -> None:
        door.close()
        if owned:
            installation.close()

    return Client(http, token=token, tracking=door, close=close)


class Loopback:
    """A door for MLflow's own client, which speaks HTTP only: opened when first asked for."""

    def __init__(self, installation: Installation, token: str | None) -> None:
        self._installation = installation
        self._token = token
        self._url: str | None = None
        self._open = ExitStack()

    def __call__(self) -> tuple[str, str | None]:
        """The tracking URI and the token it needs."""
        known = self._installation.settings
        if known.mlflow_url is not None:
            return known.mlflow_url, known.mlflow_token
        if self._url is None:
            where = replace(known, host="127.0.0.1", port=0)
            self._url = self._open.enter_context(served(build(self._installation), where))
            self._token = self._token or self._operator_token()
        return f"{self._url}/mlflow", self._token

    def close(self) -> None:
        """Shut the door."""
        self._open.close()

    def _operator_token(self) -> str:
        open_work = self._installation.open_work
        with open_work(SYSTEM, write=False) as work:
            operator = account_reads.operator_caller(work)
        with open_work(operator) as work:
            made = accounts.create_token(work, "MLflow client in this process", expires=TOKEN_LASTS)
        return made.secret
