"""Sessions begin and end: one, all others, or all of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.ids import new_secret
from porchlight.core.keys import sha256
from porchlight.core.refused import NotFound
from porchlight.people import service, telling
from porchlight.people.models import SignIn
from porchlight.people.sessions.models import KnownBrowser
from porchlight.people.values import How

NOT_HERE = _("This sign-in has ended already.")


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser brings along to the door: the machine's name, its cookies. Nothing of it is believed."""

    label: str = ""
    known: str = ""
    token: str = ""  # of a session that it has now


@dataclass(frozen=True, slots=True)
class Begun:
    """Secrets for the browser. known: it has been here."""

    id: UUID
    token: str
    known: str


def begin(
    session: Session,
    account_id: UUID,
    how: str,
    browser: Browser,
    *,
    proved_at: datetime | None = None,
    now: datetime,
) -> Begun:
    """A new session under a new token; the one that this browser had ends. Its person hears of a browser that is new.

    how: values.How. proved_at: when they have shown who they are, where that was not now.
    """
    for old in _of_token(session, browser.token):
        _end(session, old, now)
    token = service.sign_in(
        session, account_id, device_id=None, how=how, label=browser.label, proved_at=proved_at, now=now
    )
    [row] = _of_token(session, token)
    # A stranger's browser is nothing to tell an invented person about.
    known = "" if how == How.PRACTICE else _recognize(session, account_id, browser.known, now)
    return Begun(row.id, token, known)


def _of_token(session: Session, token: str) -> list[SignIn]:
    query = select(SignIn).where(SignIn.token_hash == sha256(token.encode()), col(SignIn.ended_at).is_(None))
    return list(session.exec(query)) if token else []


def _recognize(session: Session, account_id: UUID, known: str, now: datetime) -> str:
    """The browser's own secret: the one that it brought where this person was here with it before, else a new one."""
    rows = list(session.exec(select(KnownBrowser).where(KnownBrowser.account_id == account_id)))
    for row in rows:
        if known and row.secret_hash == sha256(known.encode()):
            row.last_at = now
            session.add(row)
            return known
    # A browser that several people share keeps one secret, or they would be strangers to each other each time.
    secret = known if _is_ours(session, known) else new_secret()
    session.add(KnownBrowser(account_id=account_id, secret_hash=sha256(secret.encode()), first_at=now, last_at=now))
    if rows:  # the first one ever is the one in which they have joined
        telling.tell(session, account_id, "new_browser", now=now)
    return secret


def _is_ours(session: Session, known: str) -> bool:
    query = select(KnownBrowser.id).where(KnownBrowser.secret_hash == sha256(known.encode())).limit(1)
    return bool(known) and session.exec(query).first() is not None


def end(session: Session, actor: Actor | None, account_id: UUID, session_id: UUID, *, now: datetime) -> None:
    """End one session of a person; the caller has checked that the actor may. Raises NotFound."""
    row = session.get(SignIn, session_id)
    if row is None or row.account_id != account_id or row.ended_at is not None:
        raise NotFound(NOT_HERE)
    _end(session, row, now)
    audit.record(session, actor, "session.ended", row.id, now=now, people=[account_id])


def end_all(session: Session, actor: Actor | None, account_id: UUID, *, but: UUID | None = None, now: datetime) -> int:
    """End all sessions of a person, but one where it is named. Returns how many; the caller has checked that one may."""
    query = select(SignIn).where(SignIn.account_id == account_id, col(SignIn.ended_at).is_(None))
    rows = [row for row in session.exec(query) if row.id != but]
    for row in rows:
        _end(session, row, now)
    audit.record(session, actor, "sessions.ended", account_id, now=now, people=[account_id], count=len(rows))
    return len(rows)


def _end(session: Session, row: SignIn, now: datetime) -> None:
    row.ended_at = now
    session.add(row)
