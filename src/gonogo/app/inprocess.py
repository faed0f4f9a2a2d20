"""The application in this process: the same way through the house, without a network."""

from collections.abc import Mapping

import httpx

from gonogo.app import settings
from gonogo.app.wiring import Installation, build, install
from gonogo.sdk.client import Client
from gonogo.sdk.inprocess import InProcess


def client_of(environment: Mapping[str, str], token: str | None) -> Client:
    """A client of the installation that `environment` describes."""
    return client_on(install(settings.read(environment)), token)


def client_on(installation: Installation, token: str | None = None) -> Client:
    """A client of `installation`; without a token it speaks as the operator."""
    transport = InProcess(build(installation), operator=token is None)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    http = httpx.Client(
        transport=transport, base_url="http://gonogo.invalid", headers=headers, timeout=None
    )
    return Client(http, token=token, close=installation.close)
