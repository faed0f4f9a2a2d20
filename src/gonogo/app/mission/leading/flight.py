"""How the missions are led: plans, boards, forecasts, worth, scores, risks, money, a choice.

What is forecast at the beginning of the mortgage mission is scored by what became of it; fraud and
recommendation have a plan ahead. Everything stated here is simulated.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from gonogo.app.mission.fraud.features import CASE as FRAUD
from gonogo.app.mission.leading import plans, registers, work, worths
from gonogo.app.mission.recommendation.texts import CASE as PICKS
from gonogo.app.mission.steps import Steps
from gonogo.app.mission.texts import CASE as MORTGAGE
from gonogo.core.errors import NotFound
from gonogo.core.roles import Role
from gonogo.sdk.cases import CaseRef

FUTURES = 2_000


@dataclass(frozen=True, slots=True)
class Leading:
    """What is done about plans, worth, risks and money of the missions."""

    steps: Steps

    def foresee(self) -> None:
        """The plan of the mortgage mission, forecast while its hypotheses are open."""
        case = self._case(MORTGAGE)
        if not self._has_plan(case):
            case.plan.save(plans.flown(self._today, (), {}))
            self._forecast(case)

    def end(self) -> None:
        """What became of it, the plans ahead, what all are worth, and a choice among them."""
        self._came_out()
        for case in plans.AHEAD:
            self._ahead(case)
        self._board()
        self._registers()
        self._prices()
        self._scores()
        self._worth()
        self._losses()

    def _came_out(self) -> None:
        """Every step was done on the day of the flight; hypotheses as they were settled."""
        case = self._case(MORTGAGE)
        if len(case.plan.wordings()) > 1:
            return
        supported = {
            slug: case.hypothesis(slug).read().state == "supported" for slug in plans.TRIED.values()
        }
        case.plan.save(plans.flown(self._today, plans.STEPS, supported))
        self.steps.say("plan of mortgage-approval: every step is done; its forecast is scored")

    def _ahead(self, slug: str) -> None:
        name, dataset, said = plans.HYPOTHESES[slug]
        client = self.steps.crew.client(Role.DATA_SCIENTIST)
        data = client.datasets.versions(dataset)[-1]
        self.steps.hypothesis(slug, name, said, client.dataset(data.subject))
        case = self._case(slug)
        if not self._has_plan(case):
            case.plan.save(plans.ahead(slug, self._today))
            self._forecast(case)

    def _forecast(self, case: CaseRef) -> None:
        found = case.plan.forecast(futures=FUTURES)
        self.steps.say(
            f"plan of {case.slug}: half of its futures reach the goal by {found.p50 or 'never'}, "
            f"four of five by {found.p80 or 'never'}"
        )

    def _board(self) -> None:
        """Six weeks of finished cards, and what is left until the second version decides."""
        board = self._case(FRAUD).board
        if board.read().cards:
            return
        board.choose_columns(work.COLUMNS)
        added = board.fill(work.cards(self._today)).added
        numbers = {card.source: card.number for card in added}
        board.move(numbers[work.IN_REVIEW], "review")
        board.block(numbers[work.BLOCKED], **work.BLOCKER)
        board.goal(work.GOAL, [numbers[step] for step in work.GOAL_CARDS])
        found = board.forecast(work.STEP, **work.GROWS)
        self.steps.say(
            f"board of {FRAUD}: {found.cards} cards are left; by throughput four of five futures "
            f"are done by {found.p80 or 'never'} (simulated)"
        )

    def _prices(self) -> None:
        compute = self.steps.crew.client(Role.MANAGER).compute
        try:
            compute.prices()
        except NotFound:
            compute.state_prices(work.PRICES)
            self.steps.say("price list of machines stated: runs have cost and carbon (simulated)")

    def _scores(self) -> None:
        """What no evidence answers, said by the roles that answer for it."""
        for slug, said in work.SAID.items():
            case = self._case(slug)
            asked = {one.criterion: one.opinions for one in case.score.read().criteria}
            known = {one.role for one in asked.get(work.CRITERION, ())}
            shown = [one.entry for one in case.plan.forecasts()[:1]]
            for role, (levels, reason) in said.items():
                if role in known:
                    continue
                score = self.steps.crew.client(role).case(slug).score
                score.assess(
                    {work.CRITERION: levels},
                    reasons={work.CRITERION: reason},
                    evidence={work.CRITERION: shown},
                    role=role,
                )

    def _registers(self) -> None:
        client = self.steps.crew.client(Role.RISK_OFFICER)
        known = {one.key for one in client.risks.all()}
        for key, said in registers.RISKS.items():
            if key not in known:
                client.risks.add(key, said)
        if "disputes-late" not in known:
            told = registers.mitigation(self._today)
            client.risks.mitigate("disputes-late", "wait", **told)
        case = self._case(MORTGAGE)
        with suppress(NotFound):
            case.money.budget()
            return
        case.money.state(registers.budget(self._today))
        manager = self.steps.crew.client(Role.PRODUCT_MANAGER)
        manager.payments.take_in(registers.payments(self._today))
        self.steps.say("risks registered, a budget stated (simulated)")

    def _worth(self) -> None:
        for slug in (MORTGAGE, FRAUD, PICKS):
            benefit = self._case(slug).benefit
            try:
                benefit.read()
            except NotFound:
                benefit.state(worths.WORTHS[slug])
        portfolio = self.steps.crew.client(Role.PRODUCT_MANAGER).portfolio
        if portfolio.choices().items:
            return
        chosen = portfolio.decide(worths.WHY, **worths.LIMITS)
        told = ", ".join(f"{one.case} from quarter {one.quarter}" for one in chosen.done)
        self.steps.say(f"portfolio: decided to do {told or 'nothing'}")

    def _losses(self) -> None:
        """What the open risks may cost; a server would keep it by itself, some hours later."""
        risks = self.steps.crew.client(Role.RISK_OFFICER).risks
        for case in (None, MORTGAGE, FRAUD, PICKS):
            risks.keep(case)

    def _case(self, slug: str) -> CaseRef:
        return self.steps.crew.client(Role.PRODUCT_MANAGER).case(slug)

    def _has_plan(self, case: CaseRef) -> bool:
        with suppress(NotFound):
            return bool(case.plan.read())
        return False

    @property
    def _today(self) -> date:
        return self.steps.crew.now.date()
