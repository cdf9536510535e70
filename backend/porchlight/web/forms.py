"""Forms: read what was typed, refuse in words beside the field, and lose nothing of it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Literal, TypeVar, get_origin
from uuid import UUID

from litestar import Request, Response
from litestar.response import Redirect
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, ValidationError, field_validator
from sqlmodel import Session

from porchlight.core.clock import parse_iso
from porchlight.core.db import Database
from porchlight.core.i18n import _
from porchlight.core.keys import sha256
from porchlight.core.refused import FieldError, Invalid, Refused
from porchlight.web.rendering import View

Model = TypeVar("Model", bound=BaseModel)
Typed = Mapping[str, Any]
LONGEST_TEXT = 50_000
CHOOSE = _("Choose one.")
NOTHING = ("missing", "too_short")

SENTENCES = {
    "missing": _("Fill this in."),
    "string_too_short": _("Fill this in."),
    "string_too_long": _("This is too long. Make it shorter."),
    "extra_forbidden": _("This form has a part we do not know. Reload the page and try again."),
    "date_from_datetime_parsing": _("Write the date like 2026-11-23."),
    "date_parsing": _("Write the date like 2026-11-23."),
    "datetime_parsing": _("Write the date and time like 2026-11-23 16:10."),
    "uuid_parsing": _("Choose one from the list."),
    "enum": _("Choose one from the list."),
    "literal_error": _("Choose one from the list."),
}


class Unfit(Refused, ValueError):
    """A refusal that a model may raise about one of its fields."""


class Input(BaseModel):
    """The base of every input: unknown fields are refused, text is trimmed, and all of it can be kept."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, str_max_length=LONGEST_TEXT, allow_inf_nan=False
    )

    @field_validator("*", mode="before")
    @classmethod
    def _keepable(cls, value: object) -> object:
        if any("\x00" in text for text in texts(value)):  # PostgreSQL keeps every character but this one
            raise Unfit(_("There is a sign in here that cannot be kept. Write this again."))
        return value

    def fingerprint(self) -> str:
        """The same for the same words: so that a form sent twice is told from another one under the same id."""
        return sha256(self.model_dump_json().encode())


def _moment(value: object) -> object:
    """Aware UTC. Only text is read: pydantic would take a bare number for seconds since 1970."""
    try:
        moment = value if isinstance(value, datetime) else parse_iso(str(value))
    except (ValueError, OverflowError):
        raise Unfit(_("Write the date and time like 2026-11-23 16:10.")) from None
    # A phone whose clock was reset says 1970; beyond these years no wall clock can be worked out.
    if moment.tzinfo and not 1970 <= moment.year <= 2100:
        raise Unfit(_("This year cannot be right. Write the date and time like 2026-11-23 16:10."))
    return moment


Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]


def texts(value: object) -> Iterator[str]:
    """Every text in a value of JSON's shapes."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts(one)
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from texts(name)
            yield from texts(one)


class Redraw(Exception):
    """Draw the same form again with its mistakes and every typed value."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view


def in_words(error: ValidationError, model: type[BaseModel] | None = None) -> Invalid:
    """The mistakes of a model as sentences that a person may read. model: whose choices are told from what is written."""
    return all_in_words(error.errors(), _choices(model) if model else frozenset())


def _choices(model: type[BaseModel]) -> frozenset[str]:
    """The fields of a model that a person chooses and does not write."""
    return frozenset(name for name, info in model.model_fields.items() if _is_choice(info.annotation))


def _is_choice(kind: Any) -> bool:
    return get_origin(kind) in (Literal, list) or (isinstance(kind, type) and issubclass(kind, Enum | UUID | bool))


def all_in_words(mistakes: Sequence[Mapping[str, Any]], choices: Collection[str] = ()) -> Invalid:
    """mistakes: as pydantic's `errors()` lists them. choices: the fields of which nothing was chosen where they are empty."""
    found = []
    for item in mistakes:
        field = ".".join(str(part) for part in item["loc"])
        if item["type"] == "value_error" and isinstance(item["ctx"]["error"], Refused):
            found += [FieldError(field, e.message, e.params) for e in item["ctx"]["error"].errors]
        elif field in choices and (item["type"] in NOTHING or item.get("input") in ("", [])):
            found.append(FieldError(field, CHOOSE, {}))
        else:
            found.append(FieldError(field, SENTENCES.get(item["type"], _("Check this answer.")), {}))
    return Invalid(found)


def read(model: type[Model], typed: Typed) -> Model:
    """What was typed as a checked value. Raises Invalid."""
    try:
        return model.model_validate(typed)
    except ValidationError as error:
        raise in_words(error, model) from error


@contextmanager
def redrawing(view: Callable[[], View], typed: Typed) -> Iterator[None]:
    """A refusal inside draws `view` again: status 422 (or the refusal's own), with `values` and `errors` in its context."""
    try:
        yield
    except Refused as refused:
        again = view()
        context = {**again.context, "values": typed, "errors": refused.errors}
        raise Redraw(replace(again, context=context, status=refused.status)) from refused


@contextmanager
def taking(
    db: Database, model: type[Model], typed: Typed, view: Callable[[], View]
) -> Iterator[tuple[Session, Model, datetime]]:
    """What was typed, checked, in a transaction of its own with its moment; what is refused draws `view` again."""
    with redrawing(view, typed):
        body = read(model, typed)
        with db.transaction() as session:
            yield session, body, db.now(session)


def go(_request: Request[Any, Any, Any], path: str) -> Response[Any]:
    """After a change: on to the next page."""
    return Redirect(path, status_code=303)


def inside(path: str) -> str:
    """An address within this site only: never another host, never a scheme."""
    here = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if here and path.isprintable() else "/today"
