"""Evidence as pages show it: a figure with its interval, how it was measured, on what, how old."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gonogo.core.areas import Area
from gonogo.core.caller import SYSTEM
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.conditions import Cited
from gonogo.core.evidence import Parameters
from gonogo.core.times import moment, stamp
from gonogo.core.verdicts import Verdict
from gonogo.core.wording import asked
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.gates.rules import Polled
from gonogo.stats.estimate import Measured
from gonogo.store.work import Work

NARROWING = ("group", "column", "versus", "reference", "design")
"""Parameters that change what is measured; the others change only how."""
ORDER = {name: rank for rank, name in enumerate(CATALOGUE)}


@dataclass(frozen=True, slots=True)
class Judged:
    """What a condition of the next gate makes of a figure."""

    verdict: Verdict
    asked: str
    """The bound in words: "at least 0.8"."""
    at_least: float
    at_most: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement."""

    check: str
    title: str
    """How the check is called: "ROC AUC"."""
    answers: str
    """The question it answers."""
    area: Area
    narrowed: str
    """What part or comparison it is about: "group race"; "" for the whole."""
    parameters: str
    """The other parameters it was measured with."""
    measured: Measured
    subject: str
    data: str | None
    """The dataset version it was measured on."""
    reproduced: bool
    """Whether the server measured it itself."""
    code: str | None
    environment: str | None
    at: str
    age: str
    """How long ago, in words."""
    by: str
    """How the account that measured is called."""
    digest: str
    position: int
    judged: Judged | None = None


def figures(
    work: Work, found: Iterable[Cited], judged: Mapping[str, Polled] | None = None
) -> tuple[Figure, ...]:
    """`found` as figures, in the order of the catalogue, newest first within a check.

    `judged`: what a gate made of them, by the digest of the evidence.
    """
    listed = list(found)
    names = accounts.names(work, {cited.evidence.actor for cited in listed})
    made = [figure(cited, names, work.now, (judged or {}).get(cited.digest)) for cited in listed]
    return tuple(sorted(made, key=lambda one: (_rank(one), one.narrowed, -one.position)))


def figure(
    cited: Cited, names: Mapping[str, str], now: datetime, row: Polled | None = None
) -> Figure:
    """One measurement as a figure."""
    evidence = cited.evidence
    spec = CATALOGUE.get(evidence.check)
    given = evidence.parameters
    at = stamp(evidence.at)
    return Figure(
        check=evidence.check,
        title=evidence.check if spec is None else spec.title,
        answers="" if spec is None else spec.answers,
        area=evidence.area,
        narrowed=_words(given, [name for name in NARROWING if name in given]),
        parameters=_words(given, [name for name in given if name not in NARROWING]),
        measured=evidence.measured,
        subject=str(evidence.subject),
        data=evidence.data,
        reproduced=evidence.reproduced,
        code=evidence.code,
        environment=evidence.environment,
        at=at,
        age=age(at, now),
        by=called(names, evidence.actor),
        digest=cited.digest,
        position=cited.position,
        judged=None if row is None else _judged(row),
    )


def called(names: Mapping[str, str], actor: str) -> str:
    """How an account is called; its address where nobody knows it any more."""
    return SYSTEM.name if actor == str(SYSTEM.actor) else names.get(actor, actor)


def age(at: str, now: datetime) -> str:
    """How long ago `at` was, in one unit.

    >>> from datetime import UTC
    >>> age("2026-11-18T10:00:00.000Z", datetime(2026, 11, 21, 10, tzinfo=UTC))
    '3 days'
    """
    return span(max(now - moment(at), timedelta()))


def span(passed: timedelta) -> str:
    """A length of time in one unit.

    >>> span(timedelta(minutes=61)), span(timedelta(seconds=5))
    ('1 hour', 'under a minute')
    """
    if passed < timedelta(minutes=1):
        return "under a minute"
    for unit, span in (("day", timedelta(days=1)), ("hour", timedelta(hours=1))):
        if passed >= span:
            return _count(passed // span, unit)
    return _count(passed // timedelta(minutes=1), "minute")


def _count(number: int, unit: str) -> str:
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def _words(given: Parameters, names: Iterable[str]) -> str:
    return ", ".join(f"{name} {given[name]}" for name in names)


def _judged(row: Polled) -> Judged:
    at_least, at_most = row.condition.bounds
    return Judged(row.verdict, asked(row.condition), at_least, at_most)


def _rank(one: Figure) -> int:
    return ORDER.get(one.check, len(ORDER))
