"""`make` explains itself, and hands on what it is told."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE)


def make(*arguments: str) -> str:
    """What `make` prints, as if it were not itself run by make."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(
        ["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=True, env=environment
    )
    return done.stdout


class TestHelp:
    def test_is_what_make_alone_prints(self) -> None:
        assert make() == make("help")

    @pytest.mark.parametrize("target", TARGETS)
    def test_explains_every_target(self, target: str) -> None:
        assert re.search(rf"^  {target} +[A-Z]", make("help"), re.MULTILINE)


class TestDemo:
    def test_serves_unless_told(self) -> None:
        assert "gonogo demo --serve" in make("--dry-run", "demo")

    def test_flies_only(self) -> None:
        assert "gonogo demo --no-serve" in make("--dry-run", "demo", "SERVE=0")

    def test_hands_on_the_port(self) -> None:
        assert "GONOGO_PORT=9000 .venv/bin/gonogo" in make("--dry-run", "demo", "PORT=9000")


def test_bench_hands_on_the_name() -> None:
    assert "-m benchmarks one" in make("--dry-run", "bench", "ONLY=one")
