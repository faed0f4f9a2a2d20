"""Decisions of a use case, newest first and page by page: what is sought among millions."""

from dataclasses import dataclass
from pathlib import Path

from gonogo.records.log import Period, opened
from gonogo.records.reading import Seen, rows_of, seen_of, with_outcome


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which decisions are looked for; None leaves open. Shadows' are none."""

    entity: str | None = None
    """Who or what was decided about."""
    outcome: str | None = None
    arm: str | None = None
    model: str | None = None
    """Key of the version that answered: `name@number`."""

    def where(self) -> tuple[str, list[str]]:
        """The clause over the decisions `d`, and what it takes."""
        names = ("entity", "outcome", "arm", "model")
        said = [(name, getattr(self, name)) for name in names if getattr(self, name) is not None]
        return "".join(f" AND d.{name} = ?" for name, _ in said), [value for _, value in said]


ALL = Wanted()


def newest(
    folder: Path,
    period: Period,
    wanted: Wanted = ALL,
    *,
    before: tuple[int, str] | None = None,
    most: int = 50,
) -> list[Seen]:
    """The last decisions of `period` that are `wanted`, newest first, at most so many.

    `before`: time (microseconds since 1970) and id of the last one of the page before.
    """
    clause, given = wanted.where()
    after: list[int | str] = []
    if before is not None:
        clause += (
            " AND (d.decided_at < make_timestamp(?) OR d.decided_at = make_timestamp(?) "
            "AND d.id < ?)"
        )
        after = [before[0], before[0], before[1]]
    with opened(folder, period) as log:
        # Few are shown: what became of them is looked up for those alone.
        log.connection.execute(
            "CREATE TEMP TABLE picked AS SELECT * FROM decisions d WHERE d.role <> 'shadow'"  # noqa: S608  # names of ours
            f"{clause} ORDER BY d.decided_at DESC, d.id DESC LIMIT ?",
            [*given, *after, most],
        )
        query = with_outcome("picked", "(SELECT * FROM latest WHERE decision IN (FROM picked_ids))")
        log.connection.execute("CREATE TEMP TABLE picked_ids AS SELECT DISTINCT id FROM picked")
        found = rows_of(log, f"{query} ORDER BY d.decided_at DESC, d.id DESC", [])
    return [seen_of(row) for row in found]
