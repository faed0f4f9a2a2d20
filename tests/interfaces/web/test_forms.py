"""Forms as no page of ours sends them: names that clash, fields without end, other bodies."""

import pytest

from gonogo.core.errors import Invalid
from gonogo.core.roles import Role
from gonogo.interfaces.web.forms import nested
from tests.interfaces.web.conftest import Console, Reader

MIB = 1024 * 1024


class TestNested:
    @pytest.mark.parametrize(
        "names",
        [
            ("slug", "slug.more"),
            ("a.b", "a.b.c"),
            (".".join(["a"] * 5000),),
            ("." * 5000,),
        ],
    )
    def test_names_that_no_form_has_are_refused(self, names: tuple[str, ...]) -> None:
        """One within another, or deeper than anything that is filled in."""
        with pytest.raises(Invalid, match="the fields that the form has"):
            nested(dict.fromkeys(names, "1"))

    @pytest.mark.parametrize("number", ["²", "٣", "9" * 5000])
    def test_only_plain_numbers_count(self, number: str) -> None:
        """Python calls more than those digits."""
        assert nested({f"value.{number}": "1"}) == {"value": {number: "1"}}


class TestPost:
    def test_clash_is_the_fault_of_whoever_sent_it(self, console: Reader) -> None:
        """Nothing breaks here."""
        answer = console(Role.MANAGER).post("/cases", {"slug": "a", "slug.b": "c"})
        assert answer.status_code == 422

    def test_stranger_sends_no_file(self, stranger: Console) -> None:
        """Forms have none, and what is sent before signing in is small, whatever it is called."""
        file = {"login": ("login.txt", b"x" * 9 * MIB)}
        assert stranger.http.post("/sign-in", files=file).status_code == 413

    def test_more_fields_than_any_form_are_refused(self, stranger: Console) -> None:
        """Before they are taken apart one by one."""
        fields = {f"field{number}": "1" for number in range(5000)}
        assert stranger.post("/sign-in", fields).status_code == 422

    def test_way_back_leads_nowhere_else(self, console: Reader) -> None:
        """Whatever the browser says it came from."""
        reader = console(Role.MANAGER)
        reader.http.headers["referer"] = "http://gonogo.invalid//elsewhere.example"
        answer = reader.get("/cases/nothing")
        assert answer.status_code == 404
        assert "elsewhere.example" not in answer.text
