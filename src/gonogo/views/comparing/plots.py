"""A comparison drawn: two criteria against each other, and what other weights would bring."""

from collections.abc import Sequence

from gonogo.core.specs.shape import Good
from gonogo.core.subjects import Subject
from gonogo.stats.estimate import Estimate
from gonogo.stats.multicriteria import nondominated
from gonogo.views.charts.values import At, Bar, Bars, Bound, Chart, Dot, Line, Lines, Scatter, Tone
from gonogo.views.comparing.ranking import Judged, Ranking, Weight

TONES = (Tone.ACCENT, Tone.SECOND, Tone.HOLD, Tone.GO, Tone.QUIET)
"""One for each candidate; here they tell candidates apart and judge nothing."""


def plots(
    criteria: Sequence[Judged], ranking: Ranking | None, subjects: Sequence[Subject]
) -> tuple[Chart, ...]:
    """What can be drawn of the criteria that count."""
    if ranking is None:
        return ()
    names = [f"{one.name}@{one.version}" for one in subjects]
    first, *others = [one for one in criteria if not one.why_not]
    return (
        *(_against(first, other, names) for other in others),
        _shares(ranking),
        *(_weights(one, names) for one in ranking.weights if len(ranking.weights) > 1),
    )


def _against(one: Judged, other: Judged, names: Sequence[str]) -> Scatter:
    """Two criteria; joined are those that no other is better than in both."""
    pairs = list(zip(_numbers(one), _numbers(other), strict=True))
    higher = [judged.row.good is Good.HIGHER for judged in (one, other)]
    front = nondominated([[x.value, y.value] for x, y in pairs], higher)
    return Scatter(
        title=f"{other.row.title} against {one.row.title}",
        across=_scale(one),
        up=_scale(other),
        dots=tuple(
            Dot(
                label=name,
                x=x.value,
                y=y.value,
                x_low=x.low,
                x_high=x.high,
                y_low=y.low,
                y_high=y.high,
                on_frontier=bool(kept),
            )
            for name, (x, y), kept in zip(names, pairs, front, strict=True)
        ),
    )


def _shares(ranking: Ranking) -> Bars:
    return Bars(
        title="How often each comes first, whatever the weights",
        across="share of draws",
        rows=tuple(
            Bar(place.subject.removeprefix("model:"), place.any_weights) for place in ranking.places
        ),
    )


def _weights(weight: Weight, names: Sequence[str]) -> Lines:
    return Lines(
        title=f"If {weight.criterion} weighed more or less",
        across=f"weight of {weight.criterion}",
        up="closeness",
        unit_square=True,
        uprights=(Bound(weight.weight, "as it is"),),
        lines=tuple(
            Line(
                name,
                tuple(At(at, closeness[place]) for at, closeness in weight.closeness),
                TONES[place],
            )
            for place, name in enumerate(names)
        ),
    )


def _numbers(judged: Judged) -> list[Estimate]:
    return [cell.counts for cell in judged.row.cells if cell.counts is not None]


def _scale(judged: Judged) -> str:
    better = "more" if judged.row.good is Good.HIGHER else "less"
    unit = judged.row.unit
    named = judged.row.title if unit in judged.row.title else f"{judged.row.title}, {unit}"
    return f"{named} ({better} is better)"
