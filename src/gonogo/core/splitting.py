"""Who falls on which side of a split: by a stable hash, so that nobody changes sides by chance."""

from bisect import bisect_right
from collections.abc import Sequence
from hashlib import sha256
from itertools import accumulate

FRACTION = 53
"""Bits of the hash that are used: as many as a double holds exactly."""


def place(salt: str, entity: str) -> float:
    """Where `entity` stands in [0, 1): the same for ever, and another with each salt.

    >>> place("rollout-7", "customer 12") == place("rollout-7", "customer 12")
    True
    """
    hashed = sha256(f"{salt}\0{entity}".encode("utf-8", "surrogatepass")).digest()
    return float((int.from_bytes(hashed[:8], "big") >> (64 - FRACTION)) / (1 << FRACTION))


def ends_of(shares: Sequence[float]) -> tuple[float, ...]:
    """Where each share ends when they are laid side by side.

    >>> ends_of([0.25, 0.75])
    (0.25, 1.0)
    """
    return tuple(accumulate(shares))


def side(ends: Sequence[float], where: float) -> int:
    """Which share holds the place `where`; the last one also what rounding left over.

    >>> side((0.25, 1.0), 0.25), side((0.25, 0.9999), 0.99999)
    (1, 1)
    """
    return min(bisect_right(ends, where), len(ends) - 1)
