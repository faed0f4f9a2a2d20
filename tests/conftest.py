"""The parts every test may ask for; they live in `tests/fixtures`, a file for each kind."""

import gc

pytest_plugins = (
    "tests.fixtures.browsers",
    "tests.fixtures.clocks",
    "tests.fixtures.databases",
    "tests.fixtures.homes",
    "tests.fixtures.servers",
    "tests.fixtures.loans",
    "tests.fixtures.missions",
    "tests.fixtures.work",
    "tests.fixtures.rooms",
    "tests.fixtures.tracking",
    "tests.fixtures.rest",
    "tests.fixtures.world",
)


def pytest_collection_finish() -> None:
    """Ten thousand tests and what they import stay to the end: nobody need look for waste there."""
    gc.collect()
    gc.freeze()
