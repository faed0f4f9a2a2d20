"""BibTeX as people have it: read as BibTeX reads it, and refused by line."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.core.errors import Invalid
from gonogo.domain.hypotheses import bibtex
from gonogo.domain.hypotheses.bibtex import entries, papers, plain

FILE = r"""
What stands here is a comment, as is 50 % of any file.
@comment{nothing to see}
@preamble{"\newcommand{\x}{y}"}
@string{jmlr = "Journal of " # {Machine Learning}}

@article{breiman2001,
  author    = {Breiman, Leo and M{\"u}ller, Ren\'e},
  title     = {Random {Forests} -- {\'E}tude on na{\"\i}ve trees \& more},
  journal   = jmlr # " Research",
  year      = 2001,
  doi       = {10.1023/A:1010933404324},
}
@misc(attention,
  title = "Attention is {all} you need", year = {2017}, month = jun,
  eprint = {1706.03762v5}, archivePrefix = "arXiv")
@online{site, title={By address}, url={https://doi.org/10.1000/xyz}, date={2020-05-01}}
"""


class TestPapers:
    def test_reads_what_real_files_hold(self) -> None:
        first, second, third = papers(FILE)
        assert first.title == "Random Forests – Étude on naïve trees & more"
        assert first.authors == "Breiman, Leo; Müller, René"
        assert (first.year, first.doi) == (2001, "10.1023/A:1010933404324")
        assert (second.arxiv, second.year, second.doi) == ("1706.03762v5", 2017, None)
        assert (third.doi, third.year) == ("10.1000/xyz", 2020)

    def test_strings_are_joined(self) -> None:
        assert entries(FILE)[0].fields["journal"] == "Journal of Machine Learning Research"

    @pytest.mark.parametrize(
        ("text", "value", "expected"),
        [
            ("", "", "an entry"),
            ("no entry", "no entry", "an entry"),
            ("@article{a, title = {x}", "line 1", "} at the end"),
            ("\n\n@article{a, title {x}}", "line 3", "="),
            ("@article{a, title = x}", "line 1", "x to be an @string"),
            ("@article{a, title = {x} year = 1}", "line 1: year", "a comma"),
            ("@article a", "line 1", "{ after @article"),
            ("@article{a, title = {{x}}", "line 1", "} at the end"),
            ('@article{a, title = "x}', "line 1", '" at the end'),
            ("@article{a, doi = {none}}", "line 1, entry a: none", "a DOI"),
            ("@article{a, year = 2001}", "line 1, entry a", "a DOI, an arXiv id or a title"),
            ("@article{a, title={x}, year={9999}}", "line 1, entry a: 9999", "1500 to 2200"),
            ("@article{a, title={x}}\n@", "line 2", "a type"),
        ],
    )
    def test_what_is_wrong_is_named_by_its_line(self, text: str, value: str, expected: str) -> None:
        with pytest.raises(Invalid) as refused:
            papers(text)
        assert refused.value.field.startswith("bibtex")
        assert value in str(refused.value.value)
        assert expected in refused.value.expected

    def test_it_is_bounded(self) -> None:
        doubling = "@string{a = {xxxxxxxx}}" + "@string{a = a # a}" * 60
        deep = "@article{a, title = {" + "{" * 100 + "}" * 100 + "}}"
        many = "@article{a, title={x}}" * (bibtex.MOST + 1)
        wide = "@article{a," + ",".join(f"f{n}={{x}}" for n in range(200)) + "}"
        for text in (doubling, deep, many, wide, " " * (bibtex.LONGEST + 1)):
            with pytest.raises(Invalid):
                papers(text)

    @settings(max_examples=200)
    @given(st.text(max_size=80) | st.text(alphabet='@{}()",=#\\ \nadoity10./', max_size=80))
    def test_any_text_is_papers_or_wrong_input(self, text: str) -> None:
        found = []
        with suppress(Invalid):
            found = papers(text)
        assert all(one.key for one in found)


class TestPlain:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (r"Erd\H{o}s", "Erdős"),
            (r"\v{C}ap", "Čap"),
            (r"\c{C}elik", "Çelik"),
            (r"{\O}stby and \AA ge", "Østby and Åge"),
            (r"Stra\ss e", "Straße"),
            (r"\~{n}, \~n", "ñ, ñ"),
            (r"pages 1--10~f.", "pages 1–10 f."),
            (r"\textbf{bold} \$5", "bold $5"),
        ],
    )
    def test_latex_becomes_letters(self, value: str, expected: str) -> None:
        assert plain(value) == expected
