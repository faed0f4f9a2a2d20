"""What the three use cases are stated to be worth, and the choice among them; simulated."""

from collections.abc import Mapping

from gonogo.app.mission.fraud.features import CASE as FRAUD
from gonogo.app.mission.recommendation.texts import CASE as PICKS
from gonogo.app.mission.texts import CASE as MORTGAGE

WORTHS: Mapping[str, str] = {
    MORTGAGE: """\
# Simulated: a lender that decides 2,000 applications a year.
currency: USD
rate: 0.08
volume: {low: 400, likely: 500, high: 650}
per_decision: {low: 40, likely: 130, high: 260}
adoption: {quarters: 12, reach: 4, final: 0.9}
running_cost: 9000
stages:
  - {stage: build, cost: {low: 60000, likely: 80000, high: 130000}, quarters: 1, success: 0.8}
  - {stage: approve, cost: 15000, quarters: 1, success: 0.85}
people: {data-scientist: 1, ml-engineer: 1}
kind: exploitation
starts: [1, 2]
experiments:
  - experiment: second look at 200 files
    about: per_decision
    noise: 900
    observations: 200
    cost: 8000
""",
    FRAUD: """\
# Simulated: payments of one acquirer.
currency: USD
rate: 0.08
volume: {p10: 2500000, p90: 4200000, shape: lognormal}
per_decision: {low: 0.01, likely: 0.04, high: 0.09}
adoption: {quarters: 12, reach: 3}
avoided_loss: {low: 0, likely: 8000, high: 30000}
running_cost: 22000
stages:
  - {stage: build, cost: {low: 110000, likely: 150000, high: 260000}, quarters: 2, success: 0.75}
  - {stage: canary, cost: 20000, quarters: 1, success: 0.7}
people: {data-scientist: 1, ml-engineer: [1, 2, 2]}
kind: exploitation
starts: [1, 2, 3]
experiments:
  - experiment: one week of every tenth card
    about: per_decision
    noise: 1.2
    observations: 25000
    cost: 12000
""",
    PICKS: """\
# Simulated: visits of one shop.
currency: USD
rate: 0.08
volume: {low: 600000, likely: 900000, high: 1100000}
per_decision: {low: -0.01, likely: 0.03, high: 0.08}
adoption: {quarters: 8, reach: 2}
running_cost: 6000
stages:
  - {stage: learn, cost: {low: 30000, likely: 45000, high: 70000}, quarters: 1, success: 0.6}
people: {ml-engineer: 1}
kind: exploration
starts: [1, 2]
""",
}
"""Use case → its benefit model."""

LIMITS = {
    "budget": 320_000.0,
    "people": {"data-scientist": [1.0, 1.0, 1.0, 1.0], "ml-engineer": [2.0, 2.0, 3.0, 3.0]},
    "shares": {"exploration": {"least": 0.05, "most": 0.4}},
}
"""Under which is chosen among them."""
WHY = (
    "Simulated: what is worth most for this year's money and people, with a part of it for what is "
    "still to be learned."
)
