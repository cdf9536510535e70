"""Reading and changing the policy."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from pydantic import Field

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.crises.policies import service, views
from porchlight.crises.policies.rules import LONGEST, MOST_LEVELS, Step
from porchlight.web import forms
from porchlight.web.forms import Input
from porchlight.web.rendering import View, page

Request_ = Request[Any, Any, Any]
NOT_MINUTES = _("Write minutes as a number, from 0 to {most}.")


class PolicyBody(Input):
    """Minutes are read as they are typed, and kept in seconds."""

    level_1: str = ""
    level_2: str = ""
    level_3: str = ""
    level_4: str = ""
    minutes_1: str = ""
    minutes_2: str = ""
    minutes_3: str = ""
    minutes_4: str = ""
    last_resort_id: UUID
    duty_manager_id: UUID | None = None
    nudge_minutes: str = Field(min_length=1)
    grace_minutes: str = Field(min_length=1)

    def steps(self) -> list[Step]:
        places = [place for place in range(1, MOST_LEVELS + 1) if getattr(self, f"level_{place}")]
        return [Step(getattr(self, f"level_{place}"), self.seconds(f"minutes_{place}")) for place in places]

    def seconds(self, field: str, *, least: int = 0) -> int:
        """Raises Refused beside the field."""
        try:
            minutes = float(getattr(self, field).strip().replace(",", ".") or "0")
        except ValueError:
            minutes = -1
        if not least <= minutes <= LONGEST:  # also when it is no number at all
            raise Refused(NOT_MINUTES, field=field, most=LONGEST)
        return round(minutes * 60)


def _policy(db: Database, actor: Actor) -> View:
    with db.reading() as session:
        return views.policy_view(session, actor, now=db.now(session))


@get("/crises/policy", sync_to_thread=True)
def policy_page(request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    return page(request, _policy(db, actor))


@post("/crises/policy", sync_to_thread=True)
def change(
    request: Request_,
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    data: URLEncodedBody[dict[str, Any]],
) -> Response[Any]:
    given = {name: value for name, value in data.items() if value or name != "duty_manager_id"}
    with forms.redrawing(lambda: _policy(db, actor), data):
        body = forms.read(PolicyBody, given)
        with db.transaction() as session:
            service.change(
                session,
                actor,
                body.steps(),
                last_resort_id=body.last_resort_id,
                duty_manager_id=body.duty_manager_id,
                nudge_seconds=body.seconds("nudge_minutes", least=1),
                grace_seconds=body.seconds("grace_minutes", least=1),
                now=db.now(session),
            )
    return forms.go(request, "/crises/policy")


ROUTES = [policy_page, change]
