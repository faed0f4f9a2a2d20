"""Papers by DOI, arXiv id or title, and their links to hypotheses, searched with them."""

import pytest

from gonogo.core.errors import Conflict, Forbidden, Invalid, NotFound
from gonogo.core.roles import Role
from gonogo.domain.hypotheses import library, linking, paper_tables
from gonogo.domain.hypotheses.papers import paper, reference
from gonogo.domain.hypotheses.rules import Hypothesis
from tests.fixtures.rooms import Written
from tests.fixtures.work import WorkAs

CUPED = "10.1145/2433396.2433413"
SICI = "10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E"
BIBTEX = f"@inproceedings{{deng, title={{Variance Reduction}}, doi={{{CUPED}}}, year=2013}}"


class TestReference:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            (CUPED, (CUPED, None)),
            (f"https://doi.org/{CUPED}", (CUPED, None)),
            (f"doi: {CUPED}", (CUPED, None)),
            (SICI, (SICI, None)),
            ("1706.03762", (None, "1706.03762")),
            ("arXiv:1706.03762v5", (None, "1706.03762v5")),
            ("https://arxiv.org/pdf/1706.03762.pdf", (None, "1706.03762")),
            ("hep-th/9901001", (None, "hep-th/9901001")),
            ("math.GT/0309136v2", (None, "math.GT/0309136v2")),
        ],
    )
    def test_dois_and_arxiv_ids_as_people_paste_them(
        self, text: str, found: tuple[str | None, str | None]
    ) -> None:
        assert reference(text) == found

    @pytest.mark.parametrize("text", ["", "10.1145", "doi:", "1706", "javascript:alert(1)", "a\0b"])
    def test_anything_else_is_named(self, text: str) -> None:
        with pytest.raises(Invalid, match="a DOI"):
            reference(text)

    def test_the_same_paper_has_the_same_key(self) -> None:
        assert paper(doi="10.1000/ABC").key == paper(doi="doi:10.1000/abc", title="x").key
        assert paper(arxiv="solv-int/9901001v2").key == paper(arxiv="solv-int/9901001").key
        assert paper(title="On  Trees!").key == paper(title="on trees").key
        assert paper(doi="10.48550/arXiv.1706.03762").arxiv == "1706.03762"

    def test_what_names_no_paper_is_refused(self) -> None:
        with pytest.raises(Invalid, match="a DOI"):
            paper()
        with pytest.raises(Invalid, match="a DOI"):
            paper(title="?!")
        with pytest.raises(Invalid, match="at most"):
            paper(title="x" * 3000)
        with pytest.raises(Invalid, match="1500"):
            paper(title="x", year=12)


class TestLink:
    def test_it_is_found_by_its_words_from_then_on(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            made = linking.link(
                work,
                "churn",
                "trees",
                paper(doi=CUPED, title="Pre-experiment data"),
                note="variance",
            )
            assert work.ledger.entry(made.entry).kind == "paper"
        with work_as(Role.VIEWER, write=False) as work:
            (there,) = paper_tables.of(work, [hypothesis.subject])[str(hypothesis.subject)]
            assert there == made
            for text in ("experiments", "variance", CUPED):
                assert library.tried(work, text)[0].slug == "trees"

    def test_twice_is_a_conflict_and_bibtex_leaves_it_out(
        self, work_as: WorkAs, hypothesis: Hypothesis, written: Written
    ) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            (made,) = linking.import_bibtex(work, "churn", "trees", BIBTEX * 2)
            assert made.paper.title == "Variance Reduction"
        before = written()
        with pytest.raises(Conflict, match="not linked yet"), work_as(Role.DATA_SCIENTIST) as work:
            linking.link(work, "churn", "trees", paper(doi=CUPED.upper()))
        with work_as(Role.DATA_SCIENTIST) as work:
            assert linking.import_bibtex(work, "churn", "trees", BIBTEX) == []
        with pytest.raises(Invalid), work_as(Role.DATA_SCIENTIST) as work:
            linking.import_bibtex(work, "churn", "trees", "@misc{a, title={New}} @misc{b}")
        assert written() == before

    def test_taken_away_it_is_no_longer_found_and_the_ledger_keeps_both(
        self, work_as: WorkAs, hypothesis: Hypothesis
    ) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            (made,) = linking.import_bibtex(work, "churn", "trees", BIBTEX)
            linking.unlink(work, "churn", "trees", made.entry)
        with work_as(Role.VIEWER, write=False) as work:
            assert paper_tables.of(work, [hypothesis.subject]) == {}
            assert library.tried(work, "variance reduction") == []
            kinds = [one.kind for one in work.ledger.search(subject=str(hypothesis.subject)).items]
            assert kinds[:2] == ["paper-unlinked", "paper"]
        with pytest.raises(NotFound), work_as(Role.DATA_SCIENTIST) as work:
            linking.unlink(work, "churn", "trees", made.entry)

    def test_a_viewer_may_not(
        self, work_as: WorkAs, hypothesis: Hypothesis, written: Written
    ) -> None:
        before = written()
        with pytest.raises(Forbidden), work_as(Role.VIEWER) as work:
            linking.link(work, "churn", "trees", paper(doi=CUPED))
        assert written() == before
