"""What would turn a condition to go, in plain words that promise no more than the numbers; pure."""

import math
from dataclasses import dataclass

from gonogo.core.areas import Area
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.conditions import Condition
from gonogo.core.specs.data import REFERENCE
from gonogo.core.verdicts import Verdict
from gonogo.core.wording import asked, number, title
from gonogo.domain.gates.rules import Polled, Standing
from gonogo.domain.gates.worth import unstated
from gonogo.stats.estimate import Estimate, Undefined

STATE = "gonogo case edit NAME --value value.yaml"
"""How a use case states what its decisions are worth."""
LEVEL = 0.95
"""The level at which is measured unless another is asked."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What would turn one condition to go."""

    key: str
    """Of the condition."""
    check: str
    verdict: Verdict
    say: str
    """In one or two sentences."""
    bound: float | None = None
    """The bound that is not met, or not met surely."""
    distance: float | None = None
    """How far the measured value lies on the good side of the bound; negative: on the bad side."""
    more_needed: int | None = None
    """About how many more observations would settle it, if the estimate stays where it is."""
    command: str | None = None
    """What to run, where a command gives what is missing."""


def turns_to_go(rows: tuple[Polled, ...], subject: str, standing: Standing) -> tuple[Turn, ...]:
    """What would turn each condition that is not go (and not waived)."""
    return tuple(_turn(row, subject, standing) for row in rows if row.counts_as is not Verdict.GO)


def _turn(row: Polled, subject: str, standing: Standing) -> Turn:
    measured = row.measured
    if isinstance(measured, Estimate) and row.verdict in {Verdict.HOLD, Verdict.NO_GO}:
        return _measured(row, measured)
    missing = unstated(row.condition, standing.worth)
    command = STATE if missing is not None else _command(row, subject, standing)
    if isinstance(measured, Undefined):
        say = f"{title(row.condition)} {row.reason}. It needs data on which it exists."
    elif row.condition.reproduced and "not reproduced" in row.reason:
        say = (
            f"{title(row.condition)} was reported by a client, but the policy asks that the server "
            f"measures it itself."
        )
    else:
        say = f"{title(row.condition)}: {row.reason}."
    return Turn(
        row.condition.key,
        row.condition.check,
        row.verdict,
        f"{say} Run: {command}",
        command=command,
    )


def _measured(row: Polled, measured: Estimate) -> Turn:
    bound, distance, reach = _tightest(row.condition, measured)
    interval = "" if measured.exact else f" [{number(measured.low)}, {number(measured.high)}]"
    found = (
        f"{title(row.condition)} is {number(measured.value)}{interval} on {measured.n:,} "
        f"observations; asked is {asked(row.condition)}."
    )
    return Turn(
        row.condition.key,
        row.condition.check,
        row.verdict,
        f"{found} {_what_it_takes(row, measured, bound, distance, reach)}",
        bound=bound,
        distance=distance,
        more_needed=row.more_needed,
    )


def _what_it_takes(
    row: Polled, measured: Estimate, bound: float, distance: float, reach: float
) -> str:
    unit = _unit(row.condition)
    way = "rise" if bound > measured.value else "fall"
    short, far = f"{number(abs(distance))}{unit}", f"{number(reach)}{unit}"
    if row.verdict is Verdict.NO_GO and measured.exact:
        return f"It must {way} by {short}."
    if row.verdict is Verdict.NO_GO:
        return (
            f"The whole interval is on the wrong side: the value must {way} by {short} to reach "
            f"the bound, and further for the interval to clear it. More observations of the same "
            f"are not expected to do that."
        )
    if distance < 0:
        return (
            f"The value is {short} on the wrong side of the bound: more observations would more "
            f"likely settle it as no-go{_about(row)}. To become go it must {way}."
        )
    if row.more_needed is None:
        where = "on" if distance == 0 else f"{short} within"
        return f"The value lies {where} the bound; no number of observations can be named."
    return (
        f"The value is {short} within the bound, but its interval reaches {far} towards it: "
        f"about {row.more_needed:,} more observations would settle it, if the estimate stays "
        f"where it is."
    )


def _tightest(condition: Condition, measured: Estimate) -> tuple[float, float, float]:
    """The bound that is violated most, the value's distance to it, and the interval's reach."""
    at_least, at_most = condition.bounds
    sides = []
    if math.isfinite(at_least):
        sides.append((at_least, measured.value - at_least, measured.value - measured.low))
    if math.isfinite(at_most):
        sides.append((at_most, at_most - measured.value, measured.high - measured.value))
    return min(sides, key=lambda side: side[1] - side[2])


def _about(row: Polled) -> str:
    return "" if row.more_needed is None else f" (about {row.more_needed:,} would)"


def _command(row: Polled, subject: str, standing: Standing) -> str:
    """The command that has the server give the evidence which is missing."""
    condition = row.condition
    level = f" --level {condition.level:g}" if condition.level > LEVEL else ""
    if condition.area is Area.DATA:
        return _data_command(row, subject, standing)
    if condition.reproduced:
        return f"gonogo model reproduce {subject.removeprefix('model:')}{level}"
    return f"gonogo evidence measure {subject} --check {condition.check}{level}"


def _data_command(row: Polled, subject: str, standing: Standing) -> str:
    """Measure the dataset version that lacks evidence; what compares needs the other one too."""
    known = [str(one) for one in standing.data]
    about = row.subject or (known[-1] if known else subject)
    command = f"gonogo evidence measure {about} --check {row.condition.check}"
    others = [one for one in known if one != about]
    spec = CATALOGUE[row.condition.check]
    if spec.parameter(REFERENCE.name) is None or not others:
        return command
    return f"{command} --reference {row.condition.parameters.get(REFERENCE.name, others[0])}"


def _unit(condition: Condition) -> str:
    spec = CATALOGUE.get(condition.check)
    return " ms" if spec is not None and spec.unit == "ms" else ""
