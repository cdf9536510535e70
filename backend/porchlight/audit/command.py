"""`porchlight audit verify`: says in plain words whether the audit is whole, and how sure that is."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from porchlight.audit.keyring import Ring
from porchlight.audit.shelves import open_shelf
from porchlight.audit.verifying import Verifier
from porchlight.core.blobs import StoreDown
from porchlight.core.db import Database
from porchlight.core.keys import Keys
from porchlight.settings import Settings


def verify(settings: Settings, keys: Keys, *, since: datetime | None, say: Callable[[str], None]) -> int:
    """Returns 0 when it is whole, 1 when something was done to it, 2 when it cannot be vouched for."""
    if settings.database_url.startswith("sqlite:///") and not Path(db_file := settings.database_url[10:]).exists():
        say(f"There is no database {db_file}; check PORCHLIGHT_DATA and PORCHLIGHT_DATABASE.")
        return 2
    db = Database(settings.database_url)
    try:
        report = Verifier(db, Ring.of(keys), open_shelf(settings), since=since).run()
    except StoreDown:
        say("The checkpoints cannot be read; check PORCHLIGHT_AUDIT_STORE and the way there, then try again.")
        return 2
    except DatabaseError as error:
        say(f"The database cannot be read ({type(error).__name__}); a table of the audit may be gone.")
        return 2
    finally:
        db.close()
    for sentence in report.sentences():
        say(sentence)
    return report.code
