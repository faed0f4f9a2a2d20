"""How a page is made: an action, a Work, a frozen page; `.json` serves the same.

    pages = Pages("board")

    @pages.get("/", template="board.html", action=Action.READ)
    def board(work: Work) -> BoardPage: ...

The template sees the page, the caller and nothing else. Forms post to the address of a domain
action and come back with a redirect; a refusal comes back as a page that says what would be right.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any, get_type_hints
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from gonogo.core.caller import Caller
from gonogo.core.errors import GonogoError, Unauthenticated
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject
from gonogo.core.times import stamp
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.interfaces.web.rendering import STATUS, render, secured
from gonogo.store.work import Work

HANDED = {"work": Work, "needs": WebNeeds, "caller": Caller, "request": Request}
Handler = Callable[..., Any]
Decorator = Callable[[Handler], Handler]


@dataclass(frozen=True, slots=True)
class Done:
    """A form did its work: where to go, and what to say there."""

    to: str
    says: str = ""


@dataclass(slots=True)
class Pages:
    """The pages of one topic."""

    topic: str
    router: APIRouter = field(default_factory=APIRouter)

    def get(self, path: str, *, template: str, action: Action = Action.READ) -> Decorator:
        """A page that is read; the same address with `.json` serves the page as JSON."""

        def register(handler: Handler) -> Handler:
            json_path = "/index.json" if path == "/" else f"{path}.json"
            for address, as_json in ((json_path, True), (path, False)):
                self.router.add_api_route(
                    address,
                    _reader(handler, action, template, as_json=as_json),
                    methods=["GET"],
                    name=f"{self.topic}.{handler.__name__}{'.json' if as_json else ''}",
                    include_in_schema=False,
                    openapi_extra={"x-action": str(action)},
                )
            return handler

        return register

    def post(self, path: str, *, action: Action) -> Decorator:
        """A form; its handler gets the fields as `form` and returns `Done`."""

        def register(handler: Handler) -> Handler:
            self.router.add_api_route(
                path,
                _writer(handler, action),
                methods=["POST"],
                name=f"{self.topic}.{handler.__name__}",
                include_in_schema=False,
                openapi_extra={"x-action": str(action)},
            )
            return handler

        return register


def _signature(handler: Handler, besides: frozenset[str]) -> tuple[list[str], inspect.Signature]:
    hints = get_type_hints(handler)
    hints.pop("return", None)
    handed = [name for name in HANDED if name in hints]
    own = [
        parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY)
        for name, parameter in inspect.signature(handler).parameters.items()
        if name not in HANDED and name not in besides
    ]
    request = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request)
    return handed, inspect.Signature([request, *own])


def _reader(handler: Handler, action: Action, template: str, *, as_json: bool) -> Handler:
    handed, signature = _signature(handler, frozenset())

    def endpoint(request: Request, **given: Any) -> Response:
        needs: WebNeeds = request.app.state.web
        try:
            caller = needs.authentication(request, unsafe=False)
            with needs.open_work(caller, write=False) as work:
                work.allow(action)
                parts = {"work": work, "needs": needs, "caller": caller, "request": request}
                page = handler(**{name: parts[name] for name in handed}, **given)
                if isinstance(page, Response):
                    return page
                if as_json:
                    return secured(Response(to_json(page), media_type="application/json"))
                return render(request, needs, template, page=page, caller=caller, work=work)
        except Unauthenticated:
            if as_json:
                raise
            return to_sign_in(request)
        except GonogoError as refused:
            if as_json:
                raise
            return refusal(request, needs, refused)

    endpoint.__signature__ = signature  # type: ignore[attr-defined]  # what FastAPI reads
    return endpoint


def _writer(handler: Handler, action: Action) -> Handler:
    handed, signature = _signature(handler, frozenset({"form"}))

    async def endpoint(request: Request, **given: Any) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        return await run_in_threadpool(answer, request, form, given)

    def answer(request: Request, form: Mapping[str, str], given: dict[str, Any]) -> Response:
        needs: WebNeeds = request.app.state.web
        try:
            caller = needs.authentication.of_form(request, form)
            parts: dict[str, Any] = {"needs": needs, "caller": caller, "request": request}
            if "work" in handed:
                with needs.open_work(caller) as work:
                    parts["work"] = work
                    done = handler(**{name: parts[name] for name in handed}, form=form, **given)
            else:
                done = handler(**{name: parts[name] for name in handed}, form=form, **given)
            needs.wake()
        except Unauthenticated:
            return to_sign_in(request)
        except GonogoError as refused:
            return refusal(request, needs, refused)
        return done if isinstance(done, Response) else go(done)

    endpoint.__signature__ = signature  # type: ignore[attr-defined]  # what FastAPI reads
    endpoint.__name__ = f"{handler.__name__}_{action}"
    return endpoint


def go(done: Done) -> Response:
    """Answer a form: 303, so that reloading does not send it again."""
    says = f"{'&' if '?' in done.to else '?'}{urlencode({'done': done.says})}" if done.says else ""
    return secured(RedirectResponse(f"{done.to}{says}", status_code=303))


def to_sign_in(request: Request) -> Response:
    """Send the reader to the sign-in page and back afterwards."""
    target = request.url.path if request.method == "GET" else "/"
    query = f"?{request.url.query}" if request.url.query and request.method == "GET" else ""
    return secured(
        RedirectResponse(f"/sign-in?next={quote(target + query, safe='/')}", status_code=303)
    )


def refusal(request: Request, needs: WebNeeds, refused: GonogoError) -> Response:
    """The page that says what was wrong and what would be right."""
    page = RefusalPage(
        title=refused.message,
        field=refused.field,
        value=None if refused.value is None else str(refused.value)[:200],
        expected=refused.expected,
        status=STATUS[refused.kind],
        back=_back(request),
    )
    answer = render(request, needs, "refusal.html", page=page, caller=_caller(request, needs))
    answer.status_code = page.status
    return answer


@dataclass(frozen=True, slots=True)
class RefusalPage:
    """What was refused, and what would be right."""

    title: str
    field: str
    value: str | None
    expected: str
    status: int
    back: str


def _back(request: Request) -> str:
    """The page the reader came from, if it is one of ours."""
    came = request.headers.get("referer", "")
    base = str(request.base_url)
    return f"/{came.removeprefix(base)}" if came.startswith(base) else "/"


def _caller(request: Request, needs: WebNeeds) -> Caller | None:
    try:
        return needs.authentication(request, unsafe=False)
    except GonogoError:
        return None


def to_json(page: object) -> str:
    """A page as JSON: what the template sees, exactly."""
    return json.dumps(plain(page), ensure_ascii=False, allow_nan=False)


def plain(value: object) -> object:
    """`value` in words that JSON has."""
    match value:
        case None | bool() | int() | str() if not isinstance(value, Enum):
            return value
        case float():
            return value if value - value == 0 else None
        case Enum():
            return value.value
        case datetime():
            return stamp(value)
        case Subject():
            return str(value)
        case Mapping():
            return {str(plain(name)): plain(item) for name, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {name: plain(getattr(value, name)) for name in _fields(value)}
        case _:
            return str(value)


def _fields(value: object) -> list[str]:
    names = list(getattr(value, "__dataclass_fields__", ()))
    cls = type(value)
    return names + [name for name in vars(cls) if isinstance(vars(cls)[name], property)]
