"""Ensembles: several models in one folder, and how their scores become one.

`ensemble.json` says who they are; the files of each lie in a folder of its own, as was sealed.
So an ensemble is a model like any other: measured, sealed and served by its files.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gonogo.checks.predictors.mlmodel import Feature
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.stats.arrays import Floats

NAME = "ensemble.json"
"""The file's name, at the top of the folder."""
KIND = "gonogo ensemble"
"""What it says it is."""
MEMBERS, STACK = "members", "stack"
"""Folders: of each member below the first, by its place; of the model that reads their scores."""
LARGEST = 1 << 20
"""Bytes that the file may have."""
MOST = 20
"""Members."""


@dataclass(frozen=True, slots=True)
class Member:
    """A version within an ensemble."""

    version: str
    """Its address, `name@number`."""
    weight: float
    """Above 0; weights are taken as shares of their sum."""


@dataclass(frozen=True, slots=True)
class Ensemble:
    """How an ensemble is made; raises `Invalid` naming what is wrong."""

    members: tuple[Member, ...]
    stack: str | None = None
    """The version that reads the members' scores as columns; None: they are averaged."""

    def __post_init__(self) -> None:
        if not 2 <= len(self.members) <= MOST:
            raise Invalid(
                field="members", value=len(self.members), expected=f"2 to {MOST} versions"
            )
        names = [one.version for one in self.members]
        if len(set(names)) < len(names):
            raise Invalid(field="members", value=names, expected="each version once")
        for place, one in enumerate(self.members):
            if not (np.isfinite(one.weight) and one.weight > 0):
                raise Invalid(
                    field=f"members.{place}.weight", value=one.weight, expected="a number above 0"
                )

    @property
    def shares(self) -> Floats:
        """The weights, as shares of 1."""
        found = np.array([one.weight for one in self.members], dtype=np.float64)
        shares: Floats = found / found.sum()
        return shares

    def text(self) -> bytes:
        """As it is written."""
        said = {
            "kind": KIND,
            "v": 1,
            "members": [{"version": one.version, "weight": one.weight} for one in self.members],
            "stack": self.stack,
        }
        return json.dumps(said, indent=1).encode()


def read_ensemble(folder: Path) -> Ensemble | None:
    """How the ensemble in `folder` is made; None where there is none. Raises `Invalid`."""
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"{path.stat().st_size:,} bytes")
        found: Any = json.loads(path.read_bytes())
        if found["kind"] != KIND or found["v"] != 1:
            raise ValueError(f"{found['kind']} {found['v']}")
        stack = found["stack"]
        return Ensemble(
            tuple(Member(str(one["version"]), float(one["weight"])) for one in found["members"]),
            None if stack is None else str(stack),
        )
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise Invalid(
            field="model",
            value=f"{NAME}: {error}",
            expected="what gonogo wrote: gonogo model ensemble",
        ) from error


def folders_of(folder: Path, made: Ensemble) -> tuple[list[Path], Path | None]:
    """Where the members' files are, and those of the model that reads their scores."""
    members = [folder / MEMBERS / str(place) for place in range(len(made.members))]
    return members, None if made.stack is None else folder / STACK


def stack_order(made: Ensemble, names: Sequence[str]) -> list[int]:
    """Which member's score each column of the stacking model is; raises `Invalid`.

    Columns are called by the members' versions or models; else there is one for each, in order.

    >>> made = Ensemble((Member("trees@3", 1.0), Member("line@1", 1.0)), "meta@1")
    >>> stack_order(made, ["line", "trees@3"])
    [1, 0]
    """
    places: dict[str, int] = {}
    models = [one.version.rpartition("@")[0] for one in made.members]
    for place, one in enumerate(made.members):
        places[one.version] = place
        if models.count(models[place]) == 1:
            places[models[place]] = place
    if all(name in places for name in names):
        return [places[name] for name in names]
    if len(names) == len(made.members) and not any(name in places for name in names):
        return list(range(len(names)))
    raise Invalid(
        field="stack",
        value=", ".join(names[:5]),
        expected=f"columns that are called as its members are: {', '.join(places)}",
    )


def union(several: Sequence[Sequence[Feature]]) -> tuple[Feature, ...]:
    """All columns, each once; raises `Invalid` where two members read one as different types."""
    found: dict[str, Feature] = {}
    for features in several:
        for one in features:
            known = found.setdefault(one.name, one)
            if known.type != one.type:
                raise Invalid(
                    field="members",
                    value=f"{one.name}: {known.type} and {one.type}",
                    expected="members that read a column as the same type",
                )
            if one.required and not known.required:
                found[one.name] = one
    return tuple(found.values())


def signature_of(signatures: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    """The signature of all columns that members read; empty where a member has none."""
    inputs: dict[str, Json] = {}
    for one in signatures:
        listed = one.get("inputs")
        if not isinstance(listed, list) or not listed:
            return {}
        for column in listed:
            if isinstance(column, Mapping) and "name" in column:
                inputs.setdefault(str(column["name"]), dict(column))
    outputs = next((one["outputs"] for one in signatures if one.get("outputs")), None)
    return {"inputs": list(inputs.values()), **({} if outputs is None else {"outputs": outputs})}
