"""How a route is made: an action, a Work, a schema; nothing is public by forgetting.

    routes = Routes("cases")

    @routes.post("/cases", action=Action.CASE_CREATE)
    def create(work: Work, asked: schemas.NewCase) -> schemas.Case: ...

A handler's `work` is opened for whoever asks and committed before the answer leaves; `needs`,
`caller` and `request` are handed over where a handler names them. Everything else is FastAPI's.
"""

import inspect
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, get_args, get_type_hints

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from gonogo.core.caller import Caller
from gonogo.core.errors import Forbidden, Invalid, Stale
from gonogo.core.roles import Action
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.interfaces.api.problems import PROBLEMS
from gonogo.interfaces.api.replay import JSON, PARAMETER, SAFE, Replay
from gonogo.interfaces.api.text import check_text
from gonogo.store.work import Work

HANDED = {"work": Work, "needs": ApiNeeds, "caller": Caller, "request": Request}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of what was read, so that no edit is lost; * for whatever is there.",
    "schema": {"type": "string"},
}
BYTES = {"schema": {"type": "string", "format": "binary"}}
OBJECT = {"schema": {"type": "object"}}


Model = TypeVar("Model", bound=BaseModel)
Handler = Callable[..., Any]
Decorator = Callable[[Handler], Handler]


@dataclass(frozen=True, slots=True)
class Reply(Generic[Model]):
    """An answer with more to it than a body; annotated `Reply[schemas.Case]`."""

    body: Model
    etag: str | None = None
    """Digest of the entry that last changed the thing; what `If-Match` must name to edit it."""
    status: int | None = None


class Guarded(APIRoute):
    """A route that knows who asks before it reads what they send.

    FastAPI reads and parses a body before any dependency; nobody unknown may have us do that.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, behind the door."""
        handler = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            needs: ApiNeeds = request.app.state.needs
            request.state.caller = await run_in_threadpool(
                needs.authenticate, request, unsafe=request.method not in SAFE
            )
            return await handler(request)

        return guarded


@dataclass(slots=True)
class Routes:
    """The routes of one topic.

    `edits`: it must say in `If-Match` what was read. `also`: other statuses of success; `media`:
    media types of an answer that is no JSON. All that is said besides goes to FastAPI.
    """

    tag: str
    router: APIRouter = field(default_factory=lambda: APIRouter(route_class=Guarded))

    def get(self, path: str, *, action: Action = Action.READ, **more: Any) -> Decorator:
        """A route that reads."""
        return self._route("GET", path, action, 200, more)

    def post(self, path: str, *, action: Action, status: int = 201, **more: Any) -> Decorator:
        """A route that adds or decides."""
        return self._route("POST", path, action, status, more)

    def put(self, path: str, *, action: Action, status: int = 200, **more: Any) -> Decorator:
        """A route that replaces."""
        return self._route("PUT", path, action, status, more)

    def patch(self, path: str, *, action: Action, status: int = 200, **more: Any) -> Decorator:
        """A route that edits."""
        return self._route("PATCH", path, action, status, more)

    def delete(self, path: str, *, action: Action, status: int = 200, **more: Any) -> Decorator:
        """A route that revokes."""
        return self._route("DELETE", path, action, status, more)

    def _route(
        self, method: str, path: str, action: Action, status: int, more: dict[str, Any]
    ) -> Decorator:
        def register(handler: Handler) -> Handler:
            hints = get_type_hints(handler)
            answer = hints.pop("return")
            model = _model(answer)
            edits = more.pop("edits", False)
            responses = {**PROBLEMS, **{one: {"model": model} for one in more.pop("also", ())}}
            if media := more.pop("media", ()):
                responses[status] = {
                    "content": {one: OBJECT if one == JSON else BYTES for one in media}
                }
                more["response_class"] = answer
            self.router.add_api_route(
                path,
                _endpoint(handler, hints, action, method, status),
                methods=[method],
                status_code=status,
                tags=[self.tag],
                name=f"{self.tag}.{handler.__name__}",
                operation_id=f"{self.tag}_{handler.__name__}",
                summary=(inspect.getdoc(handler) or handler.__name__).partition("\n")[0],
                response_model=model,
                responses=responses,
                openapi_extra={"x-action": str(action), **_headers(method, edits=edits)},
                **more,
            )
            return handler

        return register


def _headers(method: str, *, edits: bool) -> dict[str, Any]:
    """The headers that the kit itself reads, as OpenAPI tells them."""
    asked = [] if method in SAFE else [PARAMETER]
    return {"parameters": [*asked, IF_MATCH] if edits else asked}


def _model(answer: Any) -> type[BaseModel] | None:
    """The schema that an annotation `schemas.Case` or `Reply[schemas.Case]` names."""
    named = (get_args(answer) or (answer,))[0]
    return named if isinstance(named, type) and issubclass(named, BaseModel) else None


def _endpoint(
    handler: Handler, hints: dict[str, Any], action: Action, method: str, status: int
) -> Handler:
    """The function FastAPI sees: `request` in place of what is handed over."""
    wanted = [name for name in HANDED if name in hints]
    own = [
        parameter.replace(annotation=hints[name])
        for name, parameter in inspect.signature(handler).parameters.items()
        if name not in HANDED
    ]

    async def endpoint(request: Request, **given: Any) -> Response:
        # Once, here: in a worker thread the body could no longer be awaited.
        body = await request.body() if method not in SAFE and _has_json(request) else b""
        check_text(body, given)
        return await run_in_threadpool(answer, request, body, given)

    def answer(request: Request, body: bytes, given: dict[str, Any]) -> Response:
        needs: ApiNeeds = request.app.state.needs
        caller: Caller = request.state.caller
        _allow_anywhere(caller, action)
        handed: dict[str, Any] = {"needs": needs, "caller": caller, "request": request}
        replay = Replay(request, body, given)

        def handle() -> Response:
            return _response(handler(**{name: handed[name] for name in wanted}, **given), status)

        if "work" not in wanted:
            return _outside(needs, caller, replay, handle)
        with needs.open_work(caller, write=method not in SAFE) as work:
            if (before := replay.before(work)) is not None:
                return before
            handed["work"] = work
            response = handle()
            replay.keep(work, response)
        if method not in SAFE:
            needs.wake()
        return response

    endpoint.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # what FastAPI reads
        [
            inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request),
            *(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own),
        ]
    )
    return endpoint


def _allow_anywhere(caller: Caller, action: Action) -> None:
    """Refuse early who may do this nowhere; where exactly is the domain's question."""
    # Writes go on to `Work.allow`, which also records the refusal where that matters.
    if action in {Action.READ, Action.LEDGER_READ} and (refused := caller.refuses(action, None)):
        raise Forbidden(field="caller", value=str(caller.actor), expected=refused, action=action)


def _has_json(request: Request) -> bool:
    return request.headers.get("content-type", JSON).startswith(JSON)


def _outside(
    needs: ApiNeeds, caller: Caller, replay: Replay, handle: Callable[[], Response]
) -> Response:
    """The answer of a handler that opens its Works itself; its key is kept when it is done.

    A crash in between does it once more: such handlers write nothing new for what is there.
    """
    if not replay.asked_for:
        return handle()
    with needs.open_work(caller, write=False) as work:
        before = replay.before(work)
    if before is not None:
        return before
    response = handle()
    with needs.open_work(caller) as work:
        replay.keep(work, response)
    return response


def _response(found: Any, status: int) -> Response:
    if isinstance(found, Response):
        return found
    if isinstance(found, Reply):
        headers = {"ETag": f'"{found.etag}"'} if found.etag else None
        return Response(
            found.body.model_dump_json(by_alias=True),
            status_code=found.status or status,
            media_type=JSON,
            headers=headers,
        )
    return Response(found.model_dump_json(by_alias=True), status_code=status, media_type=JSON)


def unchanged(request: Request, etag: str) -> None:
    """Go on if the caller edits what it read; raises `Stale` otherwise, `Invalid` without If-Match.

    `etag` is the digest of the entry that last changed the thing.
    """
    given = request.headers.get("if-match")
    if given is None:
        raise Invalid(
            field="If-Match", expected="the ETag of what you read, so that no edit is lost"
        )
    if given.strip().removeprefix("W/").strip('"') not in {etag, "*"}:
        raise Stale(field="If-Match", value=given, expected=f'"{etag}"')
