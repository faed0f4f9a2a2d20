"""How much less decisions say of a release where entities come back: design effects."""

from collections.abc import Mapping, Sequence

from gonogo.core.releasing import Guardrail, Strategy
from gonogo.core.specs import live as specs
from gonogo.domain.releases.routing import CHALLENGER, CHAMPION
from gonogo.domain.releases.rules import Release
from gonogo.records.returning import Returned, by_group, late

NAMES = {CHAMPION: "live", CHALLENGER: "new"}
"""What guardrails call the arms."""
WHATS = {
    specs.ERRORS: "errors",
    specs.OUTCOMES: "yes",
    specs.SHIFT: "scores",
    specs.PAYOFF: "values",
    specs.METRIC: "labels",
}


def whole(release: Release, begun: Mapping[int, int]) -> tuple[int, int] | None:
    """From which snapshots on entities count for a release and for its step.

    None of a bandit: it draws for each decision, so that an entity's are on both sides.
    """
    if release.strategy is Strategy.BANDIT:
        return None
    return min(begun.values(), default=0), begun.get(release.step, 0)


def effects(guardrails: Sequence[Guardrail], found: Returned) -> dict[str, dict[str, float]]:
    """By a guardrail's key: design effects of the arms, or of the new arm's groups."""
    told: dict[str, dict[str, float]] = {}
    for guardrail in guardrails:
        of_it = [one for one in found.told if one.what == _what(guardrail) and one.arm in NAMES]
        if guardrail.check == specs.SELECTED:
            told[guardrail.key] = {
                one.group: one.entities.cautious_effect
                for one in of_it
                if one.group is not None and one.arm == CHALLENGER
            }
        else:
            told[guardrail.key] = {NAMES[one.arm]: one.entities.cautious_effect for one in of_it}
    return told


def split(found: Returned) -> list[int]:
    """Entities of the new version, and of both arms."""
    new = found.split.get(CHALLENGER, 0)
    return [new, new + found.split.get(CHAMPION, 0)]


def _what(guardrail: Guardrail) -> str:
    if guardrail.check == specs.SELECTED:
        return by_group(str(guardrail.group))
    if guardrail.check == specs.LATE:
        return late(float(guardrail.parameters["limit_ms"]))
    return WHATS[guardrail.check]
