"""Times as a form has them: what stands on the wall where the agency is, without a zone."""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator

from porchlight.core.clock import at_wall, local
from porchlight.core.i18n import _
from porchlight.web.forms import Unfit


def _wall(value: object) -> object:
    """A naive wall-clock time; nothing typed is None."""
    if value is None or value == "":
        return None
    try:
        wall = datetime.fromisoformat(str(value)).replace(tzinfo=None)
    except ValueError:
        raise Unfit(_("Write the date and time like 2026-11-23 16:10.")) from None
    if not 1970 <= wall.year <= 2100:
        raise Unfit(_("This year cannot be right. Write the date and time like 2026-11-23 16:10."))
    return wall


Wall = Annotated[datetime | None, BeforeValidator(_wall)]


def instant(wall: datetime | None, zone: str) -> datetime | None:
    """Aware UTC."""
    return at_wall(wall, zone) if wall else None


def shown(moment: datetime, zone: str) -> str:
    """As a field of type datetime-local has it."""
    return local(moment, zone).strftime("%Y-%m-%dT%H:%M")
