"""Visits over HTTP: the form and the record, the API, and the pages behind a family's link."""

from typing import Any
from uuid import UUID

from litestar import HttpMethod, Request, Response, get, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, URLEncodedBody

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.tools import Tools
from porchlight.visits import confirming, drafts, family_views, queries, rules, service, views
from porchlight.visits.drafts import VisitDraft
from porchlight.visits.values import VisitLine, VisitPage, VisitRecord
from porchlight.web import forms
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
Typed = URLEncodedBody[dict[str, Any]]
LOOK = [HttpMethod.GET, HttpMethod.HEAD]


@get("/cases/{case_id:uuid}/visits/new", sync_to_thread=True, include_in_schema=False)
def new_page(
    request: Asked, case_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.reading() as session:
        view = views.new_visit(session, actor, case_id, db.now(session), visit_id=new_id())
    return page(request, view)


@post("/cases/{case_id:uuid}/visits", sync_to_thread=True, include_in_schema=False)
def log(
    request: Asked,
    case_id: FromPath[UUID],
    data: Typed,
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    """The form without a script; a phone seals and deposits instead."""

    def again() -> View:
        with db.reading() as session:
            visit_id = drafts.id_of(data) or new_id()
            return views.new_visit(session, actor, case_id, db.now(session), visit_id=visit_id)

    with forms.redrawing(again, drafts.as_lists(data)), drafts.in_form_words(data):
        came = rules.short_name(actor.name)
        draft = drafts.from_form(data, case_id=case_id, came=came, zone=actor.time_zone)
        with db.transaction() as session:
            now = db.now(session)
            visit = service.log_visit(session, actor, draft, captured_at=now, device_id=None, now=now)
    return forms.go(request, f"/visits/{visit.id}")


@get("/visits/{visit_id:uuid}", opt={"file": True}, sync_to_thread=True, include_in_schema=False)
def show(
    request: Asked,
    visit_id: FromPath[UUID],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    with db.reading() as session:
        view = views.show(session, actor, visit_id, db.now(session), tools=tools)
    return page(request, view)


@get("/cases/{case_id:uuid}/visits", opt={"file": True}, sync_to_thread=True, include_in_schema=False)
def index(
    request: Asked,
    case_id: FromPath[UUID],
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    before: FromQuery[UUID | None] = None,
) -> Response[Any]:
    with db.reading() as session:
        view = views.visits(session, actor, case_id, db.now(session), before=before)
    return page(request, view)


@post("/api/v1/visits", sync_to_thread=True)
def log_by_api(data: JSONBody[VisitDraft], db: NamedDependency[Database], actor: NamedDependency[Actor]) -> VisitRecord:
    """Log a visit. The same body under the same visit_id answers the same; another body is a conflict (409)."""
    with db.transaction() as session:
        now = db.now(session)
        visit = service.log_visit(session, actor, data, captured_at=now, device_id=None, now=now)
        return queries.visit(session, actor, visit.id, now=now)


@get("/api/v1/visits/{visit_id:uuid}", opt={"file": True}, sync_to_thread=True)
def show_by_api(visit_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]) -> VisitRecord:
    """One visit; a child's private note is null where it is not open to whoever asks."""
    with db.reading() as session:
        return queries.visit(session, actor, visit_id, now=db.now(session))


@get("/api/v1/cases/{case_id:uuid}/visits", opt={"file": True}, sync_to_thread=True)
def list_by_api(
    case_id: FromPath[UUID],
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    before: FromQuery[UUID | None] = None,
) -> VisitPage:
    """A family's visits, newest first, 50 at a time; ask again with before=next for the older ones."""
    with db.reading() as session:
        lines: list[VisitLine] = queries.visits_of_case(session, actor, case_id, now=db.now(session), before=before)
    return VisitPage(lines, lines[-1].id if len(lines) == queries.PAGE else None)


def _behind(name: str, token: str, db: Database, tools: Tools) -> View:
    """The page of family_views behind a link, as it stands now."""
    with db.reading() as session:
        view: View = getattr(family_views, name)(session, token, db.now(session), settings=tools.settings)
        return view


@route("/v/{token:str}", http_method=LOOK, opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def question(
    request: Asked, token: FromPath[str], db: NamedDependency[Database], tools: NamedDependency[Tools]
) -> Response[Any]:
    return page(request, _behind("question", token, db, tools))


@route("/v/{token:str}/different", http_method=LOOK, opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def different(
    request: Asked, token: FromPath[str], db: NamedDependency[Database], tools: NamedDependency[Tools]
) -> Response[Any]:
    return page(request, _behind("different", token, db, tools))


@route("/v/{token:str}/thanks", http_method=LOOK, opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def thanks(
    request: Asked, token: FromPath[str], db: NamedDependency[Database], tools: NamedDependency[Tools]
) -> Response[Any]:
    return page(request, _behind("thanks", token, db, tools))


@route(
    ["/v/{token:str}/confirm", "/v/{token:str}/again"],
    http_method=LOOK,
    opt={"open": True},
    sync_to_thread=False,
    include_in_schema=False,
)
def back(request: Asked, token: FromPath[str]) -> Response[Any]:
    """Where a form was drawn again, a reload or another language leads back to the question."""
    return forms.go(request, f"/v/{token}")


@post("/v/{token:str}/confirm", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def confirm(
    request: Asked,
    token: FromPath[str],
    data: Typed,
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
) -> Response[Any]:
    with forms.redrawing(lambda: _behind("question", token, db, tools), data), db.transaction() as session:
        confirming.confirm(session, token, str(data.get("summary_sha256", "")), now=db.now(session))
    return forms.go(request, f"/v/{token}/thanks")


@post("/v/{token:str}/different", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def say_different(
    request: Asked,
    token: FromPath[str],
    data: Typed,
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
) -> Response[Any]:
    said = {name: str(data.get(name, "")) for name in ("summary_sha256", "different", "words")}
    with forms.redrawing(lambda: _behind("different", token, db, tools), said), db.transaction() as session:
        confirming.say_different(
            session, token, said["summary_sha256"], said["different"], said["words"], now=db.now(session)
        )
    return forms.go(request, f"/v/{token}/thanks")


@post("/v/{token:str}/again", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def again(
    request: Asked, token: FromPath[str], db: NamedDependency[Database], tools: NamedDependency[Tools]
) -> Response[Any]:
    with forms.redrawing(lambda: _behind("question", token, db, tools), {}), db.transaction() as session:
        confirming.ask_again(session, token, now=db.now(session))
    return forms.go(request, f"/v/{token}")


ROUTES = [
    new_page,
    log,
    show,
    index,
    log_by_api,
    show_by_api,
    list_by_api,
    question,
    different,
    thanks,
    back,
    confirm,
    say_different,
    again,
]
