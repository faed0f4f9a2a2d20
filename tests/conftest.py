"""The parts every test may ask for; they live in `tests/fixtures`, a file for each kind."""

import gc
from collections.abc import Iterable

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=1000, deadline=None, print_blob=True)
settings.load_profile("same")
# A commit is judged by the same examples wherever it is tested, or whoever changed nothing is told
# that something broke; new examples are looked for by `make explore`.

literals = providers._get_local_constants


def literals_that_stay() -> Constants:
    """Numbers and texts of the code to try: which, hangs on what a worker has imported so far."""
    now = settings.default
    return Constants() if now is not None and now.derandomize else literals()


providers._get_local_constants = literals_that_stay

pytest_plugins = (
    "tests.fixtures.browsers",
    "tests.fixtures.clocks",
    "tests.fixtures.databases",
    "tests.fixtures.gateways",
    "tests.fixtures.homes",
    "tests.fixtures.servers",
    "tests.fixtures.loans",
    "tests.fixtures.missions",
    "tests.fixtures.work",
    "tests.fixtures.rooms",
    "tests.fixtures.tracking",
    "tests.fixtures.rest",
    "tests.fixtures.world",
    "tests.fixtures.released",
)

SLOWEST = ("tests/benchmarks/test_main.py", "tests/docs/test_getting_started.py")
"""Files of minutes: begun last, one worker would still be at them when the others are done."""
FLIGHT = "flown_once"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The flight of the mission and the slowest files first, what waits for the flight last."""
    flying = {item.path for item in items if FLIGHT in fixtures(item)}
    first = {min(flying), *(config.rootpath / each for each in SLOWEST)} if flying else set()

    def turn(item: pytest.Item) -> int:
        return 0 if item.path in first else 2 if item.path in flying else 1

    items.sort(key=turn)


def fixtures(item: pytest.Item) -> Iterable[str]:
    """The names of the fixtures that a test asks for, itself or through others."""
    return getattr(item, "fixturenames", ())


def pytest_collection_finish() -> None:
    """Ten thousand tests and what they import stay to the end: nobody need look for waste there."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """What was set aside is let go of like everything else, or libraries tell of leaks."""
    gc.unfreeze()
