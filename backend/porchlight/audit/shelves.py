"""Where checkpoints are put away: out of the database's reach, and never overwritten."""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from porchlight.core.blobs import StoreDown
from porchlight.settings import Settings

COMPLIANCE = "COMPLIANCE"  # S3 Object Lock: nobody shortens it, not even the owner of the account


class Shelf(Protocol):
    """Each may raise StoreDown."""

    def put(self, line: str, *, now: datetime) -> None:
        """Durable when it returns."""

    def lines(self) -> Iterator[str]:
        """All that were put, nearly in the order of their sizes, few at a time."""


class Unlocked(StoreDown):
    """The bucket took the object and does not lock it: whoever owns the bucket could take it away."""


class File:
    """A file that only grows, for one machine: best on another disk, or with `chattr +a`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, line: str, *, now: datetime) -> None:  # noqa: ARG002  a file keeps no dates
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            is_new = not self.path.exists()
            handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, f"{self._break(handle)}{line}\n".encode())
                os.fsync(handle)
            finally:
                os.close(handle)
            if is_new:
                _settle(self.path.parent)
        except OSError as error:
            raise StoreDown from error

    @staticmethod
    def _break(handle: int) -> str:
        """A power cut may have left half a line: the next one begins anew."""
        length = os.fstat(handle).st_size
        return "\n" if length and os.pread(handle, 1, length - 1) != b"\n" else ""

    def lines(self) -> Iterator[str]:
        with suppress(FileNotFoundError), self.path.open(encoding="ascii", errors="replace") as file:
            yield from (line.rstrip("\n") for line in file)


class Locked:
    """A bucket with S3 Object Lock. The line is the object's name, so that a listing is all that `lines` needs."""

    def __init__(self, client: Any, bucket: str, prefix: str, days: int) -> None:
        self._client, self._bucket, self._prefix, self._days = client, bucket, prefix, days

    def put(self, line: str, *, now: datetime) -> None:
        from porchlight.core.blobs.s3 import talking

        until = now + timedelta(days=self._days)
        with talking():
            self._client.put_object(
                **self._at(line),
                Body=line.encode(),
                ContentType="text/plain",
                ChecksumAlgorithm="SHA256",  # a lock is not given to what might have changed on its way
                ObjectLockMode=COMPLIANCE,
                ObjectLockRetainUntilDate=until,
            )
            found = self._client.head_object(**self._at(line))
        if found.get("ObjectLockMode") != COMPLIANCE:
            raise Unlocked

    def lines(self) -> Iterator[str]:
        from porchlight.core.blobs.s3 import talking

        with talking():
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            for page in pages:
                yield from (one["Key"].removeprefix(self._prefix) for one in page.get("Contents", ()))

    def _at(self, line: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": f"{self._prefix}{line}"}


def open_shelf(settings: Settings) -> Shelf:
    """The bucket or file of the setting; else a folder of the media's bucket; else a file in the data folder."""
    place = settings.audit_store or (f"{settings.media.rstrip('/')}/audit" if settings.media else "")
    if not place.startswith("s3://"):
        return File(Path(place) if place else settings.data / "audit" / "checkpoints")
    from porchlight.core.blobs.s3 import client_of  # boto3 takes a while to import, and one machine never needs it

    bucket, _slash, prefix = place.removeprefix("s3://").strip("/").partition("/")
    return Locked(client_of(settings), bucket, f"{prefix}/" if prefix else "", settings.audit_lock_days)


def _settle(folder: Path) -> None:
    """Makes a new name in a folder durable: without this a power cut may forget it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
