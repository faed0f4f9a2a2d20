"""The parts every test may ask for; they live in `tests/fixtures`, a file for each kind."""

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
