"""Plans of the three missions: one that was flown, and two ahead; all simulated.

Days ahead are counted from the day of the flight, so that a plan is never overtaken before it is
read.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from gonogo.app.mission.fraud import texts as fraud
from gonogo.app.mission.fraud.features import CASE as FRAUD
from gonogo.app.mission.recommendation.texts import CASE as PICKS

FLOWN = """\
# Simulated: a flight of minutes, planned as if its steps took parts of days.
plan: Mortgage approval, decided by a model
currency: USD
goal: live
deadline: {due}
correlation: 0.2
people:
  data-scientist: {{number: 1, rate: 900}}
  ml-engineer: {{number: 1, rate: 950}}
  risk-officer: {{number: 1, rate: 1100}}
steps:
  prepare:
    title: Applications checked
    days: {{optimistic: 0.05, likely: 0.1, pessimistic: 0.5}}
    needs: {{data-scientist: 1}}{prepare}
  try-trees:
    title: Trees beat the scorecard
    after: prepare
    days: {{optimistic: 0.1, likely: 0.2, pessimistic: 0.6}}
    needs: {{data-scientist: 1}}
    hypothesis: trees-beat-scorecard{try_trees}
  try-mitigation:
    title: Mitigation keeps the ranking
    after: try-trees
    days: {{optimistic: 0.1, likely: 0.2, pessimistic: 0.6}}
    needs: {{data-scientist: 1}}
    hypothesis: mitigation-keeps-performance{try_mitigation}
  gates:
    title: Reviews signed and decided
    after: try-mitigation
    days: {{optimistic: 0.05, likely: 0.2, pessimistic: 1}}
    needs: {{risk-officer: 1}}{gates}
  passed: {{milestone: true, title: Both gates passed, after: gates{passed}}}
  roll-out:
    title: From shadow over canary to all
    after: passed
    days: {{optimistic: 0.1, likely: 0.3, pessimistic: 1}}
    needs: {{ml-engineer: 1}}{roll_out}
  live: {{milestone: true, title: A model decides, after: roll-out{live}}}
"""
STEPS = ("prepare", "try-trees", "try-mitigation", "gates", "passed", "roll-out", "live")
MILESTONES = ("passed", "live")
TRIED = {
    "try-trees": "trees-beat-scorecard",
    "try-mitigation": "mitigation-keeps-performance",
}
"""Step → the hypothesis that it rests on."""
DUE = timedelta(days=14)


def flown(today: date, done: Sequence[str], supported: Mapping[str, bool]) -> str:
    """The plan of the mission that was flown, with what is `done` by now.

    `supported`: whether each hypothesis that is settled was.
    """
    said = {
        step.replace("-", "_"): _done(step, today, supported) if step in done else ""
        for step in STEPS
    }
    return FLOWN.format(due=today + DUE, **said)


def _done(step: str, today: date, supported: Mapping[str, bool]) -> str:
    if step in MILESTONES:
        return f", done: {today}"
    said = f"\n    begun: {today}\n    done: {today}"
    if step in TRIED:
        said += f"\n    succeeded: {str(supported[TRIED[step]]).lower()}"
    return said


AHEAD: Mapping[str, str] = {
    FRAUD: """\
# Simulated: what has to happen before a second version can decide.
plan: Card fraud, a version that waits for disputes
currency: USD
goal: decides
deadline: {due}
correlation: 0.25
people:
  data-scientist: {{number: 1, rate: 900, team: payments}}
  ml-engineer: {{number: 1, rate: 950, team: payments}}
  risk-officer: {{number: 0.5, rate: 1100}}
teams: {{payments: 2}}
steps:
  disputes:
    title: Disputes of payments online have come back
    days: {{p10: 18, p90: 45}}
  ties:
    title: Ties between cards and terminals tell fraud
    after: disputes
    days: {{optimistic: 5, likely: 9, pessimistic: 25}}
    needs: {{data-scientist: 1}}
    hypothesis: ties-tell-fraud
    retries: 1
  retrain:
    title: A version with ties
    after: ties
    days: {{optimistic: 3, likely: 5, pessimistic: 12}}
    needs: {{data-scientist: 1, ml-engineer: 1}}
    if_succeeds: ties
  thresholds:
    title: The live version with a threshold for each channel
    if_fails: ties
    days: {{optimistic: 3, likely: 6, pessimistic: 15}}
    needs: {{data-scientist: 1}}
  gates:
    title: Both gates
    after: [retrain, thresholds]
    days: {{optimistic: 2, likely: 4, pessimistic: 12}}
    needs: {{risk-officer: 0.5}}
    succeeds: 0.85
    retries: 1
    fails: stop
  canary:
    title: A canary that holds
    after: gates
    days: {{optimistic: 5, likely: 8, pessimistic: 20}}
    needs: {{ml-engineer: 1}}
    succeeds: 0.7
    retries: 1
    fails: stop
  decides: {{milestone: true, title: The second version decides, after: canary}}
risks:
  bank-late:
    title: The issuers send disputes late
    probability: 0.3
    steps: [disputes]
    delay: {{optimistic: 5, likely: 12, pessimistic: 40}}
  key-person:
    title: Who knows the features is away
    probability: 0.15
    steps: [ties, retrain]
    stretch: 1.5
    cost: {{p10: 2000, p90: 15000}}
""",
    PICKS: """\
# Simulated: from the bandit that learned to all visits, or back to the editors.
plan: Home page picks for every visit
currency: USD
goal: everywhere
deadline: {due}
people:
  ml-engineer: {{number: 1, rate: 950}}
  product-manager: {{number: 0.5, rate: 1000}}
steps:
  decide:
    title: Somebody decides about the bandit
    days: {{optimistic: 1, likely: 2, pessimistic: 8}}
    needs: {{product-manager: 0.5}}
  lasting:
    title: Visitors come back more often
    after: decide
    days: {{optimistic: 14, likely: 20, pessimistic: 35}}
    needs: {{ml-engineer: 0.5}}
    hypothesis: picks-bring-visitors-back
  by-clicks:
    title: Judged by clicks alone, for half of the visits
    if_fails: lasting
    days: {{optimistic: 5, likely: 10, pessimistic: 20}}
    needs: {{ml-engineer: 0.5}}
  all-visits:
    title: The bandit for all visits
    after: [lasting, by-clicks]
    days: {{optimistic: 2, likely: 4, pessimistic: 10}}
    needs: {{ml-engineer: 1}}
  everywhere: {{milestone: true, title: A pick for every visit, after: all-visits}}
risks:
  fewer-visits:
    title: Fewer visits than in the simulation
    probability: 0.25
    steps: [lasting]
    stretch: 1.4
""",
}
"""Use case → its plan ahead."""
DEADLINES = {FRAUD: timedelta(days=105), PICKS: timedelta(days=56)}


def ahead(case: str, today: date) -> str:
    """The plan of a use case, its deadline counted from today."""
    return AHEAD[case].format(due=today + DEADLINES[case])


HYPOTHESES: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    FRAUD: (
        "ties-tell-fraud",
        "card-transactions-train",
        {
            "statement": "How a card and a terminal are tied to others that were disputed tells "
            "fraud better: PR AUC higher by at least 0.03 than without (simulated).",
            "criteria": [
                {
                    "check": "performance.pr_auc",
                    "with": {"versus": "without ties"},
                    "at_least": 0.03,
                    "level": 0.95,
                }
            ],
            "baseline": "The version that is live.",
            "prior": 0.45,
            "design": fraud.DESIGN,
        },
    ),
    PICKS: (
        "picks-bring-visitors-back",
        "picks-train",
        {
            "statement": "Visitors whose first place was drawn for them come back within a week "
            "more often, by at least one in a hundred (simulated).",
            "criteria": [
                {
                    "check": "value.ab_effect",
                    "with": {
                        "metric": "outcome-rate",
                        "reading": "sequential",
                        "adjusted": False,
                    },
                    "at_least": 0.01,
                    "level": 0.95,
                }
            ],
            "baseline": "The editors' pick.",
            "prior": 0.5,
            "design": {"method": "A/B test by visitors, read sequentially"},
        },
    ),
}
"""Use case → a hypothesis that its plan rests on: name, dataset, what is registered."""
