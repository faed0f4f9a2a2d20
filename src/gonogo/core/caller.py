"""Who is asking: the account behind a request, with its roles and where they hold."""

from dataclasses import dataclass, field

from gonogo.core.roles import ALLOWED, Action, Role, may
from gonogo.core.subjects import ORGANISATION, Subject


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, held on a subject and everything below it in the tree."""

    role: Role
    on: Subject = ORGANISATION


@dataclass(frozen=True, slots=True)
class Caller:
    """The account behind a request."""

    actor: Subject
    """`user:7`; what it does is recorded under this address."""
    name: str
    """How it is shown to people."""
    grants: tuple[Grant, ...] = ()
    """Its roles and where they hold."""
    only: frozenset[Action] | None = None
    """What a scoped token may do at most; None: everything its roles allow."""
    within: Subject | None = None
    """The subject a scoped token is confined to; None: nowhere in particular."""
    token: str | None = field(default=None, repr=False)
    """The id of the token that was used, None for a browser session."""

    def roles(self, lineage: frozenset[Subject] | None = None) -> frozenset[Role]:
        """The roles held on a subject whose `lineage` is itself and its ancestors.

        Without a lineage: the roles held anywhere.
        """
        if lineage is None:
            return frozenset(grant.role for grant in self.grants)
        return frozenset(grant.role for grant in self.grants if grant.on in lineage)

    def refuses(self, action: Action, lineage: frozenset[Subject] | None) -> str | None:
        """Why `action` is not allowed there, or None where it is.

        >>> Caller(Subject.parse("user:1"), "x", (Grant(Role.VIEWER),)).refuses(
        ...     Action.REVIEW_WAIVE, None
        ... )
        'one of the roles manager, risk-officer'
        """
        if self.only is not None and action not in self.only:
            return f"a token whose scope includes {action}"
        if self.within is not None and lineage is not None and self.within not in lineage:
            return f"something below {self.within}, to which this token is confined"
        if not may(self.roles(lineage), action):
            return f"one of the roles {', '.join(sorted(ALLOWED[action]))}"
        return None


SYSTEM = Caller(actor=Subject.parse("user:system"), name="gonogo")
"""gonogo itself, where no person asked: migrations, synchronisation, following the ledger."""
