"""Problems: RFC 9457 in JSON, plain words in HTML; never a stack trace, never the words of a person in a log."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import structlog
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from sqlalchemy.exc import OperationalError

from porchlight.core.blobs import StoreDown
from porchlight.core.i18n import _, translate
from porchlight.core.refused import NotFound, Refused, TooMany
from porchlight.web.forms import Redraw, all_in_words
from porchlight.web.rendering import View, locale_of, page
from porchlight.web.sessions import NotSignedIn

log = structlog.get_logger()

PROBLEM = "application/problem+json"
TITLES = {
    400: _("That did not work"),
    401: _("Please sign in"),
    403: _("That is not open to you"),
    404: _("We could not find that page"),
    405: _("That did not work"),
    409: _("Someone was faster"),
    413: _("That is too large"),
    415: _("That did not work"),
    422: _("There is a problem"),
    429: _("Please wait a moment"),
    500: _("Something broke on our side"),
    503: _("We cannot save right now"),
    507: _("We cannot save right now"),
}
NEXT_STEPS = {
    404: _("It may have moved, or it may not be on your caseload. Go back and try another way."),
    413: _("Send less at once: fewer or smaller pictures."),
    500: _("Nothing you wrote on this phone is lost. Try again in a minute, or ring your agency."),
    503: _("Nothing you wrote on this phone is lost. Try again in a minute."),
}


def wants_json(request: Request[Any, Any, Any]) -> bool:
    accept = request.headers.get("accept", "")
    return request.url.path.startswith("/api/") or ("json" in accept and "html" not in accept)


def answer(
    request: Request[Any, Any, Any],
    status: int,
    detail: str,
    *,
    extra: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response[Any]:
    """A problem in the form and the language that the reader asked for; `detail` is already translated."""
    title = translate(TITLES.get(status, TITLES[400]), locale_of(request))
    if wants_json(request):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **(extra or {})}
        return Response(body, status_code=status, media_type=PROBLEM, headers=headers)
    view = View(
        "web/problem.html",
        {"title": title, "words": detail, "kept": "", "back_href": None, "reference": ""},
        status,
        headers or {},
    )
    return page(request, view)


def on_refused(request: Request[Any, Any, Any], refused: Refused) -> Response[Any]:
    locale = locale_of(request)
    detail = translate(refused.message, locale, **refused.params)
    errors = [{"field": e.field, "detail": translate(e.message, locale, **e.params)} for e in refused.errors if e.field]
    headers = {"Retry-After": str(refused.seconds)} if isinstance(refused, TooMany) else {}
    extra: dict[str, Any] = {"errors": errors} if errors else {}
    return answer(request, refused.status, detail, extra=extra, headers=headers)


def on_redraw(request: Request[Any, Any, Any], redraw: Redraw) -> Response[Any]:
    view = redraw.view
    locale = locale_of(request, view.locale)
    errors = {e.field: translate(e.message, locale, **e.params) for e in view.context["errors"]}
    return page(request, replace(view, context={**view.context, "errors": errors}))


def on_not_signed_in(request: Request[Any, Any, Any], _problem: NotSignedIn) -> Response[Any]:
    here = request.url.path if request.method == "GET" else "/today"
    sign_in = f"/sign-in?next={quote(here)}"
    if request.headers.get("hx-request"):
        return Response("", status_code=401, media_type=MediaType.HTML, headers={"HX-Redirect": sign_in})
    if wants_json(request) or request.method != "GET":
        return answer(request, 401, translate(_("Sign in first."), locale_of(request)))
    return Redirect(sign_in, status_code=303)


def on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    status = error.status_code
    mistakes = getattr(error.__cause__, "errors", None)  # of a body that did not fit its model
    if status == 400 and isinstance(mistakes, list):
        return on_refused(request, all_in_words(mistakes))
    step = NEXT_STEPS.get(status, _("Check what you sent and try again."))
    extra = {"errors": error.extra} if status == 400 and error.extra and wants_json(request) else None
    return answer(request, status, translate(step, locale_of(request)), extra=extra, headers=dict(error.headers or {}))


def on_too_deep(request: Request[Any, Any, Any], _error: RecursionError) -> Response[Any]:
    """A body nested deeper than its reader goes; no page of ours sends one."""
    return answer(request, 400, translate(_("Check what you sent and try again."), locale_of(request)))


def on_database(request: Request[Any, Any, Any], error: OperationalError) -> Response[Any]:
    log.error("database.unreachable", kind=type(error.orig).__name__)
    return answer(request, 503, translate(NEXT_STEPS[503], locale_of(request)), headers={"Retry-After": "5"})


def on_store(request: Request[Any, Any, Any], error: StoreDown) -> Response[Any]:
    log.error("store.unreachable", kind=type(error.__cause__).__name__)
    return answer(request, 503, translate(NEXT_STEPS[503], locale_of(request)), headers={"Retry-After": "30"})


def on_anything(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The log gets the kind of error and where in our code it arose: enough to mend it, nothing of a person."""
    trace = error.__traceback__
    spots = []
    while trace is not None:
        code = trace.tb_frame.f_code
        if "porchlight" in code.co_filename:
            spots.append(f"{code.co_filename.rsplit('porchlight/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    log.error("request.failed", kind=type(error).__name__, where=spots[-4:], method=request.method)
    words = translate(NEXT_STEPS[500], locale_of(request))
    try:
        return answer(request, 500, words)
    except Exception as again:  # noqa: BLE001  the page of a problem may itself be what is broken
        log.error("problem.failed", kind=type(again).__name__)
        return Response(words, status_code=500, media_type=MediaType.TEXT)


HANDLERS: dict[Any, Any] = {
    Refused: on_refused,
    NotFound: on_refused,
    Redraw: on_redraw,
    NotSignedIn: on_not_signed_in,
    HTTPException: on_http,
    OperationalError: on_database,
    StoreDown: on_store,
    RecursionError: on_too_deep,
    Exception: on_anything,
}
