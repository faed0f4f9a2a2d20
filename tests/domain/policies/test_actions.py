"""Policies in the ledger: published once, in force until another wording is, packs as shipped."""

import json

import pytest

from gonogo.core.caller import SYSTEM
from gonogo.core.errors import Forbidden, Invalid, NotFound
from gonogo.core.roles import Role
from gonogo.domain.policies import actions, reads
from gonogo.domain.policies.packs import PACKS
from gonogo.store.work import OpenWork
from tests.fixtures.work import WorkAs

TEXT = """policy: house
gates:
  validation:
    conditions: [{check: performance.roc_auc, at_least: 0.6}]
"""
OTHER = TEXT.replace("0.6", "0.7")


class TestPublish:
    def test_a_policy_is_an_entry_and_in_force(self, work_as: WorkAs) -> None:
        with work_as(Role.RISK_OFFICER) as work:
            made = actions.publish(work, TEXT)
        with work_as(Role.VIEWER, write=False) as work:
            found = reads.current(work, "house")
            entry = work.ledger.entry(found.entry)
        assert found == made
        assert entry.kind == "policy"
        assert entry.subject == f"policy:house@{made.digest[:12]}"
        assert json.loads(entry.body)["text"] == TEXT
        assert found.version.gates[0].conditions[0].at_least == 0.6

    def test_the_same_again_changes_nothing(self, work_as: WorkAs) -> None:
        """Also where only a comment differs: the wording is the same."""
        with work_as(Role.RISK_OFFICER) as work:
            made = actions.publish(work, TEXT)
            again = actions.publish(work, "# ours\n" + TEXT)
            assert again == made
            assert work.ledger.count(kind="policy") == 1

    def test_an_earlier_wording_comes_into_force_again(self, work_as: WorkAs) -> None:
        with work_as(Role.RISK_OFFICER) as work:
            first = actions.publish(work, TEXT)
            actions.publish(work, OTHER)
            actions.publish(work, TEXT)
            assert reads.current(work, "house").digest == first.digest
            assert [one.number for one in reads.history(work, "house")] == [3, 2, 1]
            assert reads.by_digest(work, "house", first.digest[:12]).number == 3

    @pytest.mark.parametrize("role", [Role.DATA_SCIENTIST, Role.PRODUCT_MANAGER, Role.VIEWER])
    def test_who_may_not_is_refused_and_that_is_kept(self, work_as: WorkAs, role: Role) -> None:
        with pytest.raises(Forbidden), work_as(role) as work:
            actions.publish(work, TEXT)
        with work_as(Role.VIEWER, write=False) as work:
            assert reads.find(work, "house") is None
            assert work.ledger.count(kind="refusal") == 1

    def test_a_wrong_policy_writes_nothing(self, work_as: WorkAs) -> None:
        with pytest.raises(Invalid), work_as(Role.RISK_OFFICER) as work:
            actions.publish(work, TEXT.replace("0.6", "high"))
        with work_as(Role.VIEWER, write=False) as work:
            assert work.ledger.head()[0] == 0
            assert reads.find(work, "house") is None

    def test_a_cycle_through_what_is_published_is_refused(self, work_as: WorkAs) -> None:
        with work_as(Role.RISK_OFFICER) as work:
            actions.publish(work, TEXT)
            actions.publish(work, "policy: child\nextends: house\ngates: {}\n")
        with (
            pytest.raises(Invalid, match="house → child → house"),
            work_as(Role.RISK_OFFICER) as work,
        ):
            actions.publish(work, "policy: house\nextends: child\ngates: {}\n")
        with work_as(Role.VIEWER, write=False) as work:
            assert work.ledger.count(kind="policy") == 2

    def test_a_child_keeps_what_its_parent_said_when_it_was_published(
        self, work_as: WorkAs
    ) -> None:
        """A policy does not change under those it binds; publishing it again takes the new base."""
        child = "policy: child\nextends: house\ngates: {}\n"
        with work_as(Role.RISK_OFFICER) as work:
            actions.publish(work, TEXT)
            before = actions.publish(work, child)
            actions.publish(work, OTHER)
            assert reads.current(work, "child") == before
            after = actions.publish(work, child)
        assert after.version.gates[0].conditions[0].at_least == 0.7


class TestCheck:
    def test_checking_publishes_nothing(self, work_as: WorkAs) -> None:
        with work_as(Role.VIEWER) as work:
            assert actions.check(work, TEXT).name == "house"
            assert work.ledger.head()[0] == 0

    def test_a_pack_can_be_extended_before_it_is_published(self, work_as: WorkAs) -> None:
        with work_as(Role.VIEWER) as work:
            policy = actions.check(work, "policy: own\nextends: baseline\ngates: {}\n")
        assert policy.gates


class TestPacks:
    def test_packs_are_published_once_by_gonogo_itself(self, open_work: OpenWork) -> None:
        with open_work(SYSTEM) as work:
            assert reads.missing_packs(work) == PACKS
            assert [one.name for one in actions.ensure_packs(work)] == list(PACKS)
        with open_work(SYSTEM) as work:
            assert reads.missing_packs(work) == ()
            assert actions.ensure_packs(work) == []
            assert work.ledger.count(kind="policy") == len(PACKS)
            assert reads.current(work, "baseline").published_by == "user:system"

    def test_a_wording_of_ones_own_over_a_pack_stays(
        self, open_work: OpenWork, work_as: WorkAs
    ) -> None:
        with work_as(Role.RISK_OFFICER) as work:
            own = actions.publish(work, TEXT.replace("house", "baseline"))
        with open_work(SYSTEM) as work:
            actions.ensure_packs(work)
            assert reads.current(work, "baseline") == own

    def test_a_pack_comes_into_force_when_it_is_first_asked_for(self, work_as: WorkAs) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            found = actions.in_force(work, "lending-high-risk")
            assert found.published_by == "user:system"

    def test_what_is_no_policy_is_not_found(self, work_as: WorkAs) -> None:
        with pytest.raises(NotFound), work_as(Role.DATA_SCIENTIST) as work:
            actions.in_force(work, "nobodys")


class TestReads:
    def test_policies_in_force_are_listed_by_name_page_by_page(self, open_work: OpenWork) -> None:
        with open_work(SYSTEM) as work:
            actions.ensure_packs(work)
            first = reads.listed(work, limit=3)
            rest = reads.listed(work, limit=3, cursor=first.next)
        names = [one.name for one in (*first.items, *rest.items)]
        assert names == sorted(PACKS)
        assert rest.next is None

    @pytest.mark.parametrize("digest", ["", "abc", "0" * 12, "%" * 12, "\x00" * 12])
    def test_a_digest_that_names_nothing_is_not_found(
        self, open_work: OpenWork, digest: str
    ) -> None:
        with open_work(SYSTEM) as work:
            actions.ensure_packs(work)
            with pytest.raises(NotFound):
                reads.by_digest(work, "baseline", digest)
