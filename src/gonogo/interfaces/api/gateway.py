"""REST: the route table, for gateways on other machines."""

from fastapi import Request, Response

from gonogo.core.errors import NotFound
from gonogo.core.roles import Action
from gonogo.flows import publishing
from gonogo.interfaces.api.kit import Routes
from gonogo.store.work import Work

routes = Routes("gateway")

JSON = "application/json"


@routes.get("/gateway/snapshot", action=Action.GATEWAY_READ, media=(JSON,), also=(304,))
def snapshot(work: Work, request: Request) -> Response:
    """The route table in force; with If-None-Match, 304 while it is the one that is known."""
    work.allow(Action.GATEWAY_READ)
    found = publishing.current(work)
    if found.text is None:
        raise NotFound(field="snapshot", expected="a route: nothing was released yet")
    etag = f'"{found.number}-{found.digest[:12]}"'
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"etag": etag})
    return Response(found.text, media_type=JSON, headers={"etag": etag})
