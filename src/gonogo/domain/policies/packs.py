"""The policies that ship with the package, as text."""

from functools import cache
from importlib.resources import files

PACKS = ("baseline", "lending-high-risk", "fraud-realtime", "recommendation")
"""In the order in which they can be published: what is extended comes first."""


@cache
def pack(name: str) -> str | None:
    """The text of the pack called `name`, or None.

    >>> pack("baseline").splitlines()[2]
    'policy: baseline'
    """
    if name not in PACKS:
        return None
    return files("gonogo").joinpath("policies", f"{name}.yaml").read_text(encoding="utf-8")
