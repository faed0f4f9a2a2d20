"""How a page is made: an action, a Work, a frozen page; `.json` serves the same.

    pages = Pages("board")

    @pages.get("/", template="board.html", action=Action.READ)
    def board(work: Work) -> BoardPage: ...

The template sees the page, the caller and nothing else. Forms post to the address of a domain
action and come back with a redirect; a refusal comes back as the form with what was filled in, or
as a page that says what would be right.

What is open without a role says so by `Access`: nothing is public by forgetting.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, is_dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, get_type_hints
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from gonogo.core.caller import SYSTEM, Caller
from gonogo.core.errors import GonogoError, Kind, TooMany, Unauthenticated
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject
from gonogo.core.times import stamp
from gonogo.interfaces.web.forms import own_path
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.interfaces.web.rendering import STATUS, render, secured
from gonogo.store.work import Work

HANDED = {"work": Work, "needs": WebNeeds, "caller": Caller, "request": Request}
Handler = Callable[..., Any]
Decorator = Callable[[Handler], Handler]
Form = Mapping[str, str]
"""The fields of a form as they were filled in."""

READING = frozenset({Action.READ, Action.LEDGER_READ})
"""What anybody may who has a role anywhere."""

REPAIRABLE = frozenset(
    {
        Kind.INVALID,
        Kind.UNAUTHENTICATED,
        Kind.NOT_FOUND,
        Kind.CONFLICT,
        Kind.STALE,
        Kind.TOO_MANY,
    }
)
"""Refusals after which the same form can be tried again, with other input or later; or where what
was filled in is worth keeping in sight, since somebody else was quicker."""


class Access(StrEnum):
    """What is open without a role."""

    EVERYBODY = "open to everybody"
    """Also to those who are not signed in: getting in, and nothing else."""
    SIGNED_IN = "open to whoever is signed in"
    """One's own affairs, which need no role."""


@dataclass(frozen=True, slots=True)
class Done:
    """A form did its work: where to go, and what to say there."""

    to: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a form comes back with in place of a redirect: a page that is seen this once."""

    template: str
    page: object


Again = Callable[..., Shown]
"""`again(form, refused, ...)`: the form once more, with what was filled in and what was wrong."""


@dataclass(slots=True)
class Pages:
    """The pages of one topic."""

    topic: str
    router: APIRouter = field(default_factory=APIRouter)

    def get(self, path: str, *, template: str, action: Action | Access = Action.READ) -> Decorator:
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

    def post(self, path: str, *, action: Action | Access, again: Again | None = None) -> Decorator:
        """A form; its handler gets the fields as `form` and returns `Done` or `Shown`.

        The handler asks for the permission itself, where it stands; `action` names it. `again`
        draws the form once more where what was filled in can be repaired.
        """

        def register(handler: Handler) -> Handler:
            self.router.add_api_route(
                path,
                _writer(handler, action, again),
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


def _reader(handler: Handler, action: Action | Access, template: str, *, as_json: bool) -> Handler:
    handed, signature = _signature(handler, frozenset())

    def endpoint(request: Request, **given: Any) -> Response:
        needs: WebNeeds = request.app.state.web
        try:
            caller = _reading(request, needs, action)
            with needs.open_work(caller or SYSTEM, write=False) as work:
                if isinstance(action, Action):
                    _allow(work, action)
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


def _allow(work: Work, action: Action) -> None:
    """Go on if the reader may; to read, a role on one use case is enough, as over REST."""
    if action not in READING or work.caller.refuses(action, None) is not None:
        work.allow(action)


def _reading(request: Request, needs: WebNeeds, action: Action | Access) -> Caller | None:
    """Who reads; None where the page is for whoever is not signed in."""
    if action is Access.EVERYBODY:
        return None
    return needs.authentication(request, unsafe=False)


def _writer(handler: Handler, action: Action | Access, again: Again | None) -> Handler:
    handed, signature = _signature(handler, frozenset({"form"}))

    async def endpoint(request: Request, **given: Any) -> Response:
        async with request.form() as sent:
            form = {name: await _filled(value) for name, value in sent.items()}
        return await run_in_threadpool(answer, request, form, given)

    def answer(request: Request, form: Form, given: dict[str, Any]) -> Response:
        needs: WebNeeds = request.app.state.web
        caller: Caller | None = None
        try:
            caller = _writing(request, needs, action, form)
            done = _run(handler, handed, _parts(needs, caller, request), {"form": form, **given})
            needs.wake()
        except GonogoError as refused:
            if again is not None and refused.kind in REPAIRABLE and _known(caller, action):
                return _once_more(again, request, needs, caller, form, refused, given)
            if isinstance(refused, Unauthenticated):
                return to_sign_in(request)
            return refusal(request, needs, refused)
        if isinstance(done, Shown):
            return _shown(request, needs, done, caller)
        return done if isinstance(done, Response) else go(done)

    endpoint.__signature__ = signature  # type: ignore[attr-defined]  # what FastAPI reads
    endpoint.__name__ = f"{handler.__name__}_{action.name.lower()}"
    return endpoint


async def _filled(value: UploadFile | str) -> str:
    """What a field was filled in with; of a file its text, bounded as every body is.

    What is no UTF-8 comes with the mark of it, U+FFFD: whoever reads it refuses it.
    """
    if isinstance(value, str):
        return value
    return (await value.read()).decode("utf-8", errors="replace")


def _writing(
    request: Request, needs: WebNeeds, action: Action | Access, form: Form
) -> Caller | None:
    """Who sent the form; None for who gets in by it. Raises what `of_form` raises."""
    if action is Access.EVERYBODY:
        needs.authentication.check_origin(request)
        return None
    return needs.authentication.of_form(request, form)


def _known(caller: Caller | None, action: Action | Access) -> bool:
    return caller is not None or action is Access.EVERYBODY


def _parts(needs: WebNeeds, caller: Caller | None, request: Request) -> dict[str, Any]:
    return {"needs": needs, "caller": caller, "request": request}


def _run(
    handler: Handler,
    handed: list[str],
    parts: dict[str, Any],
    given: dict[str, Any],
    *,
    write: bool = True,
) -> Any:
    """Call `handler` with what it asks for; where that is a Work, within one of the caller's."""
    needs: WebNeeds = parts["needs"]
    if "work" not in handed:
        return handler(**{name: parts[name] for name in handed}, **given)
    with needs.open_work(parts["caller"] or SYSTEM, write=write) as work:
        parts = {**parts, "work": work}
        return handler(**{name: parts[name] for name in handed}, **given)


def _once_more(
    again: Again,
    request: Request,
    needs: WebNeeds,
    caller: Caller | None,
    form: Form,
    refused: GonogoError,
    given: dict[str, Any],
) -> Response:
    """The form as it was filled in, with what was wrong."""
    handed, _ = _signature(again, frozenset({"form", "refused"}))
    told = {"form": form, "refused": refused, **given}
    try:
        shown = _run(again, handed, _parts(needs, caller, request), told, write=False)
    except GonogoError:
        return refusal(request, needs, refused)
    answer = _shown(request, needs, shown, caller)
    answer.status_code = STATUS[refused.kind]
    if isinstance(refused, TooMany):
        answer.headers["Retry-After"] = str(refused.retry_after)
    return answer


def _shown(request: Request, needs: WebNeeds, shown: Shown, caller: Caller | None) -> Response:
    """A page in answer to a form; it stays as it is when the ledger grows."""
    return _drawn(request, needs, shown.template, shown.page, caller)


def _drawn(
    request: Request, needs: WebNeeds, template: str, page: object, caller: Caller | None
) -> Response:
    """A page outside the Work it was made in; with the shell where somebody is signed in."""
    if caller is None:
        return render(request, needs, template, page=page, caller=None, still=True)
    with needs.open_work(caller, write=False) as work:
        return render(request, needs, template, page=page, caller=caller, work=work, still=True)


def go(done: Done) -> Response:
    """Answer a form: 303, so that reloading does not send it again."""
    path, mark, part = done.to.partition("#")
    says = f"{'&' if '?' in path else '?'}{urlencode({'done': done.says})}" if done.says else ""
    return secured(RedirectResponse(f"{path}{says}{mark}{part}", status_code=303))


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
    try:
        answer = _drawn(request, needs, "refusal.html", page, _caller(request, needs))
    except GonogoError:
        # Where the database does not answer, the page comes without what stands around it.
        answer = render(request, needs, "refusal.html", page=page, caller=None)
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
    return own_path(f"/{came.removeprefix(base)}") if came.startswith(base) else "/"


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
