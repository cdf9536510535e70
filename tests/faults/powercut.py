"""What a disk would hold if the power went now: SQLite's own calls to the disk are watched, and only what was synced counts."""

import ctypes
import os
import random
import threading
from pathlib import Path

# sqlite3.h: struct sqlite3_vfs and sqlite3_io_methods, as far as they are needed here.
OPEN = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(ctypes.c_int)
)
SYNC = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
METHODS = 19  # words of sqlite3_io_methods of version 3: iVersion, then 18 functions
PLACE_OF_SYNC = 5  # iVersion, xClose, xRead, xWrite, xTruncate, xSync


class Vfs(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("open", OPEN),
    )


class Disk:
    """The files of one database as they were when they were last synced, while the `with` block runs.

    Connections must be opened within the block, and live no longer. It changes how this process opens files of SQLite:
    use it in a process that ends by `os._exit` when it has said what it found.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.synced: dict[str, bytes] = {}
        self.lock = threading.Lock()
        self.kept: list[object] = []  # what SQLite points at must not be collected
        self.tables: dict[int, object] = {}

    def __enter__(self) -> "Disk":
        library = ctypes.CDLL("libsqlite3.so.0")
        library.sqlite3_vfs_find.restype = ctypes.POINTER(Vfs)
        self.vfs = library.sqlite3_vfs_find(None).contents
        self.original = OPEN(ctypes.cast(self.vfs.open, ctypes.c_void_p).value or 0)
        watched = OPEN(self._open)
        self.kept.append(watched)
        self.vfs.open = watched
        return self

    def __exit__(self, *_ended: object) -> None:
        self.vfs.open = self.original

    def _open(self, vfs: int, name: int | None, file: int, flags: int, out: object) -> int:
        # The very name that SQLite gave: it keeps it for as long as the file is open.
        code = int(self.original(vfs, name, file, flags, out))  # type: ignore[arg-type]
        path = os.fsdecode(ctypes.string_at(name)) if name else ""
        if code == 0 and path.startswith(str(self.folder)) and not path.endswith("-shm"):
            self._watch(file, path)
        return code

    def _watch(self, file: int, path: str) -> None:
        """Gives the open file a table of methods of its own, in which `xSync` tells us, too."""
        place = ctypes.cast(file, ctypes.POINTER(ctypes.c_void_p))
        words = ctypes.cast(place[0] or 0, ctypes.POINTER(ctypes.c_void_p * METHODS)).contents
        table = (ctypes.c_void_p * METHODS)(*words)
        original = SYNC(words[PLACE_OF_SYNC] or 0)

        def sync(this: int, flags: int) -> int:
            code = int(original(this, flags))
            if code == 0:
                with self.lock:
                    self.synced[path] = Path(path).read_bytes()
            return code

        with self.lock:
            self.synced.setdefault(path, Path(path).read_bytes())  # what lay there before lies safely
        called = SYNC(sync)
        table[PLACE_OF_SYNC] = ctypes.cast(called, ctypes.c_void_p).value
        self.kept += [table, called, original]
        place[0] = ctypes.addressof(table)

    def cut(self, to: Path, chance: random.Random) -> None:
        """Lays down what is left when the power goes now: what was synced, and of what was not perhaps a piece."""
        with self.lock:
            left = dict(self.synced)
        to.mkdir()
        for path, content in left.items():
            kept = content
            if path.endswith("-wal") and chance.random() < 0.5:
                now = Path(path).read_bytes()
                kept += now[len(content) : len(content) + chance.randrange(8192)]
            (to / Path(path).name).write_bytes(kept)
