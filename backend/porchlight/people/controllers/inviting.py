"""A supervisor invites somebody, makes a new code, or takes an invitation back."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from pydantic import BeforeValidator, Field

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.i18n import LOCALES
from porchlight.core.refused import NotFound
from porchlight.core.tools import Tools
from porchlight.people import inviting, joining_views, queries
from porchlight.people.access import Role
from porchlight.people.inviting import NewPerson
from porchlight.web import forms
from porchlight.web.forms import Input
from porchlight.web.rendering import page

Asked = Request[Any, Any, Any]
Typed = URLEncodedBody[dict[str, Any]]


def as_list(value: object) -> object:
    """One ticked box arrives as a text, several as a list."""
    return [value] if isinstance(value, str) else value


Several = BeforeValidator(as_list)


class InviteForm(Input):
    name: Annotated[str, Field(min_length=1, max_length=120)]
    reach: Annotated[str, Field(min_length=1, max_length=200)]
    title: Annotated[str, Field(max_length=120)] = ""
    roles: Annotated[list[Role], Several, Field(max_length=len(Role))] = []
    languages: Annotated[list[str], Several, Field(max_length=len(LOCALES))] = []
    team: UUID


def kept(data: dict[str, Any]) -> dict[str, Any]:
    """What was typed, as the form draws it again."""
    return {**data, **{name: as_list(data[name]) for name in ("roles", "languages") if name in data}}


@get("/invitations", sync_to_thread=True, include_in_schema=False)
def index(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    with db.reading() as session:
        view = joining_views.invitations(session, actor, now=db.now(session))
    return page(request, view)


@get("/invitations/new", sync_to_thread=True, include_in_schema=False)
def form(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    with db.reading() as session:
        view = joining_views.invite(session, actor)
    return page(request, view)


@post("/invitations", sync_to_thread=True, include_in_schema=False, status_code=200)
def invite(
    request: Asked,
    data: Typed,
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    """Answers with the code itself: it is kept nowhere, so no other page could show it."""

    def again() -> Any:
        with db.reading() as session:
            return joining_views.invite(session, actor)

    with forms.redrawing(again, kept(data)):
        typed = forms.read(InviteForm, data)
        person = NewPerson(
            name=typed.name,
            reach=typed.reach,
            roles=tuple(dict.fromkeys(typed.roles)),
            languages=tuple(code for code in LOCALES if code in typed.languages),
            team=typed.team,
            title=typed.title,
        )
        with db.transaction() as session:
            made = inviting.invite(session, actor, person, keys=tools.keys, now=db.now(session))
    return page(request, joining_views.code(made, person.name, tools.settings))


@post("/invitations/{invitation_id:uuid}/code", sync_to_thread=True, include_in_schema=False, status_code=200)
def renew(
    request: Asked,
    invitation_id: FromPath[UUID],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    with db.transaction() as session:
        made = inviting.renew(session, actor, invitation_id, keys=tools.keys, now=db.now(session))
        person = queries.account(session, made.account_id)
    if person is None:
        raise NotFound(inviting.NOT_HERE)
    return page(request, joining_views.code(made, person.name, tools.settings))


@get("/invitations/{invitation_id:uuid}/code", sync_to_thread=False, include_in_schema=False)
def back(request: Asked, invitation_id: FromPath[UUID]) -> Response[Any]:  # noqa: ARG001  the path needs the name
    """A code is shown once: a reload, or another language, leads to the list."""
    return forms.go(request, "/invitations")


@post("/invitations/{invitation_id:uuid}/withdraw", sync_to_thread=True, include_in_schema=False)
def withdraw(
    request: Asked, invitation_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.transaction() as session:
        inviting.withdraw(session, actor, invitation_id, now=db.now(session))
    return forms.go(request, "/invitations")


ROUTES = [index, form, invite, renew, back, withdraw]
