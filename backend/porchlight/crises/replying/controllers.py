"""The door for what a provider of texts says to us: signed, of a topic of ours, and new; everything else is not found."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import RawBody

from porchlight.alerts.texts import sns
from porchlight.core.db import Database
from porchlight.core.tools import Tools
from porchlight.crises.replying import service


@post("/hooks/sns", opt={"open": True, "signed": True}, sync_to_thread=True, include_in_schema=False, status_code=200)
def hear(db: NamedDependency[Database], tools: NamedDependency[Tools], body: RawBody) -> Response[Any]:
    """A notification of Amazon's SNS, or the first message of a subscription, which we confirm where Amazon says."""
    with db.reading() as session:
        now = db.now(session)
    said = sns.read(body, tools.settings.sns_topics, now=now)
    if said.confirm_at:
        sns.fetch(said.confirm_at)
        return Response(None)
    with db.transaction() as session:
        service.hear_from_provider(session, said.message, now=db.now(session))
    return Response(None)


ROUTES = [hear]
