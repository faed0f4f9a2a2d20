"""Moves releases on, and publishes what is in force to where gateways look."""

from pathlib import Path

from gonogo.flows import publishing, watching
from gonogo.store.files import Files
from gonogo.store.work import OpenWork


def follow(open_work: OpenWork, files: Files, gateway: Path, log: Path) -> int:
    """Do what is to be done of every release, then publish; how many releases were moved."""
    moved = watching.move_on(open_work, log)
    publishing.deliver(open_work, files, gateway)
    return moved
