"""The dossier of a model version: all that is on record of it, in one archive with its hashes."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from gonogo.core.canonical import Json
from gonogo.core.chain import Entry
from gonogo.core.subjects import Subject
from gonogo.core.times import moment, stamp
from gonogo.domain.datasets import reads as datasets
from gonogo.domain.gates import reads as gates
from gonogo.domain.models import reads as model_reads
from gonogo.domain.models import tables as versions
from gonogo.domain.models.rules import ModelStage, Registration, Version
from gonogo.domain.releases import reads
from gonogo.domain.releases.routing import key_of
from gonogo.flows import releases
from gonogo.records import callers
from gonogo.records.callers import Callers
from gonogo.store.work import Work

SINCE = timedelta(days=30)
"""How far back it is asked who calls a version."""
MOST = 200
"""Entries that are asked for at a time."""
SUMS = "SHA256SUMS"
NEVER = (1980, 1, 1, 0, 0, 0)
"""Date of each file in an archive, so that the same content has the same hash."""
READ_ME = """Dossier of {version}

version.json    what was registered: files with their hashes, data, code, environment, author
card.json       the model card
made_from.json  versions of code and of data that it was made from, and by what code it answered
evidence.jsonl  what was measured of it
ledger.jsonl    every entry about it: gate reviews, sign-offs, waivers, decisions
releases.json   the releases that it was part of
routes.json     when it answered in which use case, at which share, by which decision
callers.json    who asked it for decisions, by the decision log
migration.txt   what needs it, and what takes its place
{sums}      hashes of these files: sha256sum --check {sums}
"""


@dataclass(frozen=True, slots=True)
class Dossier:
    """An archive, and what it says of who needs the version."""

    archive: bytes
    still: Callers
    """Who asked for it since it left the last route."""


def dossier(work: Work, log: Path, version: Version) -> Dossier:
    """Everything that is on record of a version, as a zip."""
    said, subject = version.registration, version.subject
    key, case = key_of(subject), said.case
    routes = reads.routes_with(work, case, key)
    still = still_asking(work, log, version)
    about = _about(work, subject, [one.decision for one in routes])
    asked = callers.of_version(log, case, key, work.now - SINCE)
    files = {
        "version.json": {**said.body(), "subject": str(subject), "stage": str(version.stage)},
        "card.json": dict(said.card),
        "made_from.json": made_from(work, version, asked.codes),
        "evidence.jsonl": [_line(one) for one in about if one.kind == "evidence"],
        "ledger.jsonl": [_line(one) for one in about],
        "releases.json": [_release(one) for one in reads.of_version(work, str(subject))],
        "routes.json": [asdict(one) for one in routes],
        "callers.json": {"since": stamp(work.now - SINCE), **_callers(asked)},
        "migration.txt": "\n".join(migration(work, version, still)) + "\n",
    }
    texts = {name: _text(name, found) for name, found in files.items()}
    texts["README.txt"] = READ_ME.format(version=subject, sums=SUMS).encode()
    return Dossier(zipped(texts), still)


def made_from(work: Work, version: Version, codes: Mapping[str, int]) -> dict[str, Json]:
    """Versions of code beside those of data: of the version, of its parts, of its answers.

    `codes`: decisions by the code version that the log has of them.
    """
    said = version.registration
    made = said.composition
    parts = [] if made is None else [one.version for one in made.members]
    if made is not None and made.stack is not None:
        parts.append(made.stack)
    named = [said, *(_registration(work, one) for one in parts)]
    return {
        "versions": [
            {
                "version": str(one.subject),
                "code": one.code,
                "environment": one.environment,
                "run": one.run,
                "trained_on": _data(work, one.data),
                "evaluated_on": _data(work, one.evaluation),
            }
            for one in named
        ],
        "decisions_by_code": dict(codes),
    }


def _registration(work: Work, subject: str) -> Registration:
    found = Subject.parse(subject)
    return versions.get(work, found.name, str(found.version)).registration


def _data(work: Work, subject: str | None) -> Json:
    """A dataset version with the digest of what is in it."""
    if subject is None:
        return None
    found = datasets.found(work, [subject]).get(subject)
    digest = None if found is None else found.content.digest
    return {"version": subject, "digest": digest}


def still_asking(work: Work, log: Path, version: Version) -> Callers:
    """Who asked for a version since it left the last route that had it."""
    key, case = key_of(version.subject), version.registration.case
    left = _left(reads.routes_with(work, case, key), work.now)
    return callers.of_version(log, case, key, left)


def needed_by(work: Work, version: Version, still: Callers) -> tuple[str, ...]:
    """Who needs it though no route does, in words: what has to be overruled."""
    asked = (f"token {name} asked for it {n:,} times" for name, n in still.tokens.items())
    members = (f"{one} has it as a member" for one in ensembles_with(work, version))
    return (*asked, *members)


def kept(work: Work, version: Version) -> str | None:
    """The digest of the archive that was kept when it was retired; None where there is none."""
    if version.stage is not ModelStage.RETIRED:
        return None
    found: Mapping[str, Any] = msgspec.json.decode(work.ledger.entry(version.entry).body)
    digest = found.get("dossier")
    return None if digest is None else str(digest)


def migration(work: Work, version: Version, still: Callers) -> list[str]:
    """What has to happen before it can go, one sentence a line."""
    found = [f"{one[0].upper()}{one[1:]}." for one in releases.depends(work, version.subject)]
    found += [f"{one} has it as a member." for one in ensembles_with(work, version)]
    found += [
        f"Token {name} asked for it {count:,} times since it left the last route."
        for name, count in still.tokens.items()
    ]
    champion = model_reads.champion(work, version.registration.model)
    if champion is not None and champion.number not in {None, version.registration.number}:
        found.append(f"Callers go on with {champion.model}@{champion.number}, its champion.")
    return found or ["Nothing needs it."]


def ensembles_with(work: Work, version: Version) -> list[str]:
    """The ensembles, not retired, of which it is a part."""
    name = str(version.subject)
    return [
        str(one.subject)
        for one in model_reads.versions_of_case(work, version.registration.case)
        if one.stage is not ModelStage.RETIRED
        and (made := one.registration.composition) is not None
        and name in {made.stack, *(part.version for part in made.members)}
    ]


def zipped(files: Mapping[str, bytes]) -> bytes:
    """An archive of `files` with the list of their hashes; the same for the same files.

    >>> zipped({"a": b"1"}) == zipped({"a": b"1"})
    True
    """
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**dict(sorted(files.items())), SUMS: sums.encode()}.items():
            archive.writestr(zipfile.ZipInfo(name, NEVER), content)
    return target.getvalue()


def _left(routes: Iterable[reads.WasLive], now: datetime) -> datetime:
    """When it left the last route that it was in, at most so long ago."""
    ends = [moment(one.until) for one in routes if one.until is not None]
    return max([now - SINCE, *ends])


def _about(work: Work, subject: Subject, decided: Iterable[str]) -> list[Entry]:
    """Every entry about it or its gate reviews, and the decisions on its routes, oldest first."""
    reviews = gates.of_subjects(work, [subject], limit=MOST)
    found = {one.digest: one for name in decided for one in [work.ledger.entry(name)]}
    for named in (subject, *(one.address for one in reviews)):
        found |= {one.digest: one for one in _entries(work, str(named))}
    return sorted(found.values(), key=lambda one: one.position)


def _entries(work: Work, subject: str) -> list[Entry]:
    found: list[Entry] = []
    cursor: str | None = None
    while True:
        page = work.ledger.search(subject=subject, cursor=cursor, limit=MOST)
        found += page.items
        cursor = page.next
        if cursor is None:
            return found


def _line(entry: Entry) -> dict[str, Any]:
    body = msgspec.json.decode(entry.body)
    return {**{name: getattr(entry, name) for name in KEPT}, "body": body}


KEPT = ("position", "digest", "kind", "subject", "actor", "at")


def _release(one: Any) -> dict[str, Any]:
    names = ("id", "case", "started_at", "started_by", "reason", "policy", "entry")
    told = {name: getattr(one, name) for name in names}
    return {
        **told,
        "version": str(one.version),
        "before": None if one.before is None else str(one.before),
        "strategy": str(one.strategy),
        "state": str(one.state),
        "plan": one.plan.to_json(),
    }


def _callers(found: Callers) -> dict[str, Any]:
    return {
        "decisions": found.decisions,
        "tokens": dict(found.tokens),
        "last": None if found.last is None else stamp(found.last),
    }


def _text(name: str, found: Any) -> bytes:
    if name.endswith(".txt"):
        return str(found).encode()
    if name.endswith(".jsonl"):
        return "".join(json.dumps(one, sort_keys=True) + "\n" for one in found).encode()
    return (json.dumps(found, indent=2, sort_keys=True) + "\n").encode()
