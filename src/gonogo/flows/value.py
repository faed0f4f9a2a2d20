"""What use cases are worth, joined from the rooms: statements, and evidence of their versions.

Simulating a worth takes a while, and the same statement with the same evidence comes to the same:
those that were asked for last are remembered.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from gonogo.core.conditions import Cited
from gonogo.core.errors import Invalid
from gonogo.core.specs.value import VOLUME
from gonogo.domain.cases import reads as cases
from gonogo.domain.cases.rules import case_subject
from gonogo.domain.models import reads as models
from gonogo.domain.portfolio.answering import answered
from gonogo.domain.portfolio.rules import Answer, Asked
from gonogo.domain.releases import reads as releases
from gonogo.domain.value import reads
from gonogo.domain.value.rules import (
    REALISED,
    Stated,
    Valued,
    lives,
    newest,
    newest_volume,
    one_currency,
    valued,
)
from gonogo.stats.estimate import Undefined
from gonogo.stats.portfolio.problem import Candidate
from gonogo.store.work import Work

FUTURES = 500
"""Futures that a choice is made over: each is a row of the programme where risk is limited."""
REMEMBERED = 600
"""Use cases whose worth is remembered."""

Known = tuple[Stated, list[Cited]]
"""A statement and the evidence of decisions that were tried or counted."""


@dataclass(frozen=True)
class _Same:
    """A statement with its evidence, told apart by what the worth rests on."""

    case: str
    rests: tuple[str, ...]
    stated: Stated = field(compare=False)
    evidence: list[Cited] = field(compare=False)


def known(work: Work, case: str) -> Known:
    """What is known of the worth of a use case; raises `NotFound` where nobody stated any."""
    return _with_evidence(work, [reads.of_case(work, case)])[0]


def all_known(work: Work, only: Collection[str] | None = None) -> list[Known]:
    """What is known of all use cases with a benefit model, or of these.

    Raises `Invalid` for a name without one.
    """
    found = reads.stated(work, only)
    if only is not None:
        missing = sorted(set(only) - {one.case for one in found})
        if missing:
            there = cases.found(work, missing)
            raise Invalid(
                field="cases",
                value=missing[0],
                expected="a use case with a benefit model"
                if missing[0] in there
                else "the name of a use case",
            )
    return _with_evidence(work, found)


def rests_on(one: Known) -> tuple[str, ...]:
    """Digests of the entries that a worth rests on: the statement, and what was found."""
    stated, evidence = one
    found = (newest(evidence), newest_volume(evidence))
    return (stated.entry, *(seen.entry for seen in found if seen is not None))


def worth_of(one: Known) -> Valued:
    """What a use case is worth, without what experiments would be; remembered."""
    return _simulated(_Same(one[0].case, rests_on(one), *one))[0]


def candidates(found: Sequence[Known]) -> tuple[str, list[Candidate], list[Valued]]:
    """The currency of all and each as a candidate; raises `Invalid` where currencies are mixed."""
    currency = one_currency([stated for stated, _ in found])
    if isinstance(currency, Undefined):
        raise Invalid(
            field="currency" if found else "cases",
            value=currency.reason,
            expected="use cases in one currency; name those to choose from"
            if found
            else "a use case with a benefit model",
        )
    both = [_simulated(_Same(one[0].case, rests_on(one), *one)) for one in found]
    return currency, [option for _, option in both], [value for value, _ in both]


def choose(found: Sequence[Known], asked: Asked) -> tuple[str, list[Candidate], Answer]:
    """The best choice of use cases under limits; raises `Invalid`. Takes no Work: it may take."""
    currency, options, _ = candidates(found)
    return currency, options, answered(options, asked)


@lru_cache(maxsize=REMEMBERED)
def _simulated(one: _Same) -> tuple[Valued, Candidate]:
    value = valued(one.stated, one.evidence, learning=False)
    return value, _candidate(value)


def _with_evidence(work: Work, found: Sequence[Stated]) -> list[Known]:
    """Each with what its versions were found to be worth and how often it is asked."""
    versions = models.versions_of_cases(work, [one.case for one in found])
    subjects = [version.subject for each in versions.values() for version in each]
    # What was found of a version that was rolled back is no worth of its use case: it was given up.
    given_up = releases.rolled_back(work, [str(one) for one in subjects]) if subjects else set()
    subjects = [one for one in subjects if str(one) not in given_up]
    subjects += [case_subject(one.case) for one in found]
    checks = (*REALISED, VOLUME)
    by_subject = work.ledger.latest_of(subjects, checks) if subjects else {}
    return [
        (
            one,
            [
                *(
                    cited
                    for version in versions[one.case]
                    for cited in by_subject.get(version.subject, ())
                ),
                *by_subject[case_subject(one.case)],
            ],
        )
        for one in found
    ]


def _candidate(one: Valued) -> Candidate:
    statement = one.stated.statement
    futures = lives(one, FUTURES)
    return Candidate(
        name=one.stated.case,
        # Few futures, moved to the mean of many: what is told of the worth is what is chosen by.
        futures=futures + (one.now.risk_adjusted.value - futures.mean()),
        cost=statement.spend,
        people=statement.people,
        kind=statement.kind,
        needs=statement.requires,
        starts=statement.starts,
        # What comes later is worth less by the rate of money; it is not worth more by waiting.
        kept=min(1.0, 1 / (1 + statement.benefit.rate)),
    )
