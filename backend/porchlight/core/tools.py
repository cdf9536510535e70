"""What a job or a long act needs in hand: database, settings, keys and the media store."""

from dataclasses import dataclass

from porchlight.core.blobs import Store
from porchlight.core.db import Database
from porchlight.core.keys import Keys
from porchlight.settings import Settings


@dataclass(frozen=True, slots=True)
class Tools:
    db: Database
    settings: Settings
    keys: Keys
    blobs: Store
