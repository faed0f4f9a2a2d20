"""What a gate must know of a model version, joined from the rooms that keep it."""

from collections.abc import Sequence

from gonogo.core.errors import NotFound
from gonogo.core.subjects import Subject
from gonogo.domain.cases import tables as cases
from gonogo.domain.gates.rules import Standing
from gonogo.domain.models import reads as models
from gonogo.domain.models import tables as versions
from gonogo.domain.models.rules import Version, version_subject
from gonogo.store.work import Work


def standing(work: Work, subject: Subject) -> Standing:
    """Where the model version `subject` stands; raises `NotFound`."""
    if subject.version is None:
        raise NotFound(
            field="subject", value=str(subject), expected="a model version: model:NAME@VERSION"
        )
    version = versions.get(work, subject.name, subject.version)
    policy = cases.get(work, version.registration.case).text.policy
    champion = models.champion(work, subject.name)
    number = None if champion is None else champion.number
    return standing_of(version, policy, number)


def standing_of(version: Version, policy: str, champion: str | None) -> Standing:
    """The standing of a version whose policy and model's champion are known already."""
    said = version.registration
    return Standing(
        author=said.author,
        stage=version.stage,
        policy=policy,
        champion=_other(said.model, champion, said.number),
        data=_subjects((said.data, said.evaluation)),
        evaluated_on=frozenset({said.evaluation}) if said.evaluation else frozenset(),
        threshold=said.threshold,
    )


def _other(model: str, champion: str | None, number: str) -> Subject | None:
    """The champion to compare with; a version is not compared with itself."""
    return None if champion in {None, number} else version_subject(model, str(champion))


def _subjects(found: Sequence[str | None]) -> tuple[Subject, ...]:
    return tuple(Subject.parse(one) for one in dict.fromkeys(found) if one is not None)
