"""What an ensemble is made of: the versions in it, and all the rows that any of them has seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from gonogo.core.canonical import Json

FORMAT = "ensemble"
"""The format of a version that is one."""
PREFIX = "e"
"""Numbers of ensembles begin with it, so that they are none of the tracking server's."""


@dataclass(frozen=True, slots=True)
class Part:
    """A version within an ensemble."""

    version: str
    """Its address, `model:name@number`."""
    weight: float
    """Its share of the mean, of 1; where a model reads the scores, what it was given."""


@dataclass(frozen=True, slots=True)
class Composition:
    """How an ensemble is made."""

    members: tuple[Part, ...]
    stack: str | None
    """The version that reads the members' scores; None: they are averaged."""
    learned_on: str | None
    """The dataset version that the weights were learned on; None: they were said."""
    seen: tuple[str, ...]
    """Dataset versions that a member, the stack or the weights learned from."""
    left_out: tuple[str, ...] = ()
    """Versions that were offered, and whose weight was learned to be nothing."""

    @property
    def says(self) -> str:
        """It in words.

        >>> made = Composition((Part("model:a@1", 0.75), Part("model:b@2", 0.25)), None, None, ())
        >>> made.says
        'a@1 75 %, b@2 25 %'
        """
        if self.stack is not None:
            named = ", ".join(_short(one.version) for one in self.members)
            return f"{named}, read by {_short(self.stack)}"
        named = ", ".join(f"{_short(one.version)} {one.weight:.0%}" for one in self.members)
        named = named.replace("%", " %")
        return named if self.learned_on is None else f"{named}, learned on {self.learned_on}"

    def to_json(self) -> dict[str, Json]:
        """As it is stored and told."""
        return {
            "members": [{"version": one.version, "weight": one.weight} for one in self.members],
            "stack": self.stack,
            "learned_on": self.learned_on,
            "seen": list(self.seen),
            "left_out": list(self.left_out),
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any] | None) -> Self | None:
        """What was stored; None of a version that is no ensemble."""
        if not found:
            return None
        return cls(
            tuple(Part(one["version"], one["weight"]) for one in found["members"]),
            found["stack"],
            found["learned_on"],
            tuple(found["seen"]),
            tuple(found["left_out"]),
        )


def _short(address: str) -> str:
    return address.removeprefix("model:")
