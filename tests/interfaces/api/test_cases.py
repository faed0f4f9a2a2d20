"""Tests of REST for use cases: made, read, edited by who read them, listed page by page."""

import json

from gonogo.core.roles import Role
from tests.fixtures.rest import Api, Json, Written, done, refused
from tests.fixtures.world import ABOUT, CASE, World

NEW = {**CASE, "policy": "baseline"}
VALUE = {
    "currency": "EUR",
    "decisions_per_year": 1000,
    "true_positive": 20,
    "false_positive": -5,
    "true_negative": 0,
    "false_negative": -20,
}
CANNOT_BE: list[tuple[dict[str, Json], str]] = [
    ({"slug": "Churn!"}, "slug"),
    ({"slug": ""}, "slug"),
    ({"title": "  "}, "title"),
    ({"title": "x" * 201}, "title"),
    ({"problem": ""}, "problem"),
    ({"risk_tier": "none"}, "risk_tier"),
    ({"risk_tier": "high"}, "risk_reason"),
    ({"owner_role": "king"}, "owner_role"),
    ({"value": {**VALUE, "currency": "euro"}}, "value.currency"),
    ({"value": {**VALUE, "true_positive": None}}, "value.true_positive"),
    ({"colour": "blue"}, "colour"),
]
"""What no use case can be, and the field that says so."""


class TestCreate:
    def test_answers_with_the_case_and_its_etag(self, api: Api) -> None:
        """The ETag is the digest of the entry that made it."""
        answer = api.by(Role.MANAGER).post("/cases", json={**NEW, "value": VALUE})
        made = done(answer, 201)
        assert made["subject"] == "case:churn"
        assert made["stage"] == "research"
        assert made["value"] == {**VALUE, "present": None}
        assert answer.headers["etag"] == f'"{made["entry"]}"'
        entry = done(api.operator.get(f"/ledger/{made['entry']}"))
        assert (entry["kind"], entry["subject"]) == ("case", "case:churn")
        assert entry["actor"] == api.user(Role.MANAGER)

    def test_a_name_is_given_once(self, api: Api, everything: Written) -> None:
        """Also to somebody else."""
        done(api.by(Role.MANAGER).post("/cases", json=NEW), 201)
        assert api.secret(Role.PRODUCT_MANAGER)
        before = everything()
        again = api.by(Role.PRODUCT_MANAGER).post("/cases", json={**NEW, "title": "Other"})
        refused(again, 409, "slug")
        assert everything() == before

    def test_what_cannot_be_is_refused_by_field(self, api: Api, everything: Written) -> None:
        """And nothing is written."""
        assert api.secret(Role.MANAGER)
        before = everything()
        for change, field in CANNOT_BE:
            refused(api.by(Role.MANAGER).post("/cases", json={**NEW, **change}), 422, field)
        assert everything() == before


class TestIdempotencyKey:
    def test_a_request_sent_twice_happens_once(self, api: Api, everything: Written) -> None:
        """And answers the same, marked as a replay."""
        manager = api.by(Role.MANAGER)
        first = manager.post("/cases", json=NEW, headers={"Idempotency-Key": "one"})
        before = everything()
        again = manager.post("/cases", json=NEW, headers={"Idempotency-Key": "one"})
        assert (again.status_code, again.json()) == (201, first.json())
        assert again.headers["idempotent-replayed"] == "true"
        assert "idempotent-replayed" not in first.headers
        assert everything() == before

    def test_another_request_under_the_same_key_is_a_conflict(
        self, api: Api, everything: Written
    ) -> None:
        """It would else be answered with what it did not ask for."""
        manager = api.by(Role.MANAGER)
        done(manager.post("/cases", json=NEW, headers={"Idempotency-Key": "one"}), 201)
        before = everything()
        other = {**NEW, "slug": "other"}
        again = manager.post("/cases", json=other, headers={"Idempotency-Key": "one"})
        refused(again, 409, "Idempotency-Key")
        assert everything() == before

    def test_keys_of_two_people_are_two_keys(self, api: Api) -> None:
        """Nobody learns what somebody else was answered."""
        key = {"Idempotency-Key": "one"}
        done(api.by(Role.MANAGER).post("/cases", json=NEW, headers=key), 201)
        other = {**NEW, "slug": "other"}
        answer = api.by(Role.PRODUCT_MANAGER).post("/cases", json=other, headers=key)
        assert done(answer, 201)["slug"] == "other"

    def test_what_takes_longer_than_one_work_is_done_once_too(
        self, world: World, everything: Written
    ) -> None:
        """Measuring, sealing, taking in a file; another file under the key is another request."""
        scientist = world.api.by(Role.DATA_SCIENTIST)
        path = "/datasets/test/versions/" + world.test.partition("@")[2]
        key = {"Idempotency-Key": "one"}
        first = done(scientist.post(f"{path}/measure", json={}, headers=key), 201)
        before = everything()
        again = scientist.post(f"{path}/measure", json={}, headers=key)
        assert (done(again, 201), again.headers["idempotent-replayed"]) == (first, "true")
        assert everything() == before
        key = {"Idempotency-Key": "two"}
        for content, status in ((b"a,left\n1,0\n", 201), (b"a,left\n1,1\n", 409)):
            answer = scientist.post(
                "/datasets/more/versions",
                data={"about": json.dumps({**ABOUT, "protected": []})},
                files={"file": ("rows.csv", content, "text/csv")},
                headers=key,
            )
            assert answer.status_code == status, answer.text

    def test_a_refused_request_may_be_sent_again(self, api: Api) -> None:
        """Only what was done is remembered."""
        manager, key = api.by(Role.MANAGER), {"Idempotency-Key": "one"}
        refused(manager.post("/cases", json={**NEW, "owner_role": "king"}, headers=key), 422)
        done(manager.post("/cases", json=NEW, headers=key), 201)

    def test_a_key_that_is_none_is_refused(self, api: Api) -> None:
        """Empty, too long, not printable."""
        for key in ("", "x" * 201, "a\tb"):
            headers = {"Idempotency-Key": key}
            answer = api.by(Role.MANAGER).post("/cases", json=NEW, headers=headers)
            refused(answer, 422, "Idempotency-Key")


class TestEdit:
    def test_needs_the_etag_of_what_was_read(self, api: Api, everything: Written) -> None:
        """Two people at once do not lose each other's edits."""
        manager = api.by(Role.MANAGER)
        made = done(manager.post("/cases", json=NEW), 201)
        text = {name: value for name, value in NEW.items() if name != "slug"}
        edited = manager.put(
            "/cases/churn",
            json={**text, "title": "Leaving"},
            headers={"If-Match": f'"{made["entry"]}"'},
        )
        assert done(edited)["title"] == "Leaving"
        assert edited.headers["etag"] == f'"{edited.json()["entry"]}"'
        before = everything()
        late = manager.put(
            "/cases/churn",
            json={**text, "title": "Late"},
            headers={"If-Match": f'"{made["entry"]}"'},
        )
        refused(late, 412, "If-Match")
        refused(manager.put("/cases/churn", json=text), 422, "If-Match")
        assert everything() == before

    def test_knows_the_forms_of_an_etag(self, api: Api) -> None:
        """Strong, weak, bare, any."""
        manager = api.by(Role.MANAGER)
        made = done(manager.post("/cases", json=NEW), 201)
        text = {name: value for name, value in NEW.items() if name != "slug"}
        for form in ('"{}"', 'W/"{}"', "{}", "*"):
            match = {"If-Match": form.format(made["entry"])}
            done(manager.put("/cases/churn", json=text, headers=match))

    def test_the_same_again_writes_nothing(self, api: Api, everything: Written) -> None:
        """What says nothing new is no edit."""
        manager = api.by(Role.MANAGER)
        made = done(manager.post("/cases", json=NEW), 201)
        before = everything()
        text = {name: value for name, value in NEW.items() if name != "slug"}
        same = manager.put("/cases/churn", json=text, headers={"If-Match": made["entry"]})
        assert done(same)["entry"] == made["entry"]
        assert everything() == before

    def test_the_ledger_keeps_what_was_said_before(self, api: Api) -> None:
        """Before and after, of each field that changed."""
        manager = api.by(Role.MANAGER)
        done(manager.post("/cases", json=NEW), 201)
        text = {name: value for name, value in NEW.items() if name != "slug"}
        edited = manager.put(
            "/cases/churn", json={**text, "title": "Leaving"}, headers={"If-Match": "*"}
        )
        entry = done(api.operator.get(f"/ledger/{done(edited)['entry']}"))
        assert entry["body"]["changes"] == {"title": {"before": "Churn", "after": "Leaving"}}

    def test_an_unknown_case_is_not_found(self, api: Api) -> None:
        """Whoever asks."""
        text = {name: value for name, value in NEW.items() if name != "slug"}
        answer = api.operator.put("/cases/none", json=text, headers={"If-Match": "*"})
        refused(answer, 404, "case")


class TestList:
    def test_goes_page_by_page(self, bare: World) -> None:
        """By name, each once, also those that came between two pages."""
        for slug in ("a", "c", "d"):
            bare.case(slug=slug, policy="baseline")
        viewer = bare.api.by(Role.VIEWER)
        first = done(viewer.get("/cases", params={"limit": 2}))
        assert [case["slug"] for case in first["items"]] == ["a", "c"]
        bare.case(slug="b", policy="baseline")
        rest = done(viewer.get("/cases", params={"limit": 2, "cursor": first["next"]}))
        assert [case["slug"] for case in rest["items"]] == ["d"]
        assert rest["next"] is None

    def test_a_limit_beyond_bounds_gives_a_page_within_them(self, bare: World) -> None:
        """At least one, at most 200."""
        bare.case(slug="a", policy="baseline")
        for limit in (0, -1, 10**30):
            found = done(bare.api.operator.get("/cases", params={"limit": limit}))
            assert len(found["items"]) == 1

    def test_a_cursor_of_somewhere_else_is_refused(self, api: Api) -> None:
        """It says so instead of beginning anew."""
        for cursor in ("x", "bnVsbA", "MTI", "", "é", "W10"):
            refused(api.operator.get("/cases", params={"cursor": cursor}), 422, "cursor")


class TestShow:
    def test_answers_with_the_etag(self, bare: World) -> None:
        """The one an edit needs."""
        made = bare.case(policy="baseline")
        answer = bare.api.by(Role.VIEWER).get("/cases/churn")
        assert done(answer) == made
        assert answer.headers["etag"] == f'"{made["entry"]}"'

    def test_an_unknown_one_is_not_found(self, api: Api) -> None:
        """By the name that was asked for."""
        assert refused(api.operator.get("/cases/none"), 404, "case")["value"] == "none"
