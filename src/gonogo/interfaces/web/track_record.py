"""How well forecasts have held."""

from gonogo.interfaces.web.kit import Pages
from gonogo.store.work import Work
from gonogo.views import track_record as views

pages = Pages("track-record")


@pages.get("/track-record", template="track_record.html")
def show(work: Work, case: str | None = None) -> views.TrackRecordPage:
    """Dates and chances that were forecast, against what happened; of one use case, or of all."""
    return views.track_record(work, case or None)
