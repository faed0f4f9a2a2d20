"""How many decisions change from one version of a model to the next."""

import numpy as np

from gonogo.checks.findings.finding import Finding
from gonogo.checks.inputs.probing import Probe, answers
from gonogo.checks.robustness.wrong_inputs import compared_detail, flips, probe_settings
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.estimate import Undefined

CHECK = "robustness.prediction_churn"


def prediction_churn(probe: Probe, asked: Parameters) -> Finding:
    """Share of rows decided otherwise by another version, unit share, with an exact interval.

    The other version is one of `probe.others`, by its address in `against`; without it, the only
    one there is. Each version decides by its own threshold. Rows that this version does not answer
    are left out, rows that only the other does not answer have changed.

    Source: Milani Fard et al. (2016), Launch and iterate: reducing prediction churn, NeurIPS 29.

    Detail: changes either way, and the difference of ROC AUC where labels are known.
    """
    settings = probe_settings(CHECK, probe, {**_only(probe), **asked})
    name = settings.find("against")
    other = next((one for one in probe.others if one.address == name), None)
    if other is None:
        known = ", ".join(one.address for one in probe.others) or "none was handed in"
        raise Invalid(field="with.against", value=name, expected=f"one of: {known}")
    sample = probe.ordered(settings.whole("rows"), settings.whole("seed"))
    if not sample.n:
        return Finding(CHECK, settings.values, Undefined("no observations", n=0), {"rows": 0})
    before = sample.scores()
    after = answers(other.ask, sample.frame, other.threshold)
    detail = compared_detail(sample, before, after, settings.level)
    ranks = before.given & after.given
    if ranks.any():
        detail["same_scores"] = int(np.isclose(before.score, after.score, rtol=1e-9)[ranks].sum())
    return Finding(CHECK, settings.values, flips(before, after, settings.level), detail)


def _only(probe: Probe) -> dict[str, str]:
    return {"against": probe.others[0].address} if len(probe.others) == 1 else {}
