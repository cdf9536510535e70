"""Which session reads just now: a sealed value that comes out of the database asks it for its key."""

from contextvars import ContextVar

from sqlmodel import Session

CURRENT: ContextVar[Session | None] = ContextVar("CURRENT", default=None)
RING = "ring"  # session.info: the keys of this installation
