"""Model versions side by side, from a client; pairwise judgements in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from gonogo.core.errors import Invalid
from gonogo.schemas.comparisons import Comparison
from gonogo.sdk.http import Http

EXPECTED = "a YAML list of {more: performance, less: cost, times: 3}"


def compare(
    http: Http,
    versions: Sequence[str],
    *,
    criteria: Sequence[str] = (),
    weights: Mapping[str, float] | None = None,
    judgements: Sequence[str] = (),
) -> Comparison:
    """Two to five versions, NAME@VERSION, by criteria; see `Client.compare`."""
    return http.get(
        "/comparisons",
        Comparison,
        version=list(versions),
        criterion=list(criteria),
        weight=[f"{name}={float(value)!r}" for name, value in (weights or {}).items()],
        judgement=list(judgements),
    )


def judgements_of(found: object) -> list[str]:
    """Judgements in words, "performance/cost=3", from a list as YAML reads it; raises `Invalid`.

    >>> judgements_of([{"more": "performance", "less": "cost", "times": 3}])
    ['performance/cost=3']
    """
    if not isinstance(found, list):
        raise Invalid(field="judgements", value=type(found).__name__, expected=EXPECTED)
    return [_judgement(one, number) for number, one in enumerate(found)]


def _judgement(one: Any, number: int) -> str:
    if not isinstance(one, dict) or set(one) != {"more", "less", "times"}:
        raise Invalid(field=f"judgements.{number}", value=str(one), expected=EXPECTED)
    return f"{one['more']}/{one['less']}={one['times']}"
