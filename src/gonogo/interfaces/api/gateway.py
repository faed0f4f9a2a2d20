"""REST: the route table and the files of its versions, for gateways on other machines."""

from collections.abc import Iterator

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from gonogo.core.caller import Caller
from gonogo.core.errors import NotFound
from gonogo.core.roles import Action
from gonogo.flows import publishing
from gonogo.interfaces.api.kit import Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.schemas import models as schemas
from gonogo.store.files import CHUNK, Files
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


@routes.get("/gateway/models/{digest}", action=Action.GATEWAY_READ)
def files(work: Work, digest: str) -> schemas.ModelFiles:
    """The sealed files of a version in force, by the digest that the route table names."""
    work.allow(Action.GATEWAY_READ)
    found = publishing.files_in_force(work, digest)
    return schemas.ModelFiles(items=[schemas.ModelFile.model_validate(one) for one in found])


@routes.get(
    "/gateway/models/{digest}/files/{sha256}",
    action=Action.GATEWAY_READ,
    media=("application/octet-stream",),
)
def file(needs: ApiNeeds, caller: Caller, digest: str, sha256: str) -> StreamingResponse:
    """One of its files, by its own digest."""
    with needs.open_work(caller, write=False) as work:
        work.allow(Action.GATEWAY_READ)
        found = publishing.files_in_force(work, digest)
    size = next((one.size for one in found if one.sha256 == sha256), None)
    if size is None:
        raise NotFound(field="sha256", value=sha256[:64], expected="that of one of its files")
    return StreamingResponse(
        _chunks(needs.files, sha256),
        media_type="application/octet-stream",
        headers={"Content-Length": str(size)},
    )


def _chunks(files: Files, sha256: str) -> Iterator[bytes]:
    with files.open(sha256) as source:
        while chunk := source.read(CHUNK):
            yield chunk
