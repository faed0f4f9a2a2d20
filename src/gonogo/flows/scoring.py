"""Use cases scored: what the rooms know of each, what assessors say, and the order of all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isclose

from gonogo.core.conditions import Cited
from gonogo.core.errors import Invalid, NotFound
from gonogo.core.specs.money import RISK_LOSS
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.cases import reads as cases
from gonogo.domain.cases import tables as case_tables
from gonogo.domain.cases.rules import Case
from gonogo.domain.hypotheses import case_reads as hypotheses
from gonogo.domain.hypotheses.rules import Hypothesis, State
from gonogo.domain.incidents import reads as incidents
from gonogo.domain.models import reads as models
from gonogo.domain.models.rules import ModelStage, Version
from gonogo.domain.risks import reads as risks
from gonogo.domain.risks.exposure import Standing
from gonogo.domain.scoring import actions, reads, tables
from gonogo.domain.scoring.actions import Said
from gonogo.domain.scoring.computing import Facts, OnRegister, Tried, Worth, answered
from gonogo.domain.scoring.rules import Computed, Opinion, Rubric, Scored, StatedRubric, score
from gonogo.domain.value import reads as values
from gonogo.flows import value
from gonogo.stats.estimate import Estimate
from gonogo.store.paging import MOST
from gonogo.store.work import Work
from gonogo.views.risk_lines import order
from gonogo.views.risk_standings import standings
from gonogo.views.standing import data_of

INCIDENTS = 1_000
"""Unresolved incidents that are looked at."""
PASSED = {ModelStage.VALIDATION: 1, ModelStage.PRODUCTION: 2}
"""Stages behind a gate, the farther the greater."""
ABOUT = "an entry of the ledger about the use case, its hypotheses, runs and models, or their data"


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around some use cases, by name."""

    hypotheses: Mapping[str, Sequence[Hypothesis]]
    versions: Mapping[str, Sequence[Version]]
    """The newest first."""

    def data(self, case: str) -> list[Subject]:
        """The dataset versions it works with: of its newest version, and of its hypotheses.

        Of a dataset that both name, the version that the newest model version names.
        """
        found = [one for version in self.versions[case][:1] for one in data_of(version)]
        names = {one.name for one in found}
        latest: dict[str, Subject] = {}
        for one in self.hypotheses[case]:
            if one.text.dataset is not None:
                subject = Subject.parse(one.text.dataset)
                latest[subject.name] = subject
        return found + [one for name, one in latest.items() if name not in names]


def scored(work: Work, only: Collection[str] | None = None) -> tuple[StatedRubric, list[Scored]]:
    """Use cases by the rubric in force: up to 200, by name, or these.

    A bounded number of queries, however many there are. Raises `NotFound` for a name that is none.
    """
    listed = list(cases.listed(work, limit=MOST).items) if only is None else _named(work, only)
    rubric = tables.in_force(work)
    names = [one.slug for one in listed]
    said = reads.opinions_of(work, names)
    known = _facts(work, rubric.rubric, listed, _around(work, names))
    return rubric, [
        score(rubric.rubric, name, said[name], answered(rubric.rubric, known[name]))
        for name in names
    ]


def of_case(work: Work, case: str) -> tuple[StatedRubric, Scored]:
    """A use case by the rubric in force; raises `NotFound`."""
    rubric, found = scored(work, [case])
    return rubric, found[0]


def assess(work: Work, case: str, role: str, said: Mapping[str, Said]) -> list[Opinion]:
    """Say which levels a use case has, each with the entries that show it.

    Raises as `actions.assess`, and `Invalid` for an entry that is not there or about something
    else.
    """
    one = case_tables.get(work, case)
    rubric = tables.in_force(work).rubric
    around = _around(work, [case])
    answers = answered(rubric, _facts(work, rubric, [one], around)[case])
    data = {subject.name for subject in around.data(case)}
    checked = {
        key: replace(given, evidence=_about(work, case, data, key, given.evidence))
        for key, given in said.items()
    }
    computed = [key for key, answer in answers.items() if isinstance(answer, Computed)]
    return actions.assess(work, case, role, checked, computed)


def _named(work: Work, names: Collection[str]) -> list[Case]:
    found = cases.found(work, names)
    for name in names:
        if name not in found:
            raise NotFound(field="case", value=name, expected="the name of a use case")
    return [found[name] for name in dict.fromkeys(names)]


def _around(work: Work, names: Sequence[str]) -> _Around:
    return _Around(hypotheses.of_cases(work, names), models.versions_of_cases(work, names))


def _facts(work: Work, rubric: Rubric, listed: Sequence[Case], around: _Around) -> dict[str, Facts]:
    names = [one.slug for one in listed]
    worths = _worths(work, names)
    evidence = _evidence(work, rubric, [one for name in names for one in around.data(name)])
    register = _register(work, names)
    unresolved = [one for one in incidents.standing(work, limit=INCIDENTS) if one.case in names]
    return {
        one.slug: Facts(
            tier=str(one.text.risk_tier),
            case_entry=one.entry,
            worth=worths.get(one.slug),
            tests=_tests(around, one.slug),
            data={str(data): evidence[data] for data in around.data(one.slug)},
            incidents=tuple(open_.entry for open_ in unresolved if open_.case == one.slug),
            now=work.now,
            register=register[one.slug],
        )
        for one in listed
    }


def _register(work: Work, names: Sequence[str]) -> dict[str, OnRegister]:
    """What the register says of each use case; residual, with what was shown to help."""
    found = sorted(standings(work, risks.listed(work, ended=False)), key=order)
    subjects = {name: Subject(SubjectKind.CASE, name) for name in names}
    kept = work.ledger.latest_of(list(subjects.values()), [RISK_LOSS]) if names else {}
    return {
        name: _on_register([one for one in found if one.risk.text.case == name], kept[subject])
        for name, subject in subjects.items()
    }


def _on_register(found: Sequence[Standing], kept: Sequence[Cited]) -> OnRegister:
    costs: dict[str, float] = {}
    for one in found:
        if one.residual.loss:
            currency = one.risk.text.currency
            costs[currency] = costs.get(currency, 0.0) + one.residual.expected_loss
    return OnRegister(
        risks=tuple((one.risk.key, str(one.residual.severity), one.risk.entry) for one in found),
        expected=" and ".join(
            f"{cost:,.0f} {currency}" for currency, cost in sorted(costs.items())
        ),
        evidence=tuple(one.digest for one in kept if _says(one, costs)),
    )


def _says(kept: Cited, costs: Mapping[str, float]) -> bool:
    """Whether a loss that was kept is the one there is now."""
    measured = kept.evidence.measured
    now = costs.get(str(kept.evidence.parameters["currency"]))
    return isinstance(measured, Estimate) and now is not None and isclose(measured.value, now)


def _worths(work: Work, names: Sequence[str]) -> dict[str, Worth]:
    stated = [one.case for one in values.stated(work, names)]
    found = {}
    for one in value.all_known(work, stated) if stated else ():
        worth = value.worth_of(one)
        statement = one[0].statement
        found[one[0].case] = Worth(
            if_built=worth.now.if_built,
            spend=sum(statement.spend),
            currency=statement.currency,
            realised=worth.realised is not None,
            evidence=value.rests_on(one),
        )
    return found


def _tests(around: _Around, case: str) -> Tried:
    states = [one.state for one in around.hypotheses[case]]
    settled = [
        one.entry
        for one in around.hypotheses[case]
        if one.state in {State.SUPPORTED, State.REFUTED, State.INCONCLUSIVE}
    ]
    passed = [one for one in around.versions[case] if one.stage in PASSED]
    best = max(passed, key=lambda one: PASSED[one.stage], default=None)
    return Tried(
        supported=states.count(State.SUPPORTED),
        refuted=states.count(State.REFUTED),
        inconclusive=states.count(State.INCONCLUSIVE),
        passed="" if best is None else str(best.stage),
        version="" if best is None else str(best.subject),
        evidence=(*settled, *(() if best is None else (best.entry,))),
    )


def _evidence(
    work: Work, rubric: Rubric, data: Sequence[Subject]
) -> Mapping[Subject, Sequence[Cited]]:
    checks = {one.check for criterion in rubric.criteria for one in criterion.conditions}
    return work.ledger.latest_of(list(dict.fromkeys(data)), checks) if data else {}


def _about(
    work: Work, case: str, data: Collection[str], key: str, given: Sequence[str]
) -> tuple[str, ...]:
    """Digests of the entries that were named, by digest or position, each about the use case."""
    found = []
    for at, name in enumerate(given):
        place = f"criteria.{key}.evidence[{at}]"
        try:
            entry = work.ledger.entry(name)
        except NotFound as error:
            raise Invalid(field=place, value=name, expected=ABOUT) from error
        if not _is_about(work, case, data, Subject.parse(entry.subject)):
            raise Invalid(field=place, value=f"{name} ({entry.subject})", expected=ABOUT)
        found.append(entry.digest)
    return tuple(dict.fromkeys(found))


def _is_about(work: Work, case: str, data: Collection[str], subject: Subject) -> bool:
    if subject.kind is SubjectKind.DATASET:
        return subject.name in data
    above = work.subjects.ancestor(subject, SubjectKind.CASE)
    return above is not None and above.name == case
