"""Work on card fraud as its board shows it, what machines cost, and what assessors say; simulated.

Cards that were done bring their days along, as from another tool, so that there is a throughput.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from gonogo.app.mission.fraud.features import CASE as FRAUD
from gonogo.app.mission.recommendation.texts import CASE as PICKS
from gonogo.app.mission.texts import CASE as MORTGAGE
from gonogo.core.roles import Role

COLUMNS = (
    {"key": "to-do", "title": "To do", "limit": None},
    {"key": "doing", "title": "Doing", "limit": 3},
    {"key": "review", "title": "Review", "limit": 2},
    {"key": "done", "title": "Done", "limit": None},
)
FINISHED: Sequence[Sequence[str]] = (
    ("Sample of payments drawn", "Keys of cards and terminals joined"),
    ("Late disputes counted by channel", "Labels with their age", "Drift of amounts looked at"),
    ("Baseline without ties measured again",),
    ("Graph of cards and terminals", "Ties of degree one", "Ties within a day"),
    ("Memory of the features bounded", "Feature drift monitored"),
    ("Threshold by channel tried", "Cost of a false alarm asked for", "Ties kept for 30 days"),
)
"""Cards done in each of the last whole weeks, the earliest first."""
AHEAD: Mapping[str, tuple[str, Role, bool]] = {
    "disputes": ("Disputes of the last month taken in", Role.ML_ENGINEER, True),
    "ties": ("Ties across issuers, without a leak", Role.DATA_SCIENTIST, True),
    "retrain": ("A version with ties trained", Role.DATA_SCIENTIST, False),
    "thresholds": ("Thresholds for three channels", Role.DATA_SCIENTIST, True),
    "gates": ("Model card brought up to date", Role.DATA_SCIENTIST, False),
    "canary": ("Signs of harm agreed for the canary", Role.RISK_OFFICER, False),
}
"""Step of the plan → the card that is left of it: title, whose work it is, whether it has begun."""
IN_REVIEW = "thresholds"
BLOCKED = "disputes"
BLOCKER = {"reason": "The issuer's file has not come (simulated)", "owner_role": "ml-engineer"}
GOAL = "Ties and thresholds are looked at together (simulated)"
GOAL_CARDS = ("ties", "thresholds")
STEP = "decides"
GROWS = {"grows_low": 3.0, "grows_high": 8.0}
"""By how much the cards will turn out to be more: of far steps only the first one is known."""


def cards(today: date) -> str:
    """The cards as a CSV file, those that are done with their days; the first on a Monday."""
    monday = today - timedelta(days=today.weekday(), weeks=len(FINISHED))
    rows = ["key,title,days,role,begun,done"]
    for week, titles in enumerate(FINISHED):
        for day, title in enumerate(titles):
            done = monday + timedelta(weeks=week, days=day)
            rows.append(f"done-{week + 1}-{day + 1},{title},1,,,{done}")
    for step, (title, role, begun) in AHEAD.items():
        rows.append(f'{step},"{title}",1,{role},{today if begun else ""},')
    return "\n".join(rows)


PRICES = """\
# Simulated: a laptop, and a machine for training, in one office.
currency: USD
otherwise: laptop
machines:
  laptop: {hour: 0.50, watts: {low: 20, likely: 45, high: 90}, place: office}
  trainer: {cpus: 16, cpu_hour: 0.05, place: office, watts: {low: 150, likely: 250, high: 400}}
grams_per_kwh:
  office: {low: 280, likely: 350, high: 420}
"""
CRITERION = "strategic-fit"
"""What no evidence answers."""
SAID: Mapping[str, Mapping[Role, tuple[tuple[float, float, float], str]]] = {
    MORTGAGE: {
        Role.PRODUCT_MANAGER: ((3, 4, 5), "Goal of the year: an answer within a day (simulated)"),
        Role.RISK_OFFICER: ((3, 3, 4), "Serves one unit; fair lending is watched (simulated)"),
    },
    FRAUD: {
        Role.PRODUCT_MANAGER: ((4, 5, 5), "Without it no payments online (simulated)"),
        Role.MANAGER: ((3, 4, 5), "One of the goals of the organisation (simulated)"),
    },
    PICKS: {
        Role.PRODUCT_MANAGER: ((2, 3, 4), "Serves the goal of the shop's unit (simulated)"),
        Role.MANAGER: ((1, 1, 2), "No goal that is written down (simulated)"),
    },
}
"""Use case → role → levels and the reason: where they disagree, the page says so."""
