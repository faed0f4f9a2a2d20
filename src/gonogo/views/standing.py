"""What a gate must know of a model version, joined from the rooms that keep it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gonogo.core.errors import NotFound
from gonogo.core.subjects import Subject
from gonogo.domain.cases import tables as cases
from gonogo.domain.cases.rules import Case
from gonogo.domain.data_rules import reads as data_rules
from gonogo.domain.data_rules.rules import Proposal
from gonogo.domain.gates.rules import RulesInForce, Standing
from gonogo.domain.gates.worth import Worth
from gonogo.domain.models import reads as models
from gonogo.domain.models import tables as versions
from gonogo.domain.models.rules import Promotion, Version, version_subject
from gonogo.store.work import Work


@dataclass(frozen=True, slots=True)
class Around:
    """What stands beside some model versions and changes without them."""

    champions: Mapping[str, Promotion] = field(default_factory=dict)
    """What decides in production, and since when, by model."""
    rules: Mapping[str, RulesInForce] = field(default_factory=dict)
    """The rules in force, by dataset."""


def standing(work: Work, subject: Subject) -> Standing:
    """Where the model version `subject` stands; raises `NotFound`."""
    if subject.version is None:
        raise NotFound(
            field="subject", value=str(subject), expected="a model version: model:NAME@VERSION"
        )
    version = versions.get(work, subject.name, subject.version)
    case = cases.get(work, version.registration.case)
    return standing_of(version, case, around(work, [version]))


def around(work: Work, found: Sequence[Version]) -> Around:
    """What stands beside these versions: two queries, however many there are."""
    data = {subject.name for version in found for subject in data_of(version)}
    return Around(
        models.promoted(work, list({version.registration.model for version in found})),
        {name: _in_force(one) for name, one in data_rules.holding(work, sorted(data)).items()},
    )


def standing_of(version: Version, case: Case, beside: Around) -> Standing:
    """The standing of a version whose use case and surroundings are known already."""
    said = version.registration
    champion = beside.champions.get(said.model)
    if champion is not None and champion.number in {None, said.number}:
        # A version is not compared with itself.
        champion = None
    data = data_of(version)
    return Standing(
        author=said.author,
        stage=version.stage,
        policy=case.text.policy,
        champion=None if champion is None else version_subject(said.model, str(champion.number)),
        champion_since=None if champion is None else champion.at,
        data=data,
        evaluated_on=frozenset({said.evaluation}) if said.evaluation else frozenset(),
        threshold=said.threshold,
        worth=_worth(case),
        rules={one.name: beside.rules[one.name] for one in data if one.name in beside.rules},
    )


def data_of(version: Version) -> tuple[Subject, ...]:
    """The dataset versions a version was made of and is evaluated on."""
    said = version.registration
    named = dict.fromkeys((said.data, said.evaluation))
    return tuple(Subject.parse(one) for one in named if one is not None)


def _worth(case: Case) -> Worth | None:
    """What its use case states of the value of decisions, and since when."""
    value = case.text.value
    return None if value is None or case.stated is None else Worth(value.payoffs, case.stated)


def _in_force(found: Proposal) -> RulesInForce:
    since = found.proposed_at if found.settled is None else found.settled.at
    return RulesInForce(found.name, since)
