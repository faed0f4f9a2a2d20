"""Policies over REST and from a client."""

import pytest

from gonogo.core.errors import Invalid, NotFound
from gonogo.domain.policies.packs import PACKS, pack
from gonogo.sdk.client import Client

TEXT = """policy: house
gates:
  validation:
    conditions:
      - check: performance.roc_auc
        at_least: 0.6
        max_age: 30d
"""


class TestRead:
    def test_the_packs_are_in_force_from_the_start(self, client: Client) -> None:
        assert {policy.name for policy in client.policies.all()} == set(PACKS)

    def test_a_policy_shows_what_it_says_with_everything_below(self, client: Client) -> None:
        found = client.policies.read("lending-high-risk")
        assert found.extends == "baseline"
        assert found.text == pack("lending-high-risk")
        production = found.gates[1]
        ratio = next(one for one in production.conditions if one.reproduced)
        assert (ratio.with_, ratio.asked) == ({"group": "race"}, "at least 0.8")
        assert ratio.title == "Selection-rate ratio (group race)"

    def test_a_wording_is_found_by_its_digest(self, client: Client) -> None:
        found = client.policies.read("baseline")
        assert client.policies.read("baseline", found.digest[:12]) == found
        with pytest.raises(NotFound):
            client.policies.read("baseline", "0" * 12)

    def test_every_publication_is_listed(self, client: Client) -> None:
        client.policies.publish(TEXT)
        client.policies.publish(TEXT.replace("0.6", "0.7"))
        assert len(client.policies.versions("house")) == 2

    @pytest.mark.parametrize("name", ["nobodys", "A B", "é"])
    def test_what_nobody_published_is_not_found(self, client: Client, name: str) -> None:
        with pytest.raises(NotFound):
            client.policies.read(name)

    def test_a_name_that_no_text_can_be_is_refused(self, client: Client) -> None:
        with pytest.raises(Invalid, match="NUL"):
            client.policies.read("\x00")


class TestCheck:
    def test_a_right_file_comes_back_as_it_would_be_published(self, client: Client) -> None:
        checked = client.policies.check(TEXT)
        assert client.policies.publish(TEXT).digest == checked.digest

    def test_a_wrong_one_is_a_problem_with_field_and_line(self, client: Client) -> None:
        with pytest.raises(Invalid) as refused:
            client.policies.check("\n\n" + TEXT.replace("0.6", "high"))
        assert refused.value.field == "gates.validation.conditions[0].at_least (line 8)"
        assert refused.value.value == "high"
        assert refused.value.expected == "a number"

    def test_a_text_that_is_none_is_refused(self, client: Client) -> None:
        for body in ({}, {"text": 3}, {"text": ""}, {"text": "\x00"}, {"text": TEXT, "more": 1}):
            with pytest.raises(Invalid):
                client.http.send("POST", "/policies/check", body=body)
