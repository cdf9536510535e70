"""Reading: whether anybody can sign in yet, and whose data lie here."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.core.keys import sha256
from porchlight.people.agency import queries as agency
from porchlight.people.models import Account, Passkey
from porchlight.people.set_up.models import SetUpAddress


def nobody_has_joined(session: Session) -> bool:
    """Whether no account has any way of signing in."""
    ways = [select(Account.id).where(Account.password_hash != ""), select(Passkey.account_id)]
    return not agency.anybody(session) and all(session.exec(way.limit(1)).first() is None for way in ways)


def any_invented(session: Session) -> bool:
    """Whether the demo has been here."""
    return session.exec(select(Account.id).where(col(Account.demo).is_(True)).limit(1)).first() is not None


def of_token(token: str) -> sa.ColumnElement[bool]:
    return col(SetUpAddress.token_hash) == sha256(token.encode())


def is_open(session: Session, token: str, *, now: datetime) -> bool:
    """Whether this secret sets this installation up."""
    row = session.exec(select(SetUpAddress).where(of_token(token))).first()
    return bool(row and row.used_at is None and now < row.expires_at) and nobody_has_joined(session)
