"""Opens incidents by what gateways write down of their troubles."""

from pathlib import Path

from gonogo.flows import incidents
from gonogo.store.work import OpenWork


def follow(open_work: OpenWork, gateway: Path) -> int:
    """Read what is new; how many incidents were opened."""
    return incidents.follow(open_work, gateway)
