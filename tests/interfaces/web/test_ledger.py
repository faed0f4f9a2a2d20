"""Pages of the ledger: searched, one entry with what it cites, verified."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import Engine, text

from gonogo.core.chain import GENESIS
from gonogo.core.roles import Role
from gonogo.interfaces.web.kit import plain
from gonogo.views import ledger as views
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rest import done
from tests.fixtures.work import WorkAs
from tests.fixtures.world import VERSION, World
from tests.interfaces.web.conftest import Console, Reader

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def kinds(console: Console, query: str) -> list[str]:
    """Kinds of the entries that fit, newest first."""
    found: Any = console.json(f"/ledger?{query}")
    return [row["kind"] for row in found["rows"]]


def tamper(engine: Engine, kind: str) -> int:
    """Change one entry behind the ledger's back; its position."""
    with engine.connect() as connection:
        position = connection.scalar(
            text("SELECT min(position) FROM ledger WHERE kind = :kind"), {"kind": kind}
        )
        connection.execute(
            text("UPDATE ledger SET actor = 'user:99' WHERE position = :position"),
            {"position": position},
        )
        connection.commit()
    return int(position or 0)


class TestSearch:
    def test_by_kind_subject_actor_and_text(self, console: Reader, world: World) -> None:
        reader = console(Role.VIEWER)
        assert kinds(reader, "kind=case") == ["case"]
        assert kinds(reader, f"subject={VERSION}") == ["model-version"]
        assert kinds(reader, "subject=model:caller") == ["model-version"]
        assert kinds(reader, "text=Whom+to+call") == ["case"]
        made = world.api.user(Role.MANAGER)
        assert kinds(reader, f"actor={made}&kind=case") == ["case"]
        assert kinds(reader, f"actor={made}&kind=review") == []
        assert "No entry fits" in reader.page("/ledger?text=no-such-words")

    def test_by_time(self, console: Reader, world: World, clock: FakeClock) -> None:
        """A day counts to its end, a time does not count itself."""
        clock.advance(days=1)
        world.case(slug="later", title="Later")
        reader = console(Role.VIEWER)
        assert kinds(reader, "kind=case&since=2026-11-22") == ["case"]
        assert kinds(reader, "kind=case&until=2026-11-21") == ["case"]
        assert kinds(reader, "kind=case&since=2026-11-21&until=2026-11-22") == ["case", "case"]
        assert kinds(reader, "kind=case&until=2026-11-21T10:30") == []
        assert kinds(reader, "kind=case&since=2026-11-23") == []

    @pytest.mark.parametrize("field", ["since", "until"])
    def test_what_is_no_time_is_named(self, console: Reader, field: str) -> None:
        answer = console(Role.VIEWER).get(f"/ledger?{field}=soon")
        assert answer.status_code == 422
        assert field in answer.text
        assert "soon" in answer.text

    def test_pages_follow_and_keep_what_is_asked(self, console: Reader, world: World) -> None:
        for number in range(views.ROWS):
            world.case(slug=f"case-{number}", title="More")
        reader = console(Role.VIEWER)
        first: Any = reader.json("/ledger?kind=case")
        assert len(first["rows"]) == views.ROWS
        link = re.search(r'rel="next" href="([^"]+)"', reader.page("/ledger?kind=case"))
        assert link is not None
        rest: Any = reader.json(link[1].replace("&amp;", "&"))
        assert [row["kind"] for row in rest["rows"]] == ["case"]
        assert rest["next"] is None

    def test_text_of_users_is_escaped(self, console: Reader, world: World) -> None:
        world.case(slug="odd", title="<script>alert(1)</script>")
        page = console(Role.VIEWER).page("/ledger?text=%3Cscript%3E")
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page

    def test_json_is_the_view(self, console: Reader, world: World, work_as: WorkAs) -> None:
        told = console(Role.VIEWER).json("/ledger?kind=review")
        with work_as(Role.VIEWER, write=False) as work:
            assert told == plain(views.searched(work, views.Asked(kind="review")))


class TestEntry:
    def test_shows_its_body_and_its_neighbours(self, console: Reader, world: World) -> None:
        reader = console(Role.VIEWER)
        found: Any = reader.json("/ledger?kind=review")
        (line,) = found["rows"]
        told: Any = reader.json(f"/ledger/{line['digest']}")
        assert json.loads(told["body"])["about"] == VERSION
        page = reader.page(f"/ledger/{line['position']}")
        assert f'href="/ledger/{told["previous"]}"' in page
        assert f'href="/ledger/{line["position"] + 1}"' in page

    def test_first_and_last_have_one_neighbour(self, console: Reader, world: World) -> None:
        reader = console(Role.VIEWER)
        first: Any = reader.json("/ledger/1")
        assert (first["previous"], first["previous_position"]) == (GENESIS, None)
        ledger: Any = reader.json("/ledger")
        last: Any = reader.json(f"/ledger/{ledger['head']}")
        assert last["next_position"] is None
        assert last["line"]["position"] == ledger["entries"]

    def test_names_what_it_cites_and_what_cites_it(self, console: Reader, world: World) -> None:
        world.ready()
        asked = {"outcome": "go", "rationale": "Holds"}
        manager = world.api.by(Role.MANAGER)
        decided = done(manager.post(f"/reviews/{world.review}/decision", json=asked), 201)
        reader = console(Role.VIEWER)
        decision: Any = reader.json(f"/ledger/{decided['decision']}")
        cited = {one["digest"] for one in decision["cites"]}
        evidence = decided["conditions"][0]["evidence"]
        assert evidence in cited
        assert decided["policy"]["entry"] in cited
        found: Any = reader.json(f"/ledger/{evidence}")
        assert [one["kind"] for one in found["cited_by"]] == ["sign-off", "sign-off", "decision"]
        assert found["cites"] == []

    @pytest.mark.parametrize("name", ["0", "999999", "a" * 64, "nothing", "9" * 30])
    def test_unknown_one_is_not_there(self, console: Reader, name: str) -> None:
        assert console(Role.VIEWER).get(f"/ledger/{name}").status_code == 404

    def test_json_is_the_view(self, console: Reader, world: World, work_as: WorkAs) -> None:
        told = console(Role.VIEWER).json("/ledger/3")
        with work_as(Role.VIEWER, write=False) as work:
            assert told == plain(views.entry(work, "3"))


class TestVerify:
    def test_sound_one_says_so_with_its_head(self, console: Reader, world: World) -> None:
        reader = console(Role.VIEWER)
        told: Any = reader.json("/ledger/verify")
        ledger: Any = reader.json("/ledger")
        assert (told["sound"], told["broken"]) == (True, None)
        assert (told["entries"], told["head"]) == (ledger["entries"], ledger["head"])
        assert "The ledger is sound" in reader.page("/ledger/verify")

    def test_changed_entry_is_named(self, console: Reader, world: World, engine: Engine) -> None:
        reader = console(Role.VIEWER)
        position = tamper(engine, "case")
        told: Any = reader.json("/ledger/verify")
        assert told["broken"]["position"] == position
        assert told["entries"] == position - 1
        page = reader.page("/ledger/verify")
        assert f"broken at entry {position}" in page
        assert f'href="/ledger/{position}"' in page

    def test_tells_its_progress(self, console: Reader, world: World, engine: Engine) -> None:
        """Server-sent events, the last one with what was found."""
        reader = console(Role.VIEWER)
        told = [block.split("\n") for block in reader.page("/ledger/verify/events").split("\n\n")]
        names = [block[0] for block in told if block[0]]
        assert names[0] == "event: progress"
        assert names[-1] == "event: verified"
        position = tamper(engine, "case")
        *_, last = reader.page("/ledger/verify/events").strip().split("\n\n")
        found = json.loads(last.split("\n")[1].removeprefix("data: "))
        assert found["broken"]["position"] == position

    def test_needs_a_session(self, stranger: Console) -> None:
        assert stranger.get("/ledger").status_code == 303
        assert stranger.get("/ledger/verify").status_code == 303
        assert stranger.get("/ledger/verify/events").status_code == 401
        assert stranger.get("/ledger.json").status_code == 401

    def test_export_link_gives_a_file(self, console: Reader, world: World) -> None:
        reader = console(Role.VIEWER)
        assert 'href="/api/v1/ledger/export"' in reader.page("/ledger")
        answer = reader.get("/api/v1/ledger/export")
        assert answer.status_code == 200
        assert "ledger.jsonl" in answer.headers["content-disposition"]
