"""The caseload over HTTP: the API of families and tasks; its pages are made in `desk`, which sees every room."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody

from porchlight.audit import service as audit
from porchlight.cases import queries, service
from porchlight.cases.values import Caseload, FamilyLine, TaskLine
from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.people import access
from porchlight.web import forms


class Done(forms.Input):
    next: str = "/today"


@post("/tasks/{task_id:uuid}/done", sync_to_thread=True, include_in_schema=False)
def tick_off(
    request: Request[Any, Any, Any],
    task_id: FromPath[UUID],
    data: URLEncodedBody[dict[str, Any]],
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    form = forms.read(Done, data)
    with db.transaction() as session:
        service.complete_task(session, actor, task_id, now=db.now(session))
    return forms.go(request, forms.inside(form.next))


@post("/tasks/{task_id:uuid}/reopen", sync_to_thread=True, include_in_schema=False)
def take_back(
    request: Request[Any, Any, Any],
    task_id: FromPath[UUID],
    data: URLEncodedBody[dict[str, Any]],
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    form = forms.read(Done, data)
    with db.transaction() as session:
        service.reopen_task(session, actor, task_id, now=db.now(session))
    return forms.go(request, forms.inside(form.next))


@get("/api/v1/cases", sync_to_thread=True)
def list_by_api(db: NamedDependency[Database], actor: NamedDependency[Actor], q: FromQuery[str] = "") -> Caseload:
    """The families open to whoever asks, by name, at most 100; `q` finds parts of a family's or a child's name."""
    with db.reading() as session:
        now = db.now(session)
        found = queries.families(session, actor, now=now, search=q)
        people = [child.id for family in found.families for child in family.children]
        audit.saw(session, actor, "families.listed", None, now=now, people=people)
        return found


@get("/api/v1/cases/{case_id:uuid}", sync_to_thread=True)
def show_by_api(case_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]) -> FamilyLine:
    """One family; phone numbers are empty where they are not open to whoever asks."""
    with db.reading() as session:
        now = db.now(session)
        access.check(session, actor, case_id, access.Capability.FACE_SHEET, now=now)
        found = queries.case(session, case_id)
        if found is None:
            raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))
        audit.saw(session, actor, "family.seen", case_id, now=now, people=[one.id for one in found.persons])
        phones = access.fields(session, actor, case_id, access.Capability.PHONES, now=now)
        return found if phones else found.without_phones()


@get("/api/v1/tasks", sync_to_thread=True)
def tasks_by_api(db: NamedDependency[Database], actor: NamedDependency[Actor]) -> list[TaskLine]:
    """What whoever asks has to do, the earliest due first."""
    with db.reading() as session:
        now = db.now(session)
        found = queries.tasks(session, actor, now=now)
        audit.saw(session, actor, "tasks.listed", None, now=now)
        return found


@post("/api/v1/tasks/{task_id:uuid}/done", sync_to_thread=True, status_code=204)
def tick_off_by_api(task_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]) -> None:
    """Tick a task off; twice changes nothing."""
    with db.transaction() as session:
        service.complete_task(session, actor, task_id, now=db.now(session))


ROUTES = [tick_off, take_back, list_by_api, show_by_api, tasks_by_api, tick_off_by_api]
