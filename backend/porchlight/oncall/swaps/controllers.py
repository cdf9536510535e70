"""A shift over HTTP: its page, asking for somebody else, and answering."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from pydantic import BeforeValidator, Field

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.oncall import shifts
from porchlight.oncall.mine.views import mine_view
from porchlight.oncall.shifts import Held
from porchlight.oncall.swaps import rules, service, views
from porchlight.oncall.swaps.values import Wish
from porchlight.web import forms
from porchlight.web.forms import Input
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
Typed = URLEncodedBody[dict[str, Any]]
SHIFT = "/oncall/shifts/{schedule_id:uuid}/{position:str}/{start:int}"
MINE = "/oncall/mine"
ACTS = {"take": service.take, "decline": service.decline, "withdraw": service.withdraw}


def _none(value: object) -> object:
    return value or None


class SwapForm(Input):
    act: Literal["ask", "offer", "assign"]
    swap_id: UUID
    whose: UUID
    to: Annotated[UUID | None, BeforeValidator(_none)] = None
    from_at: str = ""
    to_at: str = ""
    reason: Annotated[str, Field(max_length=rules.LONGEST_REASON)] = ""


@get(SHIFT, sync_to_thread=True, include_in_schema=False)
def shift_page(
    request: Asked,
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    schedule_id: FromPath[UUID],
    position: FromPath[str],
    start: FromPath[int],
) -> Response[Any]:
    with db.reading() as session:
        found = shifts.find(session, actor, schedule_id, position, start)
        view = views.shift_view(session, actor, found, now=db.now(session))
    return page(request, view)


@get(f"{SHIFT}/swap", sync_to_thread=True, include_in_schema=False)
def swap_page(
    request: Asked,
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    schedule_id: FromPath[UUID],
    position: FromPath[str],
    start: FromPath[int],
) -> Response[Any]:
    return page(request, _form(db, actor, (schedule_id, position, start)))


@post(f"{SHIFT}/swap", sync_to_thread=True, include_in_schema=False)
def ask(
    request: Asked,
    data: Typed,
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    schedule_id: FromPath[UUID],
    position: FromPath[str],
    start: FromPath[int],
) -> Response[Any]:
    """Ask one person, offer it to everyone, or (a supervisor) give it to somebody at once."""
    key = (schedule_id, position, start)
    with forms.redrawing(lambda: _form(db, actor, key), data):
        typed = forms.read(SwapForm, data)
        if typed.act == "ask" and typed.to is None:
            raise Refused(_("Choose whom to ask."), field="to")
        with db.transaction() as session:
            wish = _wish(typed, shifts.find(session, actor, *key), key)
            act = service.assign if typed.act == "assign" else service.ask
            act(session, actor, wish, now=db.now(session))
    return forms.go(request, MINE)


@post("/oncall/swaps/{swap_id:uuid}/{act:str}", sync_to_thread=True, include_in_schema=False)
def answer(
    request: Asked,
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    swap_id: FromPath[UUID],
    act: FromPath[Literal["take", "decline", "withdraw"]],
) -> Response[Any]:
    """Take it, turn it down, or take it back; what has changed meanwhile is said on My shifts."""

    def again() -> View:
        with db.reading() as session:
            return mine_view(session, actor, now=db.now(session))

    with forms.redrawing(again, {}), db.transaction() as session:
        ACTS[act](session, actor, swap_id, now=db.now(session))
    return forms.go(request, MINE)


def _form(db: Database, actor: Actor, key: tuple[UUID, str, int]) -> View:
    with db.reading() as session:
        found = shifts.find(session, actor, *key)
        return views.swap_view(session, actor, found, now=db.now(session))


def _wish(typed: SwapForm, shift: Held, key: tuple[UUID, str, int]) -> Wish:
    """A time that is still as the form showed it means the shift's own, to the second."""
    zone = shift.schedule.zone
    part = (
        None if typed.from_at == views.wall(shift.start, zone) else _wall(typed.from_at, "from_at"),
        None if typed.to_at == views.wall(shift.end, zone) else _wall(typed.to_at, "to_at"),
    )
    to = None if typed.act == "offer" else typed.to
    return Wish(typed.swap_id, key, typed.whose, part, to, typed.reason)


def _wall(text: str, field: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise Refused(_("Write the date and time like 2026-11-23 16:10."), field=field) from None


ROUTES = [shift_page, swap_page, ask, answer]
