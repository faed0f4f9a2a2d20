"""The ten areas of one model version: what is measured and drawn, and how the gate sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gonogo.core.areas import Area, area_of
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.verdicts import Verdict
from gonogo.core.wording import asked, title
from gonogo.domain.gates import rules as gates
from gonogo.domain.gates.turns import Turn
from gonogo.domain.models.rules import Version
from gonogo.views.drawn.overview import overviews
from gonogo.views.drawn.plotted import Plotted
from gonogo.views.evidence import Figure

SERVER_MEASURES = frozenset({Area.PERFORMANCE, Area.FAIRNESS, Area.ENGINEERING, Area.OPERATIONS})
"""Areas of which the server measures something without being asked for a check by name."""
ABOUT_DATA = frozenset({Area.DATA, Area.PRIVACY})
"""Areas whose first checks read a dataset, not a model."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Evidence that the next gate asks for and that is not there."""

    says: str
    command: str | None


@dataclass(frozen=True, slots=True)
class AreaEvidence:
    """What is known of one area."""

    area: Area
    verdict: Verdict | None
    """What the next gate makes of it; None where it asks nothing."""
    figures: tuple[Figure, ...]
    without: tuple[str, ...]
    """Conditions that hold without evidence, and why."""
    missing: tuple[Missing, ...]
    command: str | None
    """What measures it, where nothing is measured yet; None where no check can."""
    overviews: tuple[Plotted, ...]
    """Its measurements on one scale each."""
    plots: tuple[Plotted, ...]
    """What the measurements saw besides their numbers, drawn."""


def areas(
    found: Version,
    shown: Sequence[Figure],
    plots: Mapping[Area, tuple[Plotted, ...]],
    poll: gates.Poll | None,
    standing: gates.Standing,
    turns: Sequence[Turn],
) -> tuple[AreaEvidence, ...]:
    """What is known of each area, and what the gate of `poll` makes of it."""
    holds = () if poll is None else poll.rows
    rows = [row for row in holds if row.evidence is None and row.counts_as is Verdict.GO]
    lacking = [turn for turn in turns if turn.verdict is Verdict.NO_DATA]
    return tuple(
        AreaEvidence(
            area=area,
            verdict=None if poll is None else poll.by_area.get(area),
            figures=tuple(one for one in shown if one.area is area),
            without=tuple(_held(row) for row in rows if row.condition.area is area),
            missing=tuple(
                Missing(turn.say, turn.command) for turn in lacking if area_of(turn.check) is area
            ),
            command=_command(found, area, standing),
            overviews=overviews([one for one in shown if one.area is area]),
            plots=plots.get(area, ()),
        )
        for area in Area
    )


def _held(row: gates.Polled) -> str:
    why = row.reason if row.waiver is None else "waived"
    return f"{title(row.condition)} {asked(row.condition)}: {why}"


def _command(found: Version, area: Area, standing: gates.Standing) -> str | None:
    """What gives first evidence of an area."""
    checks = [spec.name for spec in CATALOGUE.values() if spec.area is area]
    if not checks:
        return None
    if area in SERVER_MEASURES:
        said = found.registration
        return f"gonogo model reproduce {said.model}@{said.number}"
    data = [str(one) for one in standing.data] if area in ABOUT_DATA else []
    return f"gonogo evidence measure {(data or [str(found.subject)])[-1]} --check {checks[0]}"
