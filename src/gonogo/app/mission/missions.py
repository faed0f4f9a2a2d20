"""The missions one after the other: mortgage approval, simulated fraud, simulated recommendation.

Each looks at what is there and does only what is missing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gonogo.app.mission.approval import Approval
from gonogo.app.mission.crew import Crew
from gonogo.app.mission.flight import Flight, flown_to_its_gates
from gonogo.app.mission.fraud.features import CASE as FRAUD
from gonogo.app.mission.fraud.flight import FraudFlight
from gonogo.app.mission.leading.flight import Leading
from gonogo.app.mission.recommendation.flight import RecommendationFlight
from gonogo.app.mission.recommendation.texts import CASE as PICKS
from gonogo.app.mission.replay.rollout import Production
from gonogo.app.mission.steps import Progress, Say, Steps
from gonogo.app.mission.texts import CASE as MORTGAGE
from gonogo.sdk.client import Client

NEXT = (
    ("gonogo release list", "every release, and where it stands"),
    (f"gonogo gateway decisions {MORTGAGE} --outcome decline", "who was declined, with ids"),
    ("gonogo gateway decision ID", "why: inputs, reasons, version, what came of it"),
    (f"gonogo release status {FRAUD}", "how the canary was rolled back by itself"),
    (f"gonogo release off-policy {PICKS}", "what each arm alone would have brought"),
    (f'gonogo release advance {PICKS} --reason "..."', "the bandit waits for you to decide"),
)
"""What to try next, and what it shows."""


@dataclass(frozen=True, slots=True)
class Missions:
    """All of them, by one crew."""

    crew: Crew
    gateway: str
    """Where the gateway answers."""
    say: Say
    progress: Progress

    def fly(self) -> None:
        """Do every step that is not done yet."""
        steps = Steps(self.crew, self.say, self.progress)
        self.say("1 of 3: mortgage approval, real applications of 1990, a simulated lender.")
        Flight(self.crew, self.say, self.progress).fly()
        with self._production(MORTGAGE) as production:
            Approval(steps, production).fly()
        self.say("2 of 3: card fraud; cards, terminals and fraud are simulated.")
        with self._production(FRAUD) as production:
            FraudFlight(steps, production).fly()
        self.say("3 of 3: picks of a home page; visitors, items and clicks are simulated.")
        with self._production(PICKS) as production:
            RecommendationFlight(steps, production).fly()
        self.say("Plans, worth, risks and money of the three; all of them simulated.")
        Leading(steps).end()

    @contextmanager
    def _production(self, case: str) -> Iterator[Production]:
        made = Production(self.crew, case, self.gateway)
        try:
            yield made
        finally:
            made.close()


def flown(client: Client) -> bool:
    """Whether all were flown to their end, and a choice among them was decided."""
    lines = client.releases.all(case=PICKS)
    last = any(one.strategy == "bandit" and one.state != "running" for one in lines)
    led = bool(client.portfolio.choices().items)
    return last and led and flown_to_its_gates(client)


def summary(client: Client) -> str:
    """The releases that were flown, in a line each, and what to try next."""
    found = sorted(client.releases.all(), key=lambda one: one.started_at)
    lines = [
        f"  {one.id:22} {one.strategy:10} {one.state:11} {one.version.removeprefix('model:')}"
        for one in found
    ]
    wide = max(len(command) for command, _ in NEXT)
    told = [f"  {command:{wide}}  {shows}" for command, shows in NEXT]
    return "\n".join(["", "Releases:", *lines, "", "What to try next:", *told])
