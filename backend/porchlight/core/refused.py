"""A refusal that the person may read; one place translates it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One mistake in one field. `message` is a gettext id, `params` fill its {names}."""

    field: str
    message: str
    params: Mapping[str, object]


class Refused(Exception):
    """The person may not do this, or it is not possible now.

    message: a gettext id that names what to do; params fill its {names}.
    field: the form field it is about, if one. status: the HTTP status at the edge.
    """

    status = 422

    def __init__(self, message: str, *, field: str = "", **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params
        self.errors = [FieldError(field, message, params)]


class Invalid(Refused):
    """Several mistakes at once, each beside its field."""

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__(errors[0].message, field=errors[0].field, **errors[0].params)
        self.errors = errors


class NotFound(Refused):
    """Not there, or not for this person: both look the same, for existence may be the secret."""

    status = 404


class Conflict(Refused):
    """Somebody or something else was first."""

    status = 409


class TooMany(Refused):
    """Too many tries; `seconds` says how long to wait."""

    status = 429

    def __init__(self, message: str, *, seconds: int) -> None:
        super().__init__(message, seconds=seconds)
        self.seconds = seconds
