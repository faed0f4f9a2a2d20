"""gonogo: mission control for machine-learning organisations. Start with `gonogo.connect()`."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gonogo.sdk.client import Client
    from gonogo.sdk.tuning.tune import tune

__all__ = ["__version__", "connect", "tune"]
__version__ = "0.1.0"
"""As in pyproject.toml; said here too, since asking the installed package takes a while."""


def connect(
    url: str | None = None,
    *,
    token: str | None = None,
    home: str | Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> "Client":
    """A client of a gonogo server, or of the installation in this folder.

    With `url` (or GONOGO_URL) it speaks to that server with `token` (or GONOGO_TOKEN). Without one
    it runs the same application in this process on `home` (GONOGO_HOME, `.gonogo`), speaking as the
    owner of that folder unless a token is given. Raises `Invalid` for a setting that is wrong.

    >>> import tempfile
    >>> with connect(home=tempfile.mkdtemp(), environment={}) as client:
    ...     [case.slug for case in client.cases.all()]
    []
    """
    environment = os.environ if environment is None else environment
    url = url or (None if home else environment.get("GONOGO_URL"))
    token = token or environment.get("GONOGO_TOKEN")
    if url:
        from gonogo.sdk.client import over_http

        return over_http(url, token)
    from gonogo.app.inprocess import client_of

    return client_of({**environment, "GONOGO_HOME": str(home)} if home else environment, token)


def __getattr__(name: str) -> Any:
    """`gonogo.tune`, read when first asked for: it loads numpy, and a client loads in a blink."""
    if name != "tune":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from gonogo.sdk.tuning.tune import tune

    return tune
