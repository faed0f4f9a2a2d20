"""Templates of risks."""

from gonogo.core.catalogue import CATALOGUE
from gonogo.domain.risks.rules import Category
from gonogo.domain.risks.templates import TEMPLATES


def test_every_category_but_other_has_one() -> None:
    """So that nobody begins from nothing."""
    assert set(TEMPLATES) == set(Category) - {Category.OTHER}


def test_watches_are_checks_of_the_catalogue() -> None:
    """A mitigation can be shown to work by them."""
    named = {check for one in TEMPLATES.values() for check in one.checks}
    assert named <= set(CATALOGUE)
