"""Whether a dataset's groups have the shares they have in the population it stands for."""

import math
from typing import TYPE_CHECKING

import numpy as np

from gonogo.checks.data.declared import chosen_columns
from gonogo.checks.data.given import NOTHING, Given
from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings, settle_parameters
from gonogo.checks.inputs.cells import missing, words_of
from gonogo.checks.inputs.schema import Schema
from gonogo.checks.inputs.scored import AND
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.goodness import ChiSquare, chi_square, cohen_w
from gonogo.stats.proportions import wilson

if TYPE_CHECKING:
    import pandas as pd

Shares = dict[str, float]
"""The share of each group in the population, adding up to 1."""


def representativeness(
    frame: "pd.DataFrame", schema: Schema, asked: Parameters, given: Given = NOTHING
) -> Finding:
    """How far the groups' shares are from the population's, Cohen's w, 0 or more, unit effect.

    `group` is a column, or columns joined by &, whose values are then joined by " & ". The
    population is `shares` (f=0.51&m=0.49; with several columns f & old=0.2; ...), separated by & or
    ;, else the reference: its rows are taken for the population itself, so its own chance has no
    say. Rows whose group is missing are left out. `Undefined` where rows are of a group the
    population has not. Raises `Invalid` without a population, and for shares that are none.

    Detail: by group the rows, share, the population's, and their difference with the Wilson
    interval of the share; Pearson's chi-square with its p; rows of no stated group.
    """
    check = "data.representativeness"
    reference = given.reference
    told: dict[str, str | float] = {"level": defaults.LEVEL}
    if reference is not None and "shares" not in asked:
        told["reference"] = reference.dataset
    settings = settle_parameters(check, asked, **told)
    population = _population(settings, schema, given)
    groups = _groups(frame, schema, settings.text("group"))
    counts = dict.fromkeys(population, 0)
    strange: dict[str, int] = {}
    for name in groups:
        if name in counts:
            counts[name] += 1
        elif name is not None:
            strange[name] = strange.get(name, 0) + 1
    stated = sum(counts.values())
    measured: Measured
    if strange:
        many, n = sum(strange.values()), stated + sum(strange.values())
        measured = Undefined(f"{many} rows are of groups the population has not", n=n)
    else:
        measured = cohen_w(list(counts.values()), list(population.values()), settings.level)
    detail: dict[str, Json] = {
        "groups": [
            _told(name, Counts(counts[name], stated), share, settings.level)
            for name, share in sorted(population.items())
        ],
        "strange": [{"group": name, "rows": rows} for name, rows in sorted(strange.items())[:20]],
        "not_stated": sum(name is None for name in groups),
    }
    test = chi_square(list(counts.values()), list(population.values()))
    if isinstance(test, ChiSquare) and not strange:
        detail["chi_square"] = {
            "statistic": test.statistic,
            "freedom": test.freedom,
            "p": test.p,
            "smallest_expected": test.smallest,
        }
    return Finding(check, settings.values, measured, detail)


def _population(settings: Settings, schema: Schema, given: Given) -> Shares:
    said, named = settings.find("shares"), settings.find("reference")
    if said is not None:
        if named is not None:
            raise Invalid(field="with.reference", value=named, expected="shares or a reference")
        return parse_shares(str(said))
    if given.reference is None:
        raise Invalid(
            field="with.shares", expected="shares by group, or a reference to take them of"
        )
    if named != given.reference.dataset:
        raise Invalid(field="with.reference", value=named, expected=given.reference.dataset)
    found = [
        name
        for name in _groups(given.reference.frame, schema, settings.text("group"))
        if name is not None
    ]
    if not found:
        raise Invalid(field="reference", value=named, expected="rows of a stated group")
    names, counts = np.unique(found, return_counts=True)
    return {str(name): int(count) / len(found) for name, count in zip(names, counts, strict=True)}


def parse_shares(said: str) -> Shares:
    """The shares written in `said`; raises `Invalid` where they do not add up to 1.

    >>> parse_shares("f=0.51 & m=0.49")
    {'f': 0.51, 'm': 0.49}
    >>> parse_shares("f & old=0.25; m & old=0.75")
    {'f & old': 0.25, 'm & old': 0.75}
    """
    found: Shares = {}
    for part in said.split(";" if ";" in said else AND):
        name, equal, number = part.rpartition("=")
        try:
            share = float(number)
        except ValueError:
            share = math.nan
        name = name.strip()
        if not equal or not name or not 0 <= share <= 1 or name in found:
            raise Invalid(
                field="with.shares", value=part, expected="each group once with its share: f=0.51"
            )
        found[name] = share
    if not math.isclose(sum(found.values()), 1, abs_tol=1e-6):
        raise Invalid(
            field="with.shares", value=f"a sum of {sum(found.values()):g}", expected="a sum of 1"
        )
    return found


def _groups(frame: "pd.DataFrame", schema: Schema, said: str) -> list[str | None]:
    """The group of each row, None where it is missing."""
    names = [name.strip() for name in said.split(AND)]
    columns = [chosen_columns(frame, schema, name, field="with.group")[0] for name in names]
    gone = np.zeros(len(frame), dtype=np.bool_)
    for column, values in columns:
        gone = gone | missing(column, values)
    words = [words_of(values).tolist() for _, values in columns]
    joined = [" & ".join(parts) for parts in zip(*words, strict=True)]
    return [None if absent else name for name, absent in zip(joined, gone, strict=True)]


def _told(name: str, counts: Counts, share: float, level: float) -> Json:
    """A group as it is shown: the interval is its own, not corrected for the number of groups."""
    found: dict[str, Json] = {
        "group": name,
        "rows": counts.yes,
        "n": counts.n,
        "population": share,
        "share": None,
        "difference": None,
        "low": None,
        "high": None,
    }
    measured = wilson(counts, level)
    if isinstance(measured, Estimate):
        found |= {
            "share": measured.value,
            "difference": measured.value - share,
            "low": measured.low - share,
            "high": measured.high - share,
        }
    return found
