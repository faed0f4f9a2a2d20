"""The library of what was claimed, found and learned, from a client."""

from dataclasses import dataclass, field

from gonogo.schemas import library as schemas
from gonogo.sdk.http import Http


@dataclass(frozen=True, slots=True)
class Library:
    """Negative results first of all: what did not work, and what was learned by it."""

    http: Http = field(repr=False)

    def search(
        self, text: str = "", *, case: str | None = None, everything: bool = False, limit: int = 50
    ) -> list[schemas.Lesson]:
        """Refuted and inconclusive hypotheses that hold all the words, the best first.

        Words, "a phrase", -without. `everything`: hypotheses in any other state too.
        """
        found = self.http.get(
            "/library",
            schemas.Library,
            text=text,
            case=case,
            everything=str(everything).lower(),
            limit=limit,
        )
        return found.items

    def tried(self, text: str, *, limit: int = 5) -> list[schemas.Lesson]:
        """Has this been tried? Hypotheses in any state that share words with `text`."""
        return self.http.get("/library/tried", schemas.Library, text=text, limit=limit).items
