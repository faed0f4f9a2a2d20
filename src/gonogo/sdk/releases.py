"""Releases of model versions, routes, and what was live when, from a client."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gonogo.schemas import ab_tests as tests
from gonogo.schemas import releases as schemas
from gonogo.schemas.off_policy import OffPolicy
from gonogo.sdk import off_policy
from gonogo.sdk.http import Http, part


@dataclass(frozen=True, slots=True)
class Releases:
    """The releases of all use cases."""

    http: Http = field(repr=False)

    def all(
        self, *, case: str | None = None, state: str | None = None
    ) -> Iterator[schemas.ReleaseLine]:
        """Every release, newest first."""
        asked = {"case": case, "state": state}
        query = {name: value for name, value in asked.items() if value is not None}
        return self.http.all("/releases", schemas.Releases, **query)

    def of(self, case: str) -> "CaseReleases":
        """Those of one use case."""
        return CaseReleases(self.http, case)

    def routes(self) -> list[schemas.Route]:
        """What answers in every use case that has a route."""
        return self.http.get("/routes", schemas.Routes).items

    def callers(self, version: str) -> schemas.Callers:
        """Who still asks the version `name@number`, and what would miss it."""
        return self.http.get(f"{_version(version)}/callers", schemas.Callers)

    def retire(self, version: str, reason: str, *, forced: bool = False) -> schemas.Retired:
        """Take a version out for good; raises `Conflict` while it is needed.

        `forced` overrules those who ask for it still, and ensembles that have it as a member.
        """
        place = f"{_version(version)}/retirement"
        return self.http.post(place, schemas.Retired, {"reason": reason, "forced": forced})

    def dossier(self, version: str) -> bytes:
        """All that is on record of a version, as a zip."""
        return self.http.send("GET", f"{_version(version)}/dossier").content


@dataclass(frozen=True, slots=True)
class CaseReleases:
    """The releases of a use case and its route."""

    http: Http = field(repr=False)
    case: str

    def start(
        self,
        version: str,
        strategy: str,
        *,
        rationale: str = "",
        calibration: str | None = None,
        test: Mapping[str, Any] | None = None,
    ) -> schemas.Release:
        """Release the version `name@number`; raises `Conflict` with what is missing for it.

        `calibration` names the dataset version to calibrate by; without one, it is looked for.
        `test` says what an A/B test is to find out: `metric`, the smallest `effect`, and what else
        `design` takes, with `segments`. None of it can be changed afterwards.
        """
        asked: dict[str, Any] = {"version": version, "strategy": strategy, "rationale": rationale}
        asked |= {} if calibration is None else {"calibration": calibration}
        asked |= {} if test is None else {"test": dict(test)}
        return self.http.post(f"{self._path}/releases", schemas.Release, asked)

    def read(self, number: int | None = None) -> schemas.Release:
        """One release; without a number the one that started last."""
        place = "release" if number is None else f"releases/{number}"
        return self.http.get(f"{self._path}/{place}", schemas.Release)

    def design(self, metric: str, effect: float, **said: Any) -> tests.TestPlan:
        """How large an A/B test gets and how long it takes, by the traffic in the log.

        `metric` is outcome-rate, payoff or number, `effect` the smallest difference worth finding.
        Besides: `direction`, `alpha`, `power`, `decided_by`, `covariate_days`, and `per_day` and
        `spread` where the log is not to say.
        """
        query = {name: value for name, value in said.items() if value is not None}
        return self.http.get(
            f"{self._path}/test-plan", tests.TestPlan, metric=metric, effect=effect, **query
        )

    def result(self, number: int | None = None) -> tests.TestResult:
        """What an A/B test says: the last one, or the release with this number."""
        place = "release" if number is None else f"releases/{number}"
        return self.http.get(f"{self._path}/{place}/result", tests.TestResult)

    def hold(self, reason: str) -> schemas.Release:
        """Keep its share; guardrails are watched on."""
        return self._order("hold", reason)

    def resume(self, reason: str) -> schemas.Release:
        """Let it go on; one that was rolled back begins anew."""
        return self._order("resume", reason)

    def advance(self, reason: str) -> schemas.Release:
        """Take it to its next step before its time, or a test to its end."""
        return self._order("advance", reason)

    def rollback(self, reason: str) -> schemas.Release:
        """Let what was live before answer again, until a person decides."""
        return self._order("rollback", reason)

    def drill(self) -> schemas.Drill:
        """Time a route's way from the order until it is in force."""
        return self.http.post(f"{self._path}/release/drill", schemas.Drill)

    def live(self, at: str | None = None) -> schemas.WasLive:
        """What was live at a time (now, if none is said), by which decision."""
        query = {} if at is None else {"at": at}
        return self.http.get(f"{self._path}/live", schemas.WasLive, **query)

    def plan(
        self, strategy: str, per_day: float, *, rate: float = 0.1, to_detect: float = 0.01
    ) -> schemas.ReleasePlan:
        """How large a release gets and how long it takes, at `per_day` requests a day."""
        return self.http.get(
            f"{self._path}/release-plan",
            schemas.ReleasePlan,
            strategy=strategy,
            per_day=per_day,
            rate=rate,
            to_detect=to_detect,
        )

    def off_policy(
        self,
        *,
        data: str | None = None,
        columns: Mapping[str, str] | None = None,
        reward: str | None = None,
        context: Sequence[str] | None = None,
        release: int | None = None,
        level: float = 0.95,
        epsilon: float | None = None,
        exploration: float | None = None,
    ) -> OffPolicy:
        """What each arm alone, all evenly or LinUCB would have brought; kept as evidence.

        By the decision log of a release that drew its arms, or by a dataset of logged decisions
        whose `columns` are called `arm`, `reward`, `propensity` and, if it has one, `entity`.
        """
        return off_policy.estimate(
            self.http,
            self.case,
            data=data,
            columns=columns,
            context=context,
            reward=reward,
            release=release,
            level=level,
            epsilon=epsilon,
            exploration=exploration,
        )

    def route(self) -> schemas.Route:
        """What answers now, with the settings of the route."""
        return self.http.get(f"{self._path}/route", schemas.Route)

    def configure(self, settings: Mapping[str, Any], *, reason: str = "") -> schemas.Route:
        """Say which rules, flags, windows and limits the route has."""
        asked = {"settings": dict(settings), "reason": reason}
        answer = self.http.send("PUT", f"{self._path}/route", body=asked)
        return schemas.Route.model_validate(answer.json())

    def kill(self, reason: str) -> schemas.Route:
        """Let the fallback answer everything."""
        return self.http.post(f"{self._path}/route/kill", schemas.Route, {"reason": reason})

    def revive(self, reason: str) -> schemas.Route:
        """Let models answer again."""
        return self.http.post(f"{self._path}/route/revive", schemas.Route, {"reason": reason})

    def _order(self, verb: str, reason: str) -> schemas.Release:
        return self.http.post(f"{self._path}/release/{verb}", schemas.Release, {"reason": reason})

    @property
    def _path(self) -> str:
        return f"/cases/{part(self.case)}"


def _version(text: str) -> str:
    name, _, number = text.removeprefix("model:").partition("@")
    return f"/models/{part(name)}/versions/{part(number)}"
