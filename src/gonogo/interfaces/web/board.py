"""The board's page."""

from gonogo.interfaces.web.kit import Pages
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.store.work import Work
from gonogo.views.board import BoardPage
from gonogo.views.board import board as board_view

pages = Pages("board")


@pages.get("/", template="board.html")
def board(work: Work, needs: WebNeeds, cursor: str | None = None) -> BoardPage:
    """Every use case in one line, polled."""
    return board_view(work, cursor, log=needs.log)
