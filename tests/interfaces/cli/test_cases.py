"""Use cases on the command line."""

from tests.interfaces.cli.conftest import Gonogo

CHURN = (
    *("--title", "Churn", "--problem", "Whom to call", "--risk-tier", "limited"),
    *("--owner-role", "product-manager"),
)


class TestCreate:
    def test_adds_it_once(self, gonogo: Gonogo) -> None:
        made = gonogo("case", "create", "churn", *CHURN, "--json")
        assert (made.code, made.json["subject"], made.json["stage"]) == (
            0,
            "case:churn",
            "research",
        )
        again = gonogo("case", "create", "churn", *CHURN)
        assert (again.code, again.out) == (4, "")
        assert "churn" in again.err

    def test_a_tier_there_is_not_names_field_value_and_those_there_are(
        self, gonogo: Gonogo
    ) -> None:
        wrong = gonogo("case", "create", "tiers", *CHURN, "--risk-tier", "huge")
        assert wrong.code == 2
        assert "risk_tier is 'huge'" in wrong.err
        assert "minimal" in wrong.err
        assert gonogo("case", "show", "tiers").code == 5


class TestEdit:
    def test_changes_what_is_said_and_nothing_else(self, gonogo: Gonogo) -> None:
        gonogo("case", "create", "edited", *CHURN)
        changed = gonogo("case", "edit", "edited", "--title", "Churn, again", "--json").json
        assert (changed["title"], changed["problem"]) == ("Churn, again", "Whom to call")
        assert gonogo("case", "show", "edited", "--json").json == changed

    def test_nothing_to_change_is_wrong_input(self, gonogo: Gonogo) -> None:
        assert gonogo("case", "edit", "edited").code == 2


class TestList:
    def test_what_people_wrote_is_no_markup_and_moves_no_cursor(self, gonogo: Gonogo) -> None:
        title = "[bold]A[/red] :fire: \x1b[2J"
        gonogo("case", "create", "odd", *CHURN, "--title", title)
        table = gonogo("case", "list").out
        assert "[bold]A[/red] :fire: �[2J" in table
        listed = {one["slug"]: one for one in gonogo("case", "list", "--json").json}
        assert listed["odd"]["title"] == title
