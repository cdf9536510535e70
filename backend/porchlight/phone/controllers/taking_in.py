"""A phone that cannot send: its file is taken in here, and its receipts go back as a file."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import MultipartBody, URLEncodedBody
from pydantic import Field

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.i18n import _, translate
from porchlight.core.refused import Refused
from porchlight.core.tools import Tools
from porchlight.phone import bundle, taking_in, views
from porchlight.web import forms
from porchlight.web.forms import Input
from porchlight.web.rendering import locale_of, page


class Asked(Input):
    """Whose receipts are wanted."""

    op_id: list[UUID] = Field(max_length=bundle.MOST_ITEMS)


@get("/phone/take-in", sync_to_thread=True, include_in_schema=False)
def take_in_page(request: Request[Any, Any, Any]) -> Response[Any]:
    return page(request, views.take_in())


@post(
    "/phone/take-in",
    sync_to_thread=True,
    status_code=200,
    include_in_schema=False,
    request_max_body_size=bundle.MOST_FILE + 100_000,  # the form around the file
)
def take_in(
    request: Request[Any, Any, Any],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
    data: MultipartBody[dict[str, Any]],
) -> Response[Any]:
    """Deposit every sealed item of a file that a phone exported (docs/wire.md, Export), and say what became of each."""
    locale = locale_of(request)
    with forms.redrawing(views.take_in, {}):
        file = data.get("file")
        if not isinstance(file, UploadFile):
            raise Refused(_("Choose the file first."), field="file")
        results = taking_in.take_in(tools, actor, bundle.Bundle(file.file))
    said = [(one, translate(one.reason, locale, **one.params) if one.reason else "") for one in results]
    return page(request, views.taken_in(said))


@post("/phone/receipts", sync_to_thread=True, status_code=200, include_in_schema=False)
def receipts(
    db: NamedDependency[Database], actor: NamedDependency[Actor], data: URLEncodedBody[dict[str, Any]]
) -> Response[Any]:
    """The signed receipts of these items as a file that their phone can load."""
    asked = forms.read(Asked, {"op_id": many(data.get("op_id"))})
    with db.transaction() as session:
        now = db.now(session)
        found = taking_in.receipts(session, actor, asked.op_id, now=now)
    name = f"porchlight-receipts-{now:%Y-%m-%d}.json"
    body = {"format": "porchlight-receipts", "v": 1, "receipts": found}
    return Response(
        body, headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    )


def many(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


ROUTES = [take_in_page, take_in, receipts]
