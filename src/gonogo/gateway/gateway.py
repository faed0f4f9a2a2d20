"""The gateway: a request in, an answer out. Servers and tests call it alike."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from gonogo.core.errors import GonogoError, NotFound, TooLarge, Unavailable
from gonogo.gateway.counting import exposition
from gonogo.gateway.exchange import TEXT, Request, Response, answered, problem
from gonogo.gateway.remembered import Remembered
from gonogo.gateway.sources import Sources
from gonogo.gateway.tracing import Tracing
from gonogo.gateway.ways.decide import decide
from gonogo.gateway.ways.elsewhere import decisions, events
from gonogo.gateway.ways.features import features
from gonogo.gateway.ways.flags import flags
from gonogo.gateway.ways.inference import described, infer, is_ready
from gonogo.gateway.ways.outcomes import outcomes
from gonogo.gateway.ways.parts import Parts
from gonogo.records.kserve import Joiner

LARGEST = 2 * 2**20
"""Bytes of a body."""
MOST = 512
"""Requests that may be under way at once; more are refused at once, before all become slow."""
DECIDE = "/v1/decide/"
DECISIONS = "/v1/decisions/"
EVENTS = "/v1/events/"
FEATURES = "/v1/features/"
MODELS = "/v2/models/"
FLAGS = "/ofrep/v1/evaluate/flags"


@dataclass(slots=True, eq=False)
class Gateway:
    """Answers requests."""

    parts: Parts
    log_errors: Callable[[], str | None]
    """Why the decision log takes nothing, None where it does."""
    most: int = MOST
    largest: int = LARGEST
    under_way: int = 0
    asked: int = 0
    """Requests so far."""
    lag: float = 0.0
    """Seconds by which the event loop was late last: what a request waits before it is seen."""
    draining: bool = False
    remembered: Remembered = field(default_factory=Remembered)
    tracing: Tracing | None = None
    joiners: dict[str, Joiner] = field(default_factory=dict)
    """By use case, halves of decisions that KServe's request logger sent."""
    sources: Sources = field(default_factory=Sources)
    """From where these are taken without a token."""

    def refusal(self, path: str, length: str | None) -> Response | None:
        """The answer to a request that is refused before its body is read."""
        error: GonogoError | None = None
        if length is not None and length.isdigit() and int(length) > self.largest:
            error = self.too_large(int(length))
        elif self.draining and not path.startswith("/v2/health"):
            error = self._busy("drain", "this gateway is stopping")
        elif self.under_way >= self.most:
            error = self._busy("queue", f"{self.under_way} requests under way")
        elif self.lag > self._patience(path):
            error = self._busy("deadline", f"requests wait {self.lag * 1e3:.0f} ms")
        return None if error is None else self.counted(problem(error))

    def too_large(self, size: int) -> TooLarge:
        """The refusal of a body."""
        return TooLarge(field="body", value=size, expected=f"at most {self.largest} bytes")

    async def answer(self, request: Request) -> Response:
        """The answer to a request, whatever happens."""
        self.under_way += 1
        self.asked += 1
        try:
            answer = self._answer(request)
            found = await (answer if self.tracing is None else self._traced(request, answer))
        except GonogoError as error:
            found = problem(error)
        finally:
            self.under_way -= 1
        return self.counted(found)

    def counted(self, response: Response) -> Response:
        """`response`, counted."""
        self.parts.counts.answers[response.status] += 1
        return response

    def health(self) -> dict[str, object]:
        """What is in force and what is not."""
        now = self.parts.in_force
        return {
            "snapshot": now.snapshot.number,
            "at": now.snapshot.at,
            "routes": {
                case: {
                    "snapshot": route.snapshot,
                    "arms": [arm.arm.name for arm in route.arms],
                    "shadows": [arm.arm.name for arm in route.shadows],
                    "only_fallback": route.error,
                }
                for case, route in now.routes.items()
            },
            "models": sorted(now.models),
            "errors": dict(now.errors),
            "log": self.log_errors(),
            "draining": self.draining,
        }

    def _busy(self, why: str, value: str) -> Unavailable:
        self.parts.counts.shed[why] += 1
        return Unavailable(
            field="gateway",
            value=value,
            expected="one with time to spare",
            message="Too busy; nothing was decided",
        )

    def _patience(self, path: str) -> float:
        if path.startswith(DECIDE):
            route = self.parts.in_force.routes.get(path[len(DECIDE) :])
            if route is not None:
                return route.route.deadline_ms / 1e3
        return 1.0

    async def _traced(self, request: Request, answer: Awaitable[Response]) -> Response:
        async def told() -> Response:
            try:
                return await answer
            except GonogoError as error:
                return problem(error)

        return await self.tracing.around(request, told()) if self.tracing else await told()

    async def _answer(self, request: Request) -> Response:
        path = request.path
        if path.startswith(DECIDE) and request.method == "POST":
            return await decide(self.parts, self.remembered, request, path[len(DECIDE) :])
        if path.startswith(DECISIONS) and request.method == "POST":
            return await decisions(self.parts, request, path[len(DECISIONS) :])
        if path.startswith(EVENTS) and request.method == "POST":
            return await events(
                self.parts, self.joiners, self.sources, request, path[len(EVENTS) :]
            )
        if path.startswith(FEATURES) and request.method == "POST":
            values = getattr(self.parts.deciding.online, "values", None)
            return await features(self.parts, values, request, path[len(FEATURES) :])
        if path == "/v1/outcomes" and request.method == "POST":
            return await outcomes(self.parts, request)
        if path.startswith(FLAGS) and request.method == "POST":
            key = path[len(FLAGS) + 1 :] or None
            return await flags(self.parts, request, key)
        if path.startswith(MODELS):
            return await self._models(request, path[len(MODELS) :].split("/"))
        found = self._plain(path) if request.method in ("GET", "HEAD") else None
        if found is None:
            raise NotFound(
                field="path",
                value=f"{request.method} {path[:100]}",
                expected="a path of the gateway",
            )
        return found

    def _plain(self, path: str) -> Response | None:
        match path:
            case "/v2":
                return answered({"name": "gonogo", "version": "1", "extensions": []})
            case "/v2/health":
                return answered(self.health())
            case "/v2/health/live":
                return answered({"live": True})
            case "/v2/health/ready":
                ready = self.is_ready
                return answered({"ready": ready}, 200 if ready else 503)
            case "/metrics":
                errors = dict(self.parts.in_force.errors)
                text = exposition(self.parts.counts, self._gauges, errors)
                return Response(200, text, TEXT)
        return None

    @property
    def is_ready(self) -> bool:
        """Whether it decides."""
        has_snapshot = self.parts.in_force.snapshot.number > 0
        return has_snapshot and not self.draining and self.log_errors() is None

    async def _models(self, request: Request, rest: list[str]) -> Response:
        """`{name}[/versions/{version}][/ready|/infer]`."""
        name, rest = rest[0], rest[1:]
        version: str | None = None
        if rest[:1] == ["versions"] and len(rest) > 1:
            version, rest = rest[1], rest[2:]
        match request.method, rest:
            case "GET", []:
                return described(self.parts, request, name, version)
            case "GET", ["ready"]:
                return is_ready(self.parts, name, version)
            case "POST", ["infer"]:
                return await infer(self.parts, request, name, version)
        raise NotFound(
            field="path", value=request.path[:100], expected="ready, infer or nothing behind it"
        )

    def _gauges(self) -> dict[str, float]:
        now, online = self.parts.in_force, self.parts.deciding.online
        return {
            **({} if online is None else online.gauges()),
            "snapshot": float(now.snapshot.number),
            "models": float(len(now.models)),
            "under_way": float(self.under_way),
            "lag_seconds": self.lag,
            "shadows_waiting": float(len(self.parts.shadows)),
            "calls_that_hang": float(self.parts.deciding.scoring.side.lost),
            "remembered": float(len(self.remembered)),
        }


async def watch_lag(gateway: Gateway, stopwatch: Callable[[], float], every: float = 0.02) -> None:
    """Measure, until cancelled, how late the event loop is."""
    while True:
        before = stopwatch()
        await asyncio.sleep(every)
        gateway.lag = max(0.0, stopwatch() - before - every)
