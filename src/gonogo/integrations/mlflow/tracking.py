"""MLflow seen from gonogo: runs, model versions and their files, of our own server or another."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Self

import httpx

from gonogo.core.errors import NotFound
from gonogo.core.tracking import TrackedFile, TrackedRun, TrackedVersion
from gonogo.integrations.mlflow.keeping import Keeping
from gonogo.integrations.mlflow.places import Place, checked, opened, place_of, proxied_root
from gonogo.integrations.mlflow.reading import milliseconds, to_run, to_version
from gonogo.integrations.mlflow.rest import ask, in_process, over_network

PAGE = 1000
"""How many are asked for at once."""


class MlflowTracking:
    """MLflow through its REST API; how it is reached makes no difference."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    @classmethod
    def embedded(cls, keeping: Keeping) -> Self:
        """Our own server, asked in this process; it starts when first asked."""
        return cls(in_process(keeping))

    @classmethod
    def at(cls, url: str, token: str | None = None) -> Self:
        """A server that is already there, with the bearer token it wants."""
        return cls(over_network(url, token))

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def ping(self) -> None:
        """Return if it answers; raises `Unavailable`, or `Forbidden` where it wants a token."""
        self._ask("POST", "experiments/search", {"max_results": 1})

    def runs(self, since: datetime | None = None, limit: int = PAGE) -> list[TrackedRun]:
        """Runs started or ended since then, the last started first."""
        experiments = self._experiments()
        if since is None:
            return self._runs("", experiments, limit)
        # Its filters know no "or".
        started = self._runs(f"attributes.start_time >= {milliseconds(since)}", experiments, limit)
        ended = self._runs(f"attributes.end_time >= {milliseconds(since)}", experiments, limit)
        both = {run.run_id: run for run in (*started, *ended)}
        return sorted(both.values(), key=lambda run: run.started, reverse=True)[:limit]

    def run(self, run_id: str) -> TrackedRun:
        """A run; raises `NotFound`."""
        found = self._ask("GET", "runs/get", {"run_id": run_id}, field="run")["run"]
        experiment = str(found["info"]["experiment_id"])
        named = self._ask("GET", "experiments/get", {"experiment_id": experiment})
        return to_run(found, {experiment: str(named["experiment"]["name"])})

    def versions(self, since: datetime | None = None, limit: int = PAGE) -> list[TrackedVersion]:
        """Model versions created or updated since then, the last updated first."""
        asked = {"order_by": ["last_updated_timestamp DESC"]}
        found = [
            to_version(entry)
            for answer in self._pages("GET", "model-versions/search", asked, limit)
            for entry in answer.get("model_versions", ())
        ]
        if since is not None:
            found = [version for version in found if version.updated >= since]
        return self._with_aliases(found[:limit])

    def version(self, name: str, version: str) -> TrackedVersion:
        """A model version; raises `NotFound`."""
        asked = {"name": name, "version": version}
        found = self._ask("GET", "model-versions/get", asked, field="version")
        return to_version(found["model_version"])

    def place(self, version: TrackedVersion) -> str | None:
        """The version's folder below the root of the proxied artifacts; None if kept elsewhere."""
        return proxied_root(self._location(version), self._http)

    def files(self, version: TrackedVersion) -> list[TrackedFile]:
        """The version's files by path; raises `NotFound` where there are none."""
        return self._files(version, self._folder(version))

    @contextmanager
    def open_file(self, version: TrackedVersion, path: str) -> Iterator[BinaryIO]:
        """One of the version's files, to read; raises `NotFound`."""
        with opened(self._folder(version).open(checked(path))) as file:
            yield file

    def download(self, version: TrackedVersion, to: Path) -> list[TrackedFile]:
        """Write the version's files below the folder `to`, and tell which they are."""
        folder = self._folder(version)
        files = self._files(version, folder)
        for file in files:
            target = to / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as written:
                for piece in folder.open(file.path):
                    written.write(piece)
        return files

    def set_alias(self, name: str, alias: str, version: str) -> None:
        """Let `alias` name this version from now on, also where people may not set it."""
        asked = {"name": name, "alias": alias, "version": version}
        self._ask("POST", "registered-models/alias", asked, field="version")

    def drop_alias(self, name: str, alias: str) -> None:
        """Let `alias` name nothing from now on; where it names nothing already, that is all."""
        with suppress(NotFound):
            self._ask("DELETE", "registered-models/alias", {"name": name, "alias": alias})

    def _ask(
        self, method: str, call: str, said: Mapping[str, Any], field: str = "mlflow"
    ) -> dict[str, Any]:
        return ask(self._http, method, call, said, field=field)

    def _pages(
        self, method: str, call: str, said: Mapping[str, Any], limit: int
    ) -> Iterator[dict[str, Any]]:
        token: str | None = None
        for _ in range(0, max(1, limit), PAGE):
            asked = {**said, "max_results": max(1, min(limit, PAGE))}
            answer = self._ask(method, call, asked | ({"page_token": token} if token else {}))
            yield answer
            token = answer.get("next_page_token")
            if not token:
                return

    def _with_aliases(self, versions: list[TrackedVersion]) -> list[TrackedVersion]:
        """The versions with their aliases, which a search leaves out."""
        if not versions:
            return []
        names: dict[tuple[str, str], list[str]] = {}
        for answer in self._pages("GET", "registered-models/search", {}, 1000 * PAGE):
            for model in answer.get("registered_models", ()):
                for alias in model.get("aliases", ()):
                    key = (str(model["name"]), str(alias["version"]))
                    names.setdefault(key, []).append(str(alias["alias"]))
        return [
            replace(each, aliases=tuple(sorted(names.get((each.name, each.version), ()))))
            for each in versions
        ]

    def _experiments(self) -> dict[str, str]:
        """Names of all experiments that were not deleted, by their id."""
        found: dict[str, str] = {}
        for answer in self._pages("POST", "experiments/search", {}, 1000 * PAGE):
            for entry in answer.get("experiments", ()):
                found[str(entry["experiment_id"])] = str(entry["name"])
        return found

    def _runs(self, chosen: str, experiments: Mapping[str, str], limit: int) -> list[TrackedRun]:
        asked = {
            "experiment_ids": list(experiments),
            "filter": chosen,
            "order_by": ["attributes.start_time DESC"],
        }
        found = [
            to_run(entry, experiments)
            for answer in self._pages("POST", "runs/search", asked, limit)
            for entry in answer.get("runs", ())
        ]
        return found[:limit]

    def _location(self, version: TrackedVersion) -> str:
        asked = {"name": version.name, "version": version.version}
        found = self._ask("GET", "model-versions/get-download-uri", asked, field="version")
        return str(found.get("artifact_uri", ""))

    def _folder(self, version: TrackedVersion) -> Place:
        return place_of(self._location(version), self._http)

    def _files(self, version: TrackedVersion, folder: Place) -> list[TrackedFile]:
        files = folder.files()
        if not files:
            raise NotFound(
                field="version",
                value=f"{version.name}@{version.version}",
                expected="a version whose files MLflow still has",
            )
        return files
