"""What `porchlight keys` says and does, line by line."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from porchlight.core.db import Database
from porchlight.core.ids import new_secret
from porchlight.core.keyring import roots, sealing
from porchlight.core.keyring.current import RING
from porchlight.core.keyring.ring import Ring
from porchlight.core.keys import Keys


def show(db: Database, keys: Keys) -> Iterator[str]:
    """Which root wraps how many keys of people, and what still lies open."""
    with db.reading() as session:
        used = roots.uses(session)
    for row in used:
        state = f"retired {row.retired_at:%Y-%m-%d}" if row.retired_at else "in use"
        here = "" if row.root in keys.roots() else ", and its secret is not here"
        yield f"root    {row.root}  {row.keys} keys of people, since {row.made_at:%Y-%m-%d}, {state}{here}"
    if not used:
        yield "Words are not sealed yet. Once every node runs this release: porchlight keys seal"
    elif left := sealing.left_open(db):
        yield f"{sum(left.values())} words still lie open: porchlight keys seal"


def seal(db: Database, keys: Keys) -> Iterator[str]:
    """From now on words are sealed, and those that lie open are, too. Safe to end and to run again."""
    db.facts[RING] = Ring(keys)
    with db.transaction() as session:
        roots.begin(session, keys, now=db.now(session))
    counts = sealing.seal_all(db)
    for name, count in counts.items():
        yield f"sealed  {name}  {count}"
    yield f"{sum(counts.values())} words were sealed; none lies open now."


def rotate(
    db: Database, keys: Keys, *, secret_file: Path | None, wait: Callable[[float], None] = time.sleep
) -> Iterator[str]:
    """Everything under a newer root. secret_file: where a newer secret may be added; None where a setting holds it."""
    db.facts[RING] = Ring(keys)
    with db.reading() as session:
        known = {row.root for row in roots.uses(session)}
    if keys.roots()[-1] in known:
        if secret_file is None:
            yield "Put a second secret behind the first in PORCHLIGHT_SECRET, with a comma between them, on every node;"
            yield "restart each node; then run this again."
            return
        add_secret(secret_file)
        keys.read_again()
    yield "Waiting half a minute, until every node knows the newer root…"
    count = roots.rotate(db, keys, wait=wait)
    yield f"{count} keys of people are wrapped anew; what they seal was not touched."
    yield from show(db, keys)
    yield "The first secret stays: phones, seals over reporters and calendars hang on it (docs/crypto.toml)."


def add_secret(file: Path) -> None:
    """One more line, on the disk before anything is wrapped under it."""
    whole = f"{file.read_text().strip()}\n{new_secret()}\n"
    beside = file.with_name(f"{file.name}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as written:
        written.write(whole)
        written.flush()
        os.fsync(written.fileno())
    beside.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
