"""Which store the settings ask for."""

from porchlight.core.blobs import Store
from porchlight.core.blobs.disk import Disk
from porchlight.core.keys import Keys
from porchlight.settings import Settings


def open_store(settings: Settings, keys: Keys) -> Store:
    """The bucket of `s3://…`, else a folder in the data folder."""
    if settings.media.startswith("s3://"):
        from porchlight.core.blobs.s3 import S3  # boto3 takes a while to import, and one machine never needs it

        return S3.from_settings(settings)
    return Disk(settings.data / "media", keys.derive("media/1"))
