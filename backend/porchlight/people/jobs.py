"""What the worker tells people by mail: that they are invited, and that a way of signing in has changed."""

from typing import Any
from uuid import UUID

from porchlight.core import mail
from porchlight.core.i18n import _, translate
from porchlight.core.tools import Tools
from porchlight.people import inviting, queries, telling

INVITED = _("{agency}: your account for Porchlight")
INVITED_TEXT = _(
    """{agency} has made an account for you in Porchlight.

1. On your phone, open {install} and do what it says.
2. Your supervisor tells you a code. Type it on your phone. It works for 3 days.

This message holds no code, so nobody else can use it.
Questions, or the wrong person? Call {phone}.
"""
)
CHANGED = _("{agency}: the way you sign in has changed")
CHANGED_TEXT = _(
    """{what}

If it was you, there is nothing to do.
If it was not you, call {phone} now.
"""
)


def tell_invited(tools: Tools, payload: dict[str, Any]) -> None:
    _send(tools, UUID(payload["account_id"]), INVITED, INVITED_TEXT)


def tell_changed(tools: Tools, payload: dict[str, Any]) -> None:
    _send(tools, UUID(payload["account_id"]), CHANGED, CHANGED_TEXT, what=telling.WHAT[payload["what"]])


def _send(tools: Tools, account_id: UUID, subject: str, text: str, *, what: str = "") -> None:
    """One message in the person's language, where mail is set up and they have an address; with no transaction open."""
    with tools.db.reading() as session:
        person, agency = queries.account(session, account_id), queries.agency(session)
    if person is None or agency is None or "@" not in person.email or not mail.can_send(tools.settings):
        return
    words = {
        "agency": agency.name,
        "phone": agency.phone,
        "install": f"{tools.settings.public_url}/install",
        "what": translate(what, person.locale),
    }
    mail.send(
        tools.settings,
        to=person.email,
        subject=translate(subject, person.locale, agency=agency.name),
        text=translate(text, person.locale, **words),
        locale=person.locale,
    )


JOBS = {inviting.TELL: tell_invited, telling.TELL: tell_changed}
