"""What the ledger is asked for by people, on both databases."""

import pytest

from gonogo.core.errors import NotFound
from gonogo.core.roles import Role
from gonogo.views import ledger
from gonogo.views.ledger import Asked
from tests.fixtures.work import WorkAs

NUL = "a\x00b"


class TestSearched:
    @pytest.mark.parametrize(
        "asked", [Asked(text=NUL), Asked(kind=NUL), Asked(subject=NUL), Asked(actor=NUL)]
    )
    def test_text_that_no_entry_can_hold_finds_none(self, work_as: WorkAs, asked: Asked) -> None:
        """PostgreSQL refuses to be asked for it at all."""
        with work_as(Role.VIEWER, write=False) as work:
            assert ledger.searched(work, asked).rows == ()

    def test_signs_of_patterns_are_text(self, work_as: WorkAs, case: str) -> None:
        with work_as(Role.VIEWER, write=False) as work:
            assert ledger.searched(work, Asked(text="%")).rows == ()
            assert [row.kind for row in ledger.searched(work, Asked(text="WHOM")).rows] == ["case"]


class TestEntry:
    @pytest.mark.parametrize("name", [NUL, "", "½", "-1", "٣"])
    def test_what_names_none_is_not_there(self, work_as: WorkAs, name: str) -> None:
        with work_as(Role.VIEWER, write=False) as work, pytest.raises(NotFound):
            ledger.entry(work, name)
