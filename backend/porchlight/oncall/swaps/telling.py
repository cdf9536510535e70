"""Telling people about a swap: a notice, whose words on a locked phone name nobody."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.alerts.notices import telling
from porchlight.core.i18n import _

HREF = "/oncall/mine"
SWAP = _("There is news about a shift. Open My shifts.")


def tell(session: Session, account_ids: Iterable[UUID], *, now: datetime) -> None:
    """One notice for each of these people; the thing itself is read in My shifts."""
    for account_id in dict.fromkeys(account_ids):
        telling.tell(session, account_id, SWAP, {}, href=HREF, now=now)
