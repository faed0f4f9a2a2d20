"""Users and tokens on the command line."""

import pytest

from gonogo.core.roles import Role
from tests.interfaces.cli.conftest import Gonogo


class TestUser:
    def test_added_granted_disabled_and_shown(self, gonogo: Gonogo) -> None:
        made = gonogo(
            *("user", "add", "quality", "--title", "Quality officer"),
            *("--role", "risk-officer", "--json"),
        ).json
        assert [(one["role"], one["on"]) for one in made["grants"]] == [
            ("risk-officer", "org:gonogo")
        ]
        assert "viewer" in gonogo("user", "grant", "quality", "viewer").out
        assert "viewer" not in gonogo("user", "revoke", "quality", "viewer").out
        assert "disabled" in gonogo("user", "disable", "quality").out
        assert "no password yet" in gonogo("user", "enable", "quality").out
        assert gonogo("user", "show", "quality", "--json").json["login"] == "quality"
        assert "quality" in [one["login"] for one in gonogo("user", "list", "--json").json]
        assert gonogo("user", "add", "quality", "--title", "Twice").code == 4

    def test_the_link_is_of_the_server_spoken_to(
        self, gonogo: Gonogo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gonogo("user", "add", "linked", "--title", "Linked")
        shown = gonogo("user", "link", "linked").out
        assert "/sign-in" in shown
        assert "http://127.0.0.1:" in shown

    def test_a_role_there_is_not_names_those_there_are(self, gonogo: Gonogo) -> None:
        gonogo("user", "add", "roleless", "--title", "Roleless")
        wrong = gonogo("user", "grant", "roleless", "emperor")
        assert wrong.code == 2
        assert "risk-officer" in wrong.err

    def test_only_for_who_manages_users(self, gonogo: Gonogo) -> None:
        assert gonogo("user", "list", role=Role.MANAGER).code == 3
        assert gonogo("user", "show", "nobodys").code == 5


class TestToken:
    def test_one_for_the_gateway_asks_for_decisions_of_one_case_alone(self, gonogo: Gonogo) -> None:
        every = gonogo("token", "create", "scoring", "--decide", "*", "--json").json
        assert (every["only"], every["within"]) == (["decide"], None)
        assert gonogo("token", "create", "x", "--decide", "no-such-case").code == 5
        two = gonogo("token", "create", "x", "--decide", "a", "--decide", "b")
        assert two.code == 2
        assert "one use case, or * for all" in two.err
        both = gonogo("token", "create", "x", "--decide", "*", "--only", "read")
        assert both.code == 2
        assert "--only" in both.err

    def test_shown_once_listed_without_and_revoked(self, gonogo: Gonogo) -> None:
        made = gonogo("token", "create", "pipeline", "--expires", "30d", "--json").json
        assert made["secret"]
        listed = gonogo("token", "list", "--json")
        assert made["secret"] not in listed.out
        assert made["id"] in [one["id"] for one in listed.json]
        assert "revoked" in gonogo("token", "revoke", made["id"]).out

    @pytest.mark.parametrize(
        "arguments",
        [("--expires", "soon"), ("--only", "everything"), ("--within", "nowhere")],
    )
    def test_what_is_wrong_makes_no_token(self, gonogo: Gonogo, arguments: tuple[str, ...]) -> None:
        before = len(gonogo("token", "list", "--json").json)
        wrong = gonogo("token", "create", "bad", *arguments)
        assert (wrong.code, wrong.out) == (2, "")
        assert arguments[0].removeprefix("--") in wrong.err
        assert len(gonogo("token", "list", "--json").json) == before
