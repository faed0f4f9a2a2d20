"""The roadmap: in which quarter use cases are likely to reach their goals."""

from gonogo.flows import ramps
from gonogo.interfaces.web.kit import Pages
from gonogo.store.work import Work
from gonogo.views import roadmap as found
from gonogo.views import roadmap_page as views

pages = Pages("roadmap")


@pages.get("/roadmap", template="roadmap.html")
def show(work: Work) -> views.RoadmapPage:
    """Use cases by quarters, by their newest forecasts, and what they bring as it grows."""
    road = found.found(work)
    grows = [(one.currency, one.cases, one.quarters) for one in ramps.ramps(work, road)]
    return views.page(road, grows, ramps.starts(work))
