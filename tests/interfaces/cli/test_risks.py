"""The register of risks on the command line."""

from pathlib import Path

from gonogo.core.roles import Role
from tests.interfaces.cli.conftest import Gonogo

SAID = (
    *("--template", "drift", "--probability", "0.1,0.2,0.4", "--loss", "10k,20k,80k"),
    *("--currency", "USD", "--owner-role", "risk-officer"),
)


def test_lives_from_its_template_to_its_end(gonogo: Gonogo, tmp_path: Path) -> None:
    """Registered, edited, mitigated, reviewed, counted, accepted and closed."""
    officer = {"role": Role.RISK_OFFICER}
    made = gonogo("risk", "add", "fraud-moves", *SAID, "--json", **officer).json
    assert made["title"] == "The world moves away from the training data"
    assert made["inherent"]["loss"] == 170_000 / 6
    assert "fraud-moves" in gonogo("risk", "list").out
    edited = gonogo(
        *("risk", "edit", "fraud-moves", "--loss", "p10=10k,p90=40k", "--probability", "0.3"),
        *("--role", "manager", "--json"),
        **officer,
    ).json
    assert (edited["said"]["probability"], edited["said"]["roles"]) == (0.3, ["manager"])
    assert edited["title"] == made["title"]
    watched = gonogo(
        *("risk", "mitigate", "fraud-moves", "watch", "--title", "Watch it", "--due", "2999-01-01"),
        *("--owner-role", "ml-engineer", "--cost", "5k", "--leaves-probability", "0.5"),
        **officer,
    )
    assert "planned, due 2999-01-01: Watch it" in watched.out
    assert "review due" in gonogo("risk", "review", "fraud-moves", "--note", "so", **officer).out
    told = gonogo("risk", "exposure")
    assert "expected loss" in told.out
    assert "fraud-moves" in told.out
    assert gonogo("risk", "exposure", "--json").json["currency"] == "USD"
    assert "kept" in gonogo("risk", "exposure", "--keep", **officer).out
    assert "kept already" in gonogo("risk", "exposure", "--keep", **officer).out
    assert "if nothing were done" in gonogo("risk", "burn-down").out
    assert gonogo("risk", "burn-down", "--json").json["kept"][-1]["open"] == 1
    accepted = gonogo("risk", "accept", "fraud-moves", "--reason", "cheap", "--json", **officer)
    assert accepted.json["state"] == "accepted"
    dropped = gonogo("risk", "mitigate", "fraud-moves", "watch", "--drop", "--json", **officer)
    assert dropped.json["mitigations"] == []
    closed = gonogo("risk", "close", "fraud-moves", "--reason", "stopped", **officer)
    assert "closed" in closed.out
    assert gonogo("risk", "show", "fraud-moves", "--json").json["state"] == "closed"
    assert gonogo("risk", "close", "fraud-moves", "--reason", "again", **officer).code == 4
    register = tmp_path / "register.yaml"
    register.write_text(
        "risks: {cloud: {title: Down, category: vendor, cause: c, event: e, effect: f, "
        "probability: 0.1, delay: 3, owner_role: manager}}"
    )
    assert "cloud" in gonogo("risk", "import", str(register), **officer).out
    entry = gonogo("risk", "show", "cloud", "--json").json["entry"]
    true = gonogo("risk", "occur", "cloud", "--reason", "it was", "--evidence", entry, **officer)
    assert "occurred" in true.out


def test_what_is_wrong_is_wrong_input(gonogo: Gonogo) -> None:
    """Named, with its field; who only reads is not allowed."""
    officer = {"role": Role.RISK_OFFICER}
    wrong = gonogo("risk", "add", "x", *SAID, "--probability", "1.2", **officer)
    assert (wrong.code, "probability" in wrong.err) == (2, True)
    wrong = gonogo("risk", "add", "x", *SAID, "--loss", "1,2", **officer)
    assert (wrong.code, "--loss" in wrong.err) == (2, True)
    assert gonogo("risk", "add", "x", *SAID, role=Role.DATA_SCIENTIST).code == 3
    assert gonogo("risk", "show", "nowhere").code == 5


def test_templates_tell_what_goes_wrong(gonogo: Gonogo) -> None:
    """All in a table, or one with all it says."""
    assert "adversarial-use" in gonogo("risk", "templates").out
    one = gonogo("risk", "templates", "leakage").out
    assert "data.train_test_overlap" in one
    assert "--template leakage" in one
