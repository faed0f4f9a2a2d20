"""How well forecasts have held, from a client."""

from gonogo.schemas.track_record import TrackRecord
from gonogo.sdk.http import Http


def read(http: Http, case: str | None = None) -> TrackRecord:
    """The track record of one use case, or of all; raises `NotFound` for no such use case."""
    return http.get("/track-record", TrackRecord, case=case)
