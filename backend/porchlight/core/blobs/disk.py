"""Media in a folder: the same steps as S3, with addresses that this server signs and answers itself."""

import contextlib
import hashlib
import hmac
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from urllib.parse import urlencode

from porchlight.core.blobs import GET_SECONDS, PUT_SECONDS, Upload, checked
from porchlight.core.ids import new_secret
from porchlight.core.keys import b64u

ARRIVING = ".arriving"
FORSAKEN = 3600  # seconds; what arrives longer than this belonged to a process that was killed


class Disk:
    """Objects below one folder. Addresses are signed by `secret`; `clock` gives seconds since 1970."""

    origin = ""

    def __init__(self, folder: Path, secret: bytes, *, clock: Callable[[], float] = time.time) -> None:
        self.folder = folder
        self._secret = secret
        self._clock = clock
        for name in (ARRIVING, "incoming", "clean", "thumb"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        for file in (folder / ARRIVING).iterdir():
            with contextlib.suppress(FileNotFoundError):
                if time.time() - file.stat().st_mtime > FORSAKEN:
                    file.unlink()

    def presign_put(self, key: str, *, length: int, sha256: str, base_url: str) -> Upload:
        expires = int(self._clock()) + PUT_SECONDS
        query = {"expires": expires, "length": length, "sha256": sha256}
        query["sig"] = self._sign("PUT", checked(key), expires, length, sha256)
        headers = {"Content-Type": "application/octet-stream", "If-None-Match": "*"}
        return Upload(f"{base_url}/media/{key}?{urlencode(query)}", headers)

    def presign_get(self, key: str, *, base_url: str) -> str:
        expires = int(self._clock()) + GET_SECONDS
        query = {"expires": expires, "sig": self._sign("GET", checked(key), expires)}
        return f"{base_url}/media/{key}?{urlencode(query)}"

    def may_put(self, key: str, *, expires: int, length: int, sha256: str, sig: str) -> bool:
        """Whether this is an address that `presign_put` made, and its time has not run out."""
        return self._fits(self._sign("PUT", checked(key), expires, length, sha256), sig, expires)

    def may_get(self, key: str, *, expires: int, sig: str) -> bool:
        """Whether this is an address that `presign_get` made, and its time has not run out."""
        return self._fits(self._sign("GET", checked(key), expires), sig, expires)

    def _fits(self, right: str, sig: str, expires: int) -> bool:
        return hmac.compare_digest(right.encode(), sig.encode()) and self._clock() < expires

    def _sign(self, verb: str, key: str, *facts: int | str) -> str:
        said = "\n".join([verb, key, *map(str, facts)])
        return b64u(hmac.digest(self._secret, said.encode(), "sha256"))

    def size(self, key: str) -> int | None:
        try:
            return self._path(key).stat().st_size
        except FileNotFoundError:
            return None

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise KeyError(key) from error

    def put(self, key: str, data: bytes, *, content_type: str) -> None:  # noqa: ARG002  a folder keeps no types
        with self.arriving(key) as arriving:
            arriving.write(data)
            arriving.keep(overwrite=True)

    def delete(self, key: str) -> None:
        path = self._path(key)
        path.unlink(missing_ok=True)
        if path.parent.parent != self.folder:
            with contextlib.suppress(OSError):  # other parts still lie there
                path.parent.rmdir()

    def arriving(self, key: str) -> "Arriving":
        """A file that becomes the object only when it is whole; used in a `with` block."""
        return Arriving(self._path(key), self.folder / ARRIVING / new_secret())

    def _path(self, key: str) -> Path:
        return self.folder / checked(key)


class Arriving:
    """Bytes on their way into one object: written aside, put in place by `keep`, gone when the block ends."""

    def __init__(self, place: Path, aside: Path) -> None:
        self._place = place
        self._aside = aside
        self._hash = hashlib.sha256()
        self.length = 0

    def __enter__(self) -> "Arriving":
        self._file = self._aside.open("xb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._aside.unlink(missing_ok=True)

    @property
    def sha256(self) -> str:
        return b64u(self._hash.digest())

    def write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._hash.update(piece)
        self.length += len(piece)

    def keep(self, *, overwrite: bool = False) -> bool:
        """Durable and in place, or False when something is there already and stays."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._place.parent.mkdir(parents=True, exist_ok=True)
        if overwrite:
            self._aside.replace(self._place)
        else:
            try:
                self._place.hardlink_to(self._aside)
            except FileExistsError:
                return False
        for folder in (self._place.parent, self._place.parent.parent):
            _settle(folder)
        return True


def _settle(folder: Path) -> None:
    """Makes a new name in a folder durable: without this a power cut may forget it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
