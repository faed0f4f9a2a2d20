"""What is recognised as naming a person, and what only looks like it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.checks.privacy.identifiers import KINDS, iban, luhn, seen

FOUND = {
    "e-mail": ["write to jo.doe+x@mail.example.org, please", "a@b.de"],
    "phone": ["+49 30 901820", "call +1 (212) 555-0134 now", "(212) 555-0134", "212-555-0134"],
    "IBAN": ["GB82 WEST 1234 5698 7654 32", "de89370400440532013000"],
    "card": ["4111 1111 1111 1111", "378282246310005", "5555-5555-5555-4444"],
    "IP address": ["from 192.168.0.17 at noon", "2001:db8::8a2e:370:7334"],
    "national number, Spain": ["12345678Z", "X1234567L"],
    "national number, Italy": ["RSSMRA85T10A562S"],
    "national number, France": ["2 55 08 14 168 025 38"],
    "national number, USA": ["078-05-1120"],
    "national number, Germany": ["86095742719", "86 095 742 719"],
    "national number, Poland": ["44051401359"],
    "national number, Netherlands": ["111222333"],
    "national number, United Kingdom": ["943 476 5919"],
}
LOOKS_LIKE_IT = {
    "e-mail": ["a@b", "@handle", "price @ 5.50"],
    "phone": ["+1", "1234567890", "2026-11-21", "12.5 + 3.25"],
    "IBAN": ["GB82 WEST 1234 5698 7654 33", "AB12"],
    "card": ["4111 1111 1111 1112", "0000000000000000", "12345"],
    "IP address": ["1.2.3", "300.1.1.1", "1.2.3.4.5", "12:30:45", "::"],
    "national number, USA": ["000-12-3456", "666-12-3456", "900-12-3456", "123-45-67890"],
}


def any_of(name: str, text: str) -> bool:
    return any(seen(kind, text)[1] for kind in KINDS if kind.name == name)


class TestSeen:
    @pytest.mark.parametrize("name", FOUND)
    def test_what_is_one(self, name: str) -> None:
        for text in FOUND[name]:
            assert any_of(name, text), text

    @pytest.mark.parametrize("name", LOOKS_LIKE_IT)
    def test_what_is_none(self, name: str) -> None:
        for text in LOOKS_LIKE_IT[name]:
            assert not any_of(name, text), text

    def test_every_kind_has_a_case(self) -> None:
        assert {kind.name for kind in KINDS} == set(FOUND)

    @given(st.text())
    def test_no_text_breaks_it(self, text: str) -> None:
        for kind in KINDS:
            formed, fits = seen(kind, text)
            assert formed or not fits


class TestCheckDigits:
    @given(st.text("0123456789", min_size=12, max_size=18), st.integers(0, 17), st.integers(1, 9))
    def test_luhn_tells_every_single_wrong_digit(self, text: str, place: int, more: int) -> None:
        whole = next(text + str(digit) for digit in range(10) if luhn(text + str(digit)))
        place %= len(whole)
        wrong = str((int(whole[place]) + more) % 10)
        assert not luhn(whole[:place] + wrong + whole[place + 1 :])

    def test_random_numbers_fit_as_often_as_chance_lets_them(self) -> None:
        drawn = np.random.default_rng(1).integers(0, 10, (4000, 16)).astype(str)
        assert np.mean([luhn("".join(one)) for one in drawn]) == pytest.approx(0.1, abs=0.02)

    def test_iban_of_other_lengths_is_none(self) -> None:
        assert not iban("GB82")
