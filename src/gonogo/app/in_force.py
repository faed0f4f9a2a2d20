"""Whether the gateway of this home has a route table in force: asked of the gateway itself."""

import time
from pathlib import Path

import httpx

from gonogo.gateway.lock import running
from gonogo.gateway.places import Places

PATIENCE_SECONDS = 5.0
"""How long to wait for it; it looks five times a second."""
EVERY_SECONDS = 0.02


def wait(home: Path, number: int) -> bool:
    """Wait until the home's gateway has the table `number` or a later one in force.

    False where no gateway runs here, or it does not get there in time.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    with httpx.Client(timeout=1.0, trust_env=False) as client:
        while time.monotonic() < deadline:
            found = running(Places(home))
            if found is None:
                return False
            if _number(client, found.url) >= number:
                return True
            time.sleep(EVERY_SECONDS)
    return False


def _number(client: httpx.Client, url: str) -> int:
    """The number of what is in force there; 0 where it does not say."""
    try:
        told = client.get(f"{url}/v2/health").json()
        return int(told["snapshot"])
    except (httpx.HTTPError, KeyError, TypeError, ValueError):
        return 0
