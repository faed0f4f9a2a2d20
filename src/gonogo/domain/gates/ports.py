"""What gate reviews want from outside: how a model version stands."""

from typing import Protocol

from gonogo.core.subjects import Subject
from gonogo.domain.gates.rules import Standing
from gonogo.store.work import Work


class StandingOf(Protocol):
    """Finds out how a model version stands."""

    def __call__(self, work: Work, subject: Subject) -> Standing:
        """Author, stage, champion, policy and data of `subject`; raises `NotFound`."""
