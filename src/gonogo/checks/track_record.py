"""Scores of forecasts as evidence: how far what was said lay from what happened."""

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import settle_parameters
from gonogo.core.evidence import Parameters
from gonogo.core.specs.plans import CHANCE_LOSS, DATE_LOSS
from gonogo.stats.estimate import Measured, exact


def forecast_date_loss(measured: Measured, asked: Parameters) -> Finding:
    """The mean pinball loss of the dates of one milestone, once it is reached."""
    return Finding(DATE_LOSS, settle_parameters(DATE_LOSS, asked).values, measured)


def forecast_chance_loss(said: float, happened: bool, asked: Parameters) -> Finding:
    """The squared distance of a probability from what happened.

    Source: Brier (1950), Monthly Weather Review 78, 1-3.
    """
    settings = settle_parameters(CHANCE_LOSS, asked)
    loss = (said - float(happened)) ** 2
    return Finding(
        CHANCE_LOSS, settings.values, exact(loss, n=1, unit="score", of="the one outcome")
    )
