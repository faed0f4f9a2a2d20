"""What consists of other items comes after all of them; whose work nobody knows is told; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gonogo.domain.plans.imports.items import Item, Options, counted, role_of


def grouped(items: Sequence[Item]) -> tuple[Item, ...]:
    """Items with parts come after these; one without work of its own is a milestone.

    >>> grouped([Item("epic", "1", ""), Item("a", "2", "", days=3, belongs="epic")])[0].milestone
    True
    """
    parts: dict[str, list[str]] = {}
    for item in items:
        if item.belongs:
            parts.setdefault(item.belongs, []).append(item.key)
    return tuple(_after_parts(item, parts.get(item.key, ())) for item in items)


def _after_parts(item: Item, parts: Sequence[str]) -> Item:
    if not parts:
        return item
    links = {**dict.fromkeys(parts, 0.0), **dict(item.after)}
    without = item.days is None and item.done is None
    # What is done is done, whatever its parts: nothing waits for them through it.
    after = item.after if item.done else tuple(links.items())
    return replace(item, after=after, milestone=item.milestone or without)


@dataclass(slots=True)
class Assigned:
    """Who does what, told as roles alone: nobody's name goes into a plan."""

    options: Options
    _of: dict[str, set[str]]
    """Role → those who have it, as the file calls them; only their number leaves this."""
    _without: list[str]

    @classmethod
    def by(cls, options: Options) -> "Assigned":
        """Nobody yet, with the mapping of `options`."""
        return cls(options, {}, [])

    def needs(self, source: str, people: Iterable[tuple[str, ...]]) -> dict[str, float]:
        """The roles that an item needs; `people`: for each its names in the file."""
        found: dict[str, float] = {}
        for names in people:
            role = role_of(names, self.options)
            if role is None:
                self._without.append(source)
                continue
            found[role] = found.get(role, 0.0) + 1.0
            self._of.setdefault(role, set()).add(names[0])
        return found

    @property
    def people(self) -> Mapping[str, float]:
        """Of each role as many as were named."""
        return {role: float(len(names)) for role, names in self._of.items()}

    @property
    def notes(self) -> tuple[str, ...]:
        """Whose role nobody said."""
        if not self._without:
            return ()
        number = len(set(self._without))
        who = "somebody assigned whose role the mapping does not say"
        return (f"{counted(number, 'step')} with {who}; what has no role needs nobody",)
