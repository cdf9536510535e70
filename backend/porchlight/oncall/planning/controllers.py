"""Changing a rota over HTTP: pages without script, and the same acts as an API."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, URLEncodedBody

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.oncall.cover.views import mine
from porchlight.oncall.planning import forms as typed
from porchlight.oncall.planning import service, setting, views
from porchlight.oncall.planning.drafts import OverrideDraft, ScheduleDraft, TemporaryDraft, TurnsDraft, blank
from porchlight.web import forms
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Actor]
Form = URLEncodedBody[dict[str, Any]]
BASE, API = "/oncall/schedules/{schedule_id:uuid}", "/api/v1/oncall/{schedule_id:uuid}"
ONE = "/{rotation_id:uuid}"


def _turns(db: Database, actor: Actor, schedule_id: UUID, rotation_id: UUID | None, data: Any = None) -> View:
    with db.reading() as session:
        return views.turns_view(session, actor, schedule_id, rotation_id, now=db.now(session), typed=data)


def _taking(
    request: Asked, db: Database, actor: Actor, schedule_id: UUID, data: Any, one: UUID | None
) -> Response[Any]:
    """A button of the list of people moves somebody and draws the form again; only Save keeps anything."""
    act = str(data.get("do") or "save")
    if act != "save":
        members = typed.reordered(typed.listed(data.get("members")), act, str(data.get("add") or ""))
        return page(request, _turns(db, actor, schedule_id, one, {**data, "members": members}))
    with forms.redrawing(lambda: _turns(db, actor, schedule_id, one, data), data), db.transaction() as session:
        draft = typed.turns(data, mine(session, actor, schedule_id, changing=True).zone)
        service.take_turns(session, actor, schedule_id, draft, instead_of=one, now=db.now(session))
    return forms.go(request, f"/oncall/schedules/{schedule_id}")


@get(BASE + "/turns", sync_to_thread=True, include_in_schema=False)
def turns_form(request: Asked, db: Db, actor: Who, schedule_id: FromPath[UUID]) -> Response[Any]:
    return page(request, _turns(db, actor, schedule_id, None))


@post(BASE + "/turns", sync_to_thread=True, include_in_schema=False)
def take_turns(request: Asked, db: Db, actor: Who, schedule_id: FromPath[UUID], data: Form) -> Response[Any]:
    return _taking(request, db, actor, schedule_id, data, None)


@get(BASE + "/turns" + ONE, sync_to_thread=True, include_in_schema=False)
def other_turns_form(
    request: Asked, db: Db, actor: Who, schedule_id: FromPath[UUID], rotation_id: FromPath[UUID]
) -> Response[Any]:
    return page(request, _turns(db, actor, schedule_id, rotation_id))


@post(BASE + "/turns" + ONE, sync_to_thread=True, include_in_schema=False)
def change_turns(
    request: Asked, db: Db, actor: Who, schedule_id: FromPath[UUID], rotation_id: FromPath[UUID], data: Form
) -> Response[Any]:
    return _taking(request, db, actor, schedule_id, data, rotation_id)


@post(BASE + "/turns" + ONE + "/end", sync_to_thread=True, include_in_schema=False)
def end_turns(
    request: Asked, db: Db, actor: Who, schedule_id: FromPath[UUID], rotation_id: FromPath[UUID]
) -> Response[Any]:
    with db.transaction() as session:
        service.end_turns(session, actor, schedule_id, rotation_id, now=db.now(session))
    return forms.go(request, f"/oncall/schedules/{schedule_id}")


def _override(db: Database, actor: Actor, schedule_id: UUID, data: Any = None) -> View:
    with db.reading() as session:
        return views.override_view(session, actor, schedule_id, now=db.now(session), typed=data)


@get(BASE + "/override", sync_to_thread=True, include_in_schema=False)
def override_form(request: Asked, db: Db, actor: Who, schedule_id: FromPath[UUID]) -> Response[Any]:
    return page(request, _override(db, actor, schedule_id))


@post(BASE + "/override", sync_to_thread=True, include_in_schema=False)
def override(request: Asked, db: Db, actor: Who, schedule_id: FromPath[UUID], data: Form) -> Response[Any]:
    with forms.redrawing(lambda: _override(db, actor, schedule_id, data), data), db.transaction() as session:
        draft = typed.override(data, mine(session, actor, schedule_id, changing=True).zone)
        service.override(session, actor, schedule_id, draft, now=db.now(session))
    return forms.go(request, f"/oncall/schedules/{schedule_id}")


def _temporary(db: Database, actor: Actor, schedule_id: UUID) -> View:
    with db.reading() as session:
        return views.temporary_view(session, actor, schedule_id, now=db.now(session))


@get(BASE + "/temporary", sync_to_thread=True, include_in_schema=False)
def temporary_form(request: Asked, db: Db, actor: Who, schedule_id: FromPath[UUID]) -> Response[Any]:
    return page(request, _temporary(db, actor, schedule_id))


@post(BASE + "/temporary", sync_to_thread=True, include_in_schema=False)
def temporary(request: Asked, db: Db, actor: Who, schedule_id: FromPath[UUID], data: Form) -> Response[Any]:
    with forms.redrawing(lambda: _temporary(db, actor, schedule_id), data), db.transaction() as session:
        draft = typed.temporary(data, mine(session, actor, schedule_id, changing=True).zone)
        service.replace_for_a_while(session, actor, schedule_id, draft, now=db.now(session))
    return forms.go(request, f"/oncall/schedules/{schedule_id}")


@post(BASE + "/changes/{change_id:uuid}/take-back", sync_to_thread=True, include_in_schema=False)
def take_back(
    request: Asked, db: Db, actor: Who, schedule_id: FromPath[UUID], change_id: FromPath[UUID]
) -> Response[Any]:
    with db.transaction() as session:
        service.take_back(session, actor, schedule_id, change_id, now=db.now(session))
    return forms.go(request, f"/oncall/schedules/{schedule_id}")


def _setting(db: Database, actor: Actor, schedule_id: UUID | None) -> View:
    with db.reading() as session:
        return views.setting_view(session, actor, schedule_id, now=db.now(session))


def _set_up(request: Asked, db: Database, actor: Actor, data: Any, schedule_id: UUID | None) -> Response[Any]:
    with forms.redrawing(lambda: _setting(db, actor, schedule_id), data), db.transaction() as session:
        draft = forms.read(ScheduleDraft, {**blank(data), "positions": typed.listed(data.get("positions"))})
        made = setting.set_up(session, actor, draft, schedule_id=schedule_id, now=db.now(session))
    return forms.go(request, f"/oncall/schedules/{made}")


@get("/oncall/schedules/new", sync_to_thread=True, include_in_schema=False)
def new_form(request: Asked, db: Db, actor: Who) -> Response[Any]:
    return page(request, _setting(db, actor, None))


@post("/oncall/schedules", sync_to_thread=True, include_in_schema=False)
def set_up(request: Asked, db: Db, actor: Who, data: Form) -> Response[Any]:
    return _set_up(request, db, actor, data, None)


@get(BASE + "/setting", sync_to_thread=True, include_in_schema=False)
def setting_form(request: Asked, db: Db, actor: Who, schedule_id: FromPath[UUID]) -> Response[Any]:
    return page(request, _setting(db, actor, schedule_id))


@post(BASE + "/setting", sync_to_thread=True, include_in_schema=False)
def change_setting(request: Asked, db: Db, actor: Who, schedule_id: FromPath[UUID], data: Form) -> Response[Any]:
    return _set_up(request, db, actor, data, schedule_id)


@post(API + "/turns", sync_to_thread=True)
def api_turns(db: Db, actor: Who, schedule_id: FromPath[UUID], data: JSONBody[TurnsDraft]) -> dict[str, str]:
    """Who takes turns in one position; for supervisors."""
    with db.transaction() as session:
        return {"id": str(service.take_turns(session, actor, schedule_id, data, now=db.now(session)))}


@post(API + "/overrides", sync_to_thread=True)
def api_override(db: Db, actor: Who, schedule_id: FromPath[UUID], data: JSONBody[OverrideDraft]) -> dict[str, str]:
    """Somebody is on call instead, or somebody is not; for supervisors."""
    with db.transaction() as session:
        return {"id": str(service.override(session, actor, schedule_id, data, now=db.now(session)))}


@post(API + "/temporary", sync_to_thread=True)
def api_temporary(db: Db, actor: Who, schedule_id: FromPath[UUID], data: JSONBody[TemporaryDraft]) -> dict[str, str]:
    """A temporary schedule; for supervisors."""
    with db.transaction() as session:
        return {"id": str(service.replace_for_a_while(session, actor, schedule_id, data, now=db.now(session)))}


ROUTES = [
    new_form, set_up, setting_form, change_setting,
    turns_form, take_turns, other_turns_form, change_turns, end_turns,
    override_form, override, temporary_form, temporary, take_back,
    api_turns, api_override, api_temporary,
]  # fmt: skip
