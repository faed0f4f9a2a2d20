"""What does not fit the shape of a request is told by its field."""

import msgspec
import pytest

from gonogo.gateway.misfits import misfit


class Put(msgspec.Struct, forbid_unknown_fields=True):
    """Something that is sent."""

    entity: str
    values: dict[str, float | None] = {}


@pytest.mark.parametrize(
    ("body", "field", "value", "expected"),
    [
        (b'{"entity": 7}', "entity", 7, "text"),
        (b"{}", "entity", None, "this to be filled in"),
        (b'{"entity": "a", "x": [1]}', "x", "[1]", "no field of this name"),
        (b'{"entity": "a", "values": {"b": "c"}}', "values", "{'b': 'c'}", "a number or nothing"),
        (b'{"entity": "a", "values": 3}', "values", 3, "fields with values"),
        (b"7", "body", 7, "a put"),
    ],
)
def test_field_value_and_what_would_fit(
    body: bytes, field: str, value: object, expected: str
) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.json.decode(body, type=Put)
    found = misfit(refused.value, body, "a put")
    assert (found.field, found.value, found.expected) == (field, value, expected)


def test_the_place_in_a_list_is_named() -> None:
    body = b'[{"entity": "a"}, {"entity": null}]'
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.json.decode(body, type=list[Put])
    assert misfit(refused.value, body, "").field == "1.entity"
    assert misfit(refused.value, body, "", within="puts").field == "puts.1.entity"
