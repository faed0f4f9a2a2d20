"""Whether entities come to the arms of a test as the route means, at any look."""

from gonogo.checks.findings.finding import Finding
from gonogo.checks.operations.live_values import Looked
from gonogo.core.releasing import Guardrail
from gonogo.core.specs import live as specs
from gonogo.stats import sample_ratio as stats
from gonogo.stats.estimate import Undefined
from gonogo.stats.guardrails import Verdict


def sample(yes: int, n: int, share: float, release: str, *, alpha: float) -> Finding:
    """What `sample_ratio` measures, to be kept as evidence."""
    return sample_ratio(yes, n, share, release, alpha=alpha).finding


def sample_ratio(yes: int, n: int, share: float, release: str, *, alpha: float) -> Looked:
    """Whether the share of entities that came to an arm can be what the route means.

    However often it is looked at, a share that is as meant is called wrong with chance `alpha` at
    most; Pearson's test, as if this were the only look, is told beside it.
    """
    guardrail = Guardrail(specs.SAMPLE, 0.0, alpha)
    parameters: dict[str, str | int | float | bool] = {"release": release, "share": share}
    if n == 0 or not 0 < share < 1:
        nothing = Undefined("no decisions of two arms", n=n)
        finding = Finding(specs.SAMPLE, {**parameters, "level": 1 - alpha}, nothing)
        return Looked(guardrail, Verdict.HOLD, finding, "no decisions of two arms yet")
    found = stats.sample_ratio([yes, n - yes], [share, 1 - share], alpha)
    measured = stats.share_interval(yes, n, share, alpha, stats.CONCENTRATION)
    fixed = found.fixed
    finding = Finding(
        specs.SAMPLE,
        {**parameters, "level": 1 - alpha},
        measured,
        {
            "log_evidence": found.evidence,
            "p_value": found.p_value,
            "pearson_p_value": None if isinstance(fixed, Undefined) else fixed.p,
            "entities": n,
            "to_the_arm": yes,
        },
    )
    said = (
        f"{yes:,} of {n:,} entities ({yes / n:.1%}) came to the new version, where the route "
        f"means {share:.1%}"
    )
    verdict = Verdict.HARMFUL if found.mismatch else Verdict.HOLD
    told = f"{said}: not by chance" if found.mismatch else said
    return Looked(guardrail, verdict, finding, told)
