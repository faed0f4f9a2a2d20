"""Opens incidents by quotas of compute that are exceeded."""

from gonogo.flows import compute
from gonogo.store.work import OpenWork


def follow(open_work: OpenWork) -> int:
    """Look how far quotas are used; how many incidents were opened."""
    return compute.follow(open_work)
