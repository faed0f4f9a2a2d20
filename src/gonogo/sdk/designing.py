"""Planning an experiment before it runs, from a client; asks no server."""

from gonogo.checks.experiments import plan as plans
from gonogo.checks.experiments import planning
from gonogo.schemas.designs import AskedDesign, Plan


def proportions(
    asked: AskedDesign, *, base: float, ratio: float = 1.0, difference: float | None = None
) -> Plan:
    """Two rates; with `difference`, the true one, the effect is a margin of non-inferiority."""
    return told(planning.proportions(of(asked), base=base, ratio=ratio, difference=difference))


def means(
    asked: AskedDesign,
    *,
    sd: float,
    ratio: float = 1.0,
    difference: float | None = None,
    correlation: float = 0.0,
) -> Plan:
    """Two means; `correlation` with what was known before takes variance out (CUPED)."""
    known = {"sd": sd, "ratio": ratio, "correlation": correlation}
    return told(planning.means(of(asked), **known, difference=difference))


def one_auc(asked: AskedDesign, *, base: float, ratio: float = 1.0) -> Plan:
    """An area under the ROC curve against a fixed value."""
    return told(planning.one_auc(of(asked), base=base, ratio=ratio))


def paired_auc(asked: AskedDesign, *, base: float, correlation: float, ratio: float = 1.0) -> Plan:
    """Areas of two models that score the same rows."""
    found = planning.paired_auc(of(asked), base=base, correlation=correlation, ratio=ratio)
    return told(found)


def paired(asked: AskedDesign, *, discordant: float, difference: float | None = None) -> Plan:
    """Shares of right answers of two models on the same rows (McNemar)."""
    return told(planning.paired(of(asked), discordant=discordant, difference=difference))


def of(asked: AskedDesign) -> plans.Asked:
    """What is asked, as plans are made of it."""
    return plans.Asked(**asked.model_dump())


def told(made: plans.Plan) -> Plan:
    """A plan as it travels."""
    return Plan.model_validate(made)
