"""What comes twice counts once: a row whose id was made with the form."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from porchlight.core.i18n import _
from porchlight.core.refused import Conflict

Row = TypeVar("Row")
SENT_BEFORE = _("This was sent before with other words. Open the form again and send a new one.")


def once(session: Session, row: Row, same: Callable[[Row], bool]) -> tuple[Row, bool]:
    """The row, and whether it is new. Two that come at the same moment are one.

    same: whether the row that is there already came from the same person with the same words. Raises Conflict if not.
    """
    # The very first look is for what came before; the second for what was first by a moment.
    found = _there(session, row)
    if found is None:
        try:
            with session.begin_nested():
                session.add(row)
            return row, True
        except IntegrityError:
            found = _there(session, row)
            if found is None:
                raise
    if not same(found):
        raise Conflict(SENT_BEFORE)
    return found, False


def _there(session: Session, row: Any) -> Any:
    return session.get(type(row), row.id)
