"""Whether the installation lives, is ready, and how it does: for orchestrators and Prometheus."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from starlette.concurrency import run_in_threadpool

from gonogo.core.caller import SYSTEM
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.schemas.health import Health

router = APIRouter()


@router.get("/healthz", include_in_schema=False)
async def healthz() -> Health:
    """The process answers."""
    return Health(status="ok")


@router.get("/readyz", include_in_schema=False)
async def readyz(request: Request) -> Health:
    """The database answers too; 503 where it does not."""
    needs: ApiNeeds = request.app.state.needs
    await run_in_threadpool(_position, needs)
    return Health(status="ok")


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Figures for Prometheus."""
    needs: ApiNeeds = request.app.state.needs
    registry = CollectorRegistry()
    entries = Gauge("gonogo_ledger_entries", "Entries in the ledger", registry=registry)
    entries.set(await run_in_threadpool(_position, needs))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _position(needs: ApiNeeds) -> int:
    with needs.open_work(SYSTEM, write=False) as work:
        return work.ledger.head()[0]
