"""What people fill in, as the shapes that REST takes: dotted names of fields become objects.

The field `value.currency` of a form is the field `currency` of the object `value`, and
`criteria.0.check` that of the first of `criteria`; a refusal names the same field.
"""

import re
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from gonogo.core import shape_errors
from gonogo.core.errors import GonogoError, Invalid
from gonogo.core.specs.shape import CheckSpec
from gonogo.views.refused import Refused

Model = TypeVar("Model", bound=BaseModel)
OURS = frozenset({"form_token", "entry"})
"""Fields that are the console's own, not what people say."""
DEEPEST = 8
"""Objects within one another that a name may lead through."""
NUMBER = re.compile("[0-9]{1,4}")


def parsed(schema: type[Model], form: Mapping[str, str]) -> Model:
    """`form` as `schema`; what was left empty counts as not said. Raises `Invalid`."""
    return shaped(schema, nested(form))


def shaped(schema: type[Model], said: Mapping[str, Any]) -> Model:
    """What `nested` made of a form, as `schema`; raises `Invalid` naming the field."""
    try:
        return schema.model_validate(said)
    except ValidationError as error:
        raise shape_errors.invalid(error.errors(), said, otherwise="form") from error


def nested(form: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a form as one object; empty ones are left out.

    >>> nested({"slug": "trees", "value.currency": "USD", "note": " ", "form_token": "x"})
    {'slug': 'trees', 'value': {'currency': 'USD'}}
    >>> nested({"criteria.1.check": "b", "criteria.0.check": "a"})
    {'criteria': [{'check': 'a'}, {'check': 'b'}]}

    Raises `Invalid` for names that no form of ours has: one within another, or deeper than any.
    """
    found: dict[str, Any] = {}
    for name, text in sorted(form.items()):
        if name in OURS or not text.strip():
            continue
        *path, last = name.split(".")
        here: Any = found
        for step in path[:DEEPEST]:
            here = here.setdefault(step, {}) if isinstance(here, dict) else None
        if len(path) > DEEPEST or not isinstance(here, dict) or isinstance(here.get(last), dict):
            raise Invalid(field=name[:200], expected="the fields that the form has")
        here[last] = text
    return {name: _listed(value) for name, value in found.items()}


def _listed(value: Any) -> Any:
    """An object whose keys are all numbers as the list it stands for."""
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(one) for name, one in value.items()}
    if inner and all(NUMBER.fullmatch(name) for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def parameters(text: str, spec: CheckSpec, field: str) -> dict[str, str | int | float | bool]:
    """Parameters of a check written as `group = race, threshold = 0.5`; raises `Invalid`."""
    found: dict[str, str | int | float | bool] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not name or not value:
            raise Invalid(field=field, value=part, expected="name = value, such as group = race")
        parameter = spec.parameter(name)
        kind = str if parameter is None else parameter.kind
        try:
            found[name] = value.lower() in {"yes", "true", "1"} if kind is bool else kind(value)
        except ValueError as error:
            raise Invalid(field=field, value=part, expected=f"{name} as {kind.__name__}") from error
    return found


def refused_page(refused: GonogoError) -> Refused:
    """A refusal as a form shows it."""
    value = None if refused.value is None else str(refused.value)[:200]
    return Refused(refused.message, refused.field, value, refused.expected)


def own_path(text: str | None) -> str:
    r"""`text` if it is a path of this console, else the board: nobody is sent elsewhere.

    >>> own_path("/cases/churn?x=1"), own_path("//elsewhere.example"), own_path("/\\elsewhere")
    ('/cases/churn?x=1', '/', '/')
    """
    asked = text or "/"
    plain = asked.isprintable() and "\\" not in asked and len(asked) <= 2000
    if not plain or not asked.startswith("/") or asked.startswith("//"):
        return "/"
    return asked if not urlsplit(asked).netloc else "/"
