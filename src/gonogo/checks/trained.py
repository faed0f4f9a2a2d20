"""What is read of a model's training: whether it knows its rows, whether it would say the same."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings, settle_parameters
from gonogo.checks.inputs.probing import Ask
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.privacy.rows import membership_advantage
from gonogo.checks.under_test import Train, UnderTest
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters, measured_to_json
from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.auc import auc_delong
from gonogo.stats.churn import FEWEST, pairwise_churn, spreads
from gonogo.stats.estimate import Undefined
from gonogo.stats.means import mean_t
from gonogo.stats.membership import (
    OWN_VARIANCE,
    caught,
    confidences,
    halves,
    likelihood_scores,
)

if TYPE_CHECKING:
    import pandas as pd

ADVANTAGE = "privacy.membership_advantage"
LIRA = "privacy.membership_likelihood_ratio"
STABILITY = "robustness.stability"
SHADOWS = 32
"""Shadow models where nothing else is asked: each row is left out by 16 of them."""
FALSE_POSITIVES = 0.01
"""Share of other rows that the attack may name wrongly, where nothing else is asked."""
SHOWN_AT = (0.001, 0.01)
"""Shares at which the detail tells what is caught, as the paper does."""
MODELS = 10
"""Models that are trained to see how far they differ, where nothing else is asked."""
VARIED = ("seed", "rows", "both")
"""What may differ between them."""


def advantage(under: UnderTest, asked: Parameters) -> Finding:
    """The membership advantage of a model whose training rows are known; as `privacy` has it."""
    rows = _training(under, ADVANTAGE)
    return membership_advantage(_scored(under, rows), under.scored, asked)


def likelihood_ratio(under: UnderTest, asked: Parameters) -> Finding:
    """Share of training rows named by the offline likelihood-ratio attack, unit share.

    `shadows` models are trained on random halves of training and test rows together, with the
    model's own training procedure. A row is named where the model is surer of its label than
    normal for models that were not trained on it, by a threshold under which `false_positives` of
    the test rows are named. What guessing reaches is `false_positives` itself. The attacker of this
    attack holds the rows and knows how the model is trained: what others reach is less. Needs an
    estimator or a training function, so it is measured where there is one: in a notebook.

    Detail: what is caught at 0.1 % and 1 % with intervals, the area under the attack's ROC curve,
    how many shadow models, and where their variance comes from. `Undefined` where scores are no
    probabilities. Source: as `stats.membership`.
    """
    settings = settle_parameters(
        LIRA,
        asked,
        level=defaults.LEVEL,
        seed=defaults.SEED,
        shadows=SHADOWS,
        false_positives=FALSE_POSITIVES,
    )
    shadows = settings.whole("shadows")
    _within("shadows", shadows, 4, 1024)
    wanted = settings.number("false_positives")
    if not 0 < wanted < 1:
        raise Invalid(
            field="with.false_positives", value=wanted, expected="a number between 0 and 1"
        )
    train, rows = _trainer(under, LIRA), _training(under, LIRA)
    member = np.r_[np.ones(len(rows), dtype=np.bool_), np.zeros(len(under.rows), dtype=np.bool_)]
    found = _attack(under, train, rows, settings)
    if isinstance(found, Undefined):
        return Finding(LIRA, settings.values, found)
    measured = caught(found[member], found[~member], wanted, settings.level)
    auc = auc_delong(member, found, settings.level)
    of_own = shadows // 2 >= OWN_VARIANCE
    detail: dict[str, Json] = {
        "attack": "offline likelihood ratio (LiRA), Carlini et al. 2022",
        "variance": "of each row" if of_own else "pooled over all rows",
        "shadows": shadows,
        "trained_on_each": int(member.size // 2),
        "members": int(member.sum()),
        "others": int((~member).sum()),
        "auc": measured_to_json(auc),
        "caught": [
            {
                "false_positives": share,
                "measured": measured_to_json(
                    caught(found[member], found[~member], share, settings.level)
                ),
            }
            for share in SHOWN_AT
        ],
    }
    return Finding(LIRA, settings.values, measured, detail)


def stability(under: UnderTest, asked: Parameters) -> Finding:
    """Share of rows that two models trained the same way decide otherwise, unit share.

    `models` of them are trained, differing by what `vary` says: the "seed" of training, a bootstrap
    resample of the training "rows", or "both". All of them answer the rows the model is tested on,
    and decide by its threshold. Needs an estimator or a training function. A model that is trained
    again every month changes so many decisions for no reason at all.

    Detail: the mean standard deviation of a row's scores, with its interval over rows; rows on
    which not all models agree; the share of yes of each. Source: as `stats.churn`; Breiman (1996),
    Annals of Statistics 24, 2350-2383, for instability.
    """
    settings = settle_parameters(
        STABILITY,
        asked,
        level=defaults.LEVEL,
        seed=defaults.SEED,
        threshold=float(under.threshold),
        models=MODELS,
        vary="both",
    )
    models, vary = settings.whole("models"), settings.text("vary")
    _within("models", models, FEWEST, 1000)
    if vary not in VARIED:
        raise Invalid(field="with.vary", value=vary, expected=f"one of: {', '.join(VARIED)}")
    train, rows = _trainer(under, STABILITY), _training(under, STABILITY)
    rng = np.random.default_rng(settings.whole("seed"))
    scores = np.empty((models, len(under.rows)))
    for at in range(models):
        # Drawn whatever varies, so that the seeds of "seed" and of "both" are the same.
        seed, drawn = int(rng.integers(2**31)), rng.integers(0, len(rows), len(rows))
        chosen = rows if vary == "seed" else rows.iloc[drawn].reset_index(drop=True)
        scores[at] = _answers(
            train(chosen, settings.whole("seed") if vary == "rows" else seed), under.rows
        )
    decisions = scores >= settings.number("threshold")
    measured = pairwise_churn(decisions, settings.level)
    detail: dict[str, Json] = {"models": models, "vary": vary, "rows": len(under.rows)}
    if len(under.rows):
        said = decisions.sum(axis=0)
        detail |= {
            "not_agreed": int(np.count_nonzero((said > 0) & (said < models))),
            "score_sd": measured_to_json(mean_t(spreads(scores), settings.level, "score")),
            "selected": [float(share) for share in decisions.mean(axis=1)],
        }
    return Finding(STABILITY, settings.values, measured, detail)


TRAINED: dict[str, Callable[[UnderTest, Parameters], Finding]] = {
    ADVANTAGE: advantage,
    LIRA: likelihood_ratio,
    STABILITY: stability,
}
"""Check by check, the function that measures it."""


def _attack(
    under: UnderTest, train: Train, rows: "pd.DataFrame", settings: Settings
) -> Floats | Undefined:
    """The attack's score of every training row, then of every test row."""
    import pandas as pd

    own, other = _scored(under, rows), under.scored
    label = np.r_[own.yes, other.yes]
    target = confidences(label, np.r_[own.scores, other.scores])
    if isinstance(target, Undefined):
        return target
    pool = pd.concat([rows, under.rows], ignore_index=True)
    seed, shadows = settings.whole("seed"), settings.whole("shadows")
    inside = halves(label, shadows, seed)
    found = np.empty(inside.shape)
    for at, chosen in enumerate(inside):
        shadow = train(pool[chosen].reset_index(drop=True), seed + at)
        sure = confidences(label, _answers(shadow, pool))
        if isinstance(sure, Undefined):
            return Undefined(f"of a shadow model: {sure.reason}", n=sure.n)
        found[at] = sure
    return likelihood_scores(target, found, inside)


def _scored(under: UnderTest, rows: "pd.DataFrame") -> Scored:
    """The model's own scores of its training rows, with their labels."""
    name = under.label
    if name is None or name not in rows.columns:
        raise Invalid(
            field="trained_on", value=name, expected="training rows with the label column"
        )
    return Scored(rows[name].to_numpy(), under.model.ask(rows), {}, under.threshold)


def _training(under: UnderTest, check: str) -> "pd.DataFrame":
    if under.training is None:
        raise Invalid(
            field="trained_on",
            expected=f"the rows that the model was trained on: {check} compares it with them; "
            "register the version with its data, or hand them in",
        )
    return under.training


def _trainer(under: UnderTest, check: str) -> Train:
    if under.train is None:
        raise Invalid(
            field="estimator",
            expected=f"an estimator or a training function: {check} trains the model again, so it "
            "is measured in a notebook: run.evaluate(..., estimator=..., trained_on=...)",
        )
    return under.train


def _answers(ask: Ask, rows: "pd.DataFrame") -> Floats:
    found = np.asarray(ask(rows), dtype=np.float64)
    good: Bools = np.isfinite(found)
    if found.shape != (len(rows),) or not good.all():
        raise Invalid(
            field="estimator", value=found.shape, expected="one finite score for each row"
        )
    return found


def _within(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise Invalid(field=f"with.{name}", value=value, expected=f"from {least} to {most}")
