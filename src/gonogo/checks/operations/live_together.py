"""All guardrails of a rollout together: several that suffer a little are harm as well."""

import math
from collections.abc import Sequence

from gonogo.checks.operations.live_values import Looked
from gonogo.core.catalogue import CATALOGUE
from gonogo.stats.guardrails import Verdict, merged


def together(looks: Sequence[Looked]) -> str | None:
    """Why they are broken together though none of them is alone, in a sentence; None if not so.

    By the weighed mean of their e-values: the chance of it for a version that keeps all margins is
    the sum of their alphas at most, the single alarms included.
    """
    told = [(one, one.evidence) for one in looks if one.evidence is not None]
    if len(told) < 2 or any(one.says is Verdict.HARMFUL for one in looks):
        return None
    alphas = [one.guardrail.alpha for one, _ in told]
    evidence = float(merged([logs for _, logs in told], alphas))
    if evidence < -math.log(sum(alphas)):
        return None
    most = sorted(told, key=lambda pair: pair[1], reverse=True)[:3]
    named = ", ".join(CATALOGUE[one.guardrail.check].title for one, _ in most)
    return (
        f"no guardrail is broken alone, but together they are: evidence of {evidence:.2f} where "
        f"{-math.log(sum(alphas)):.2f} is enough, most of it from {named}"
    )
