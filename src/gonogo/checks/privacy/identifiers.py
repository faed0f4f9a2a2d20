"""Recognising what names a person or an account in text, by its form and its check digits.

What is found is only counted; no value leaves this module.
"""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass

SHARE_BY_CHECKSUM = 0.3
"""One check digit fits one number in ten by chance. Numbers without any other mark are counted for
a column only where more than three in ten of those of that form fit."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of identifier."""

    name: str
    """How it is called in a finding."""
    form: re.Pattern[str]
    """What it looks like."""
    fits: Callable[[str], bool]
    """Whether what looks like it is one; takes letters and digits alone, in capitals."""
    bare: bool = False
    """Whether digits alone may look like it, so that chance has to be ruled out."""


def luhn(digits: str) -> bool:
    """Whether the last digit is that of Luhn's formula (ISO/IEC 7812-1).

    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 * (doubled > 9)
    return total % 10 == 0


def card(text: str) -> bool:
    """Whether it is a payment card number: 13 to 19 digits, a known first one, Luhn's check."""
    return 13 <= len(text) <= 19 and text[0] in "23456" and len(set(text)) > 1 and luhn(text)


def iban(text: str) -> bool:
    """Whether it is a bank account number by ISO 13616: modulo 97 it leaves 1.

    >>> iban("GB82WEST12345698765432"), iban("GB82WEST12345698765431")
    (True, False)
    """
    if not 15 <= len(text) <= 34:
        return False
    turned = text[4:] + text[:4]
    return int("".join(str(int(one, 36)) for one in turned)) % 97 == 1


def spanish(text: str) -> bool:
    """Whether the letter is that of a Spanish DNI or NIE.

    >>> spanish("12345678Z"), spanish("X1234567L"), spanish("12345678A")
    (True, True, False)
    """
    number = text[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == text[-1]


ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (
            *(1, 0, 5, 7, 9, 13, 15, 17, 19, 21),
            *(1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22),
            *(25, 24, 23),
        ),
        strict=True,
    )
)
"""Worth of characters in odd places of an Italian codice fiscale (decree of 23 December 1976)."""


def italian(text: str) -> bool:
    """Whether the last letter is that of an Italian codice fiscale.

    >>> italian("RSSMRA85T10A562S"), italian("RSSMRA85T10A562T")
    (True, False)
    """
    total = sum(
        ODD[one] if place % 2 == 0 else int(one) if one.isdigit() else ord(one) - ord("A")
        for place, one in enumerate(text[:15])
    )
    return chr(ord("A") + total % 26) == text[15]


def french(text: str) -> bool:
    """Whether the key is that of a French social security number: 97 less the rest by 97.

    >>> french("255081416802538"), french("255081416802539")
    (True, False)
    """
    number = text[:13].replace("2A", "19").replace("2B", "18")
    return number.isdigit() and 97 - int(number) % 97 == int(text[13:])


def german(text: str) -> bool:
    """Whether the digit is that of a German tax number for persons (ISO 7064, mod 11, 10).

    >>> german("86095742719"), german("86095742718")
    (True, False)
    """
    product = 10
    for digit in text[:10]:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return text[0] != "0" and (11 - product) % 10 == int(text[10])


def polish(text: str) -> bool:
    """Whether the digit is that of a Polish PESEL, with a month and a day in it.

    >>> polish("44051401359"), polish("44051401358")
    (True, False)
    """
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)
    dated = 1 <= int(text[2:4]) % 20 <= 12 and 1 <= int(text[4:6]) <= 31
    return dated and sum(w * int(d) for w, d in zip(weights, text, strict=True)) % 10 == 0


def dutch(text: str) -> bool:
    """Whether it passes the test by eleven of a Dutch citizen service number.

    >>> dutch("111222333"), dutch("111222334")
    (True, False)
    """
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return int(text) > 0 and sum(w * int(d) for w, d in zip(weights, text, strict=True)) % 11 == 0


def british(text: str) -> bool:
    """Whether the digit is that of a number of the British health service, by eleven.

    >>> british("9434765919"), british("9434765918")
    (True, False)
    """
    rest = 11 - sum((10 - place) * int(digit) for place, digit in enumerate(text[:9])) % 11
    return int(text) > 0 and rest % 11 == int(text[9]) and rest != 10


def address(text: str) -> bool:
    """Whether it is an IP address of a host, version 4 or 6."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not found.is_unspecified


def _any(text: str) -> bool:
    return bool(text)


def _american(text: str) -> bool:
    """The numbers that the American social security administration gives: no 000, 666, 9xx."""
    return (
        text[:3] not in ("000", "666")
        and text[0] != "9"
        and text[3:5] != "00"
        and text[5:] != "0000"
    )


ALONE, END = r"(?<![\w.+-])", r"(?![\w-])"
"""An identifier is no part of a longer word or number."""

KINDS = (
    Kind("e-mail", re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}"), _any),
    Kind(
        "phone",
        re.compile(
            r"(?<![\w.+-])(?:\+[1-9](?:[ ./()-]{0,2}\d){7,13}"
            r"|\(?[2-9]\d{2}\)?[ .-][2-9]\d{2}[ .-]\d{4})(?![\w-])"
        ),
        _any,
    ),
    Kind(
        "IBAN",
        re.compile(ALONE + r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}" + END, re.IGNORECASE),
        iban,
    ),
    Kind("card", re.compile(ALONE + r"\d{4}([ -])\d{4,6}\1\d{4,5}(?:\1\d{1,7})?" + END), card),
    Kind("card", re.compile(ALONE + r"\d{13,19}" + END), card, bare=True),
    Kind(
        "IP address",
        re.compile(
            r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{1,4})(?![\w:]|\.\d)",
            re.IGNORECASE,
        ),
        address,
    ),
    Kind(
        "national number, Spain",
        re.compile(ALONE + r"(?:\d{8}|[XYZ]\d{7})-?[A-Z]" + END, re.IGNORECASE),
        spanish,
    ),
    Kind(
        "national number, Italy",
        re.compile(
            ALONE + r"[A-Z]{6}[\dL-NP-V]{2}[A-EHLMPRST][\dL-NP-V]{2}[A-Z][\dL-NP-V]{3}[A-Z]" + END,
            re.IGNORECASE,
        ),
        italian,
    ),
    Kind(
        "national number, France",
        re.compile(ALONE + r"[12] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}" + END),
        french,
    ),
    Kind("national number, USA", re.compile(ALONE + r"\d{3}-\d{2}-\d{4}" + END), _american),
    Kind(
        "national number, Germany",
        re.compile(ALONE + r"\d{2} ?\d{3} ?\d{3} ?\d{3}" + END),
        german,
        bare=True,
    ),
    Kind("national number, Poland", re.compile(ALONE + r"\d{11}" + END), polish, bare=True),
    Kind("national number, Netherlands", re.compile(ALONE + r"\d{9}" + END), dutch, bare=True),
    Kind(
        "national number, United Kingdom",
        re.compile(ALONE + r"\d{3} ?\d{3} ?\d{4}" + END),
        british,
        bare=True,
    ),
)
"""What is looked for; a kind with two forms stands here twice."""


def seen(kind: Kind, text: str) -> tuple[bool, bool]:
    """Whether something of the form stands in `text`, and whether something of the kind does."""
    formed = False
    for found in kind.form.finditer(text):
        formed = True
        whole = found.group()
        if kind.fits is not address:
            whole = re.sub(r"[^0-9A-Za-z]", "", whole).upper()
        if kind.fits(whole):
            return True, True
    return formed, False
