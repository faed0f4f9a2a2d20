"""Rendering: one environment for templates, one set of headers, one filter per kind of value."""

from functools import cache
from typing import Any

import jinja2
from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from gonogo.core.caller import Caller
from gonogo.core.errors import Kind
from gonogo.core.roles import may
from gonogo.interfaces.web import dates, drawing, figures, places
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.store.work import Work
from gonogo.views.shell import Shell, shell

STATUS = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.STALE: 409,
    Kind.TOO_LARGE: 413,
    Kind.TOO_MANY: 429,
    Kind.UNAVAILABLE: 503,
    Kind.BROKEN: 409,
}

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@cache
def environment() -> jinja2.Environment:
    """Templates, escaping everything; a name that a page lacks is an error, not a blank."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("gonogo.interfaces.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(figures.FILTERS)
    made.filters.update(drawing.FILTERS)
    made.globals["interval_svg"] = figures.interval_svg
    made.globals["dates_svg"] = dates.dates_svg
    made.filters["day"] = dates.day
    made.globals.update(drawing.GLOBALS)
    made.globals["rail"] = places.RAIL
    return made


def render(
    request: Request,
    needs: WebNeeds,
    template: str,
    *,
    page: object,
    caller: Caller | None,
    work: Work | None = None,
    still: bool = False,
) -> Response:
    """`page` drawn by `template`, inside the shell that every page has.

    `still`: it answers a form, so it must not be drawn again when the ledger grows.
    """
    drawn = (
        environment()
        .get_template(template)
        .render(
            page=page,
            shell=_shell(caller, work),
            path=request.url.path,
            here=places.here(request.url.path),
            json_path=f"{request.url.path.rstrip('/') or '/index'}.json",
            done=request.query_params.get("done", "")[:300],
            mlflow=needs.mlflow,
            form_token=_hidden(needs, request, caller),
            still=still,
            may=lambda action: caller is not None and may(caller.roles(), action),
        )
    )
    return secured(HTMLResponse(drawn))


def secured(answer: Response) -> Response:
    """`answer` with the headers that every page carries."""
    answer.headers.update(HEADERS)
    return answer


def _shell(caller: Caller | None, work: Work | None) -> Shell | None:
    return None if caller is None or work is None else shell(work, caller)


def _hidden(needs: WebNeeds, request: Request, caller: Caller | None) -> Any:
    if caller is None:
        return Markup("")
    token = needs.authentication.form_token(request)
    return Markup('<input type="hidden" name="form_token" value="{}">').format(token)
