"""What a person hears about their own account: by mail and on their list of notices, within a minute (ASVS 6.3.5, 6.3.7)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.core import jobs
from porchlight.core.i18n import _
from porchlight.core.ids import new_id

TELL = "people.tell_changed"
NOTICE = "alerts.tell_notice"  # a higher room keeps the list
WHAT: Mapping[str, str] = {
    "passkey_added": _("A passkey was added to your Porchlight account."),
    "passkey_removed": _("A passkey was removed from your Porchlight account."),
    "password_set": _("A password was set for your Porchlight account."),
    "codes_set_up": _("An authenticator app was set up for your Porchlight account."),
    "codes_removed": _("Your password and your authenticator app do not open Porchlight any more."),
    "new_browser": _("Somebody signed in to your Porchlight account in a browser that is new to us."),
    "wrong_codes": _("Somebody typed your Porchlight password and then several wrong codes."),
    "agency_linked": _("Your Porchlight account now opens with your agency’s sign-in, too."),
    "sessions_ended": _("An administrator signed you out of Porchlight everywhere."),
    "recovery_started": _("A supervisor has said that you lost your way to sign in to Porchlight."),
    "recovery_confirmed": _("Two people have agreed that you may choose anew how you sign in to Porchlight."),
    "recovery_agreed": _("A second person has agreed to a way back in that you began. Its code waits for you."),
    "helped": _("Somebody whom you helped back in has chosen anew how they sign in to Porchlight."),
    "recovered": _("A code was used to choose anew how you sign in to Porchlight. The old ways are gone."),
}
HREFS: Mapping[str, str] = {"recovery_agreed": "/recovery", "helped": "/recovery"}
# Somebody else may be at work: these ring at once.
AT_ONCE = frozenset({"wrong_codes", "recovery_started", "recovery_confirmed", "recovery_agreed", "recovered"})


def tell(session: Session, account_id: UUID, what: str, *, now: datetime) -> None:
    """Leave word for this person, in the caller's transaction. what: a key of WHAT."""
    jobs.enqueue(session, TELL, {"account_id": str(account_id), "what": what}, due_at=now)
    # Repeated after a crash it is still one notice.
    payload = {
        "account_id": str(account_id),
        "words": WHAT[what],
        "href": HREFS.get(what, "/sessions"),
        "at_once": what in AT_ONCE,
        "key": f"account/{new_id()}",
    }
    jobs.enqueue(session, NOTICE, payload, due_at=now)
