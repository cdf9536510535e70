"""The file that a phone exports, made in Python as docs/wire.md describes it."""

import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

from porchlight.core.keys import sha256
from tests.phone.fake_phone import Item, Phone


def listed(phone: Phone, item: Item) -> dict[str, Any]:
    return {
        "op_id": item.op_id,
        "device_id": phone.device_id,
        "kind": item.kind,
        "schema": 1,
        "seq": item.seq,
        "size": len(item.sealed),
        "sha256": item.sha256,
        "parts": [{"size": len(part), "sha256": sha256(part)} for part in item.parts],
    }


def entries(phone: Phone, items: Iterable[Item]) -> dict[str, bytes]:
    """The names and bytes of everything that lies in the file."""
    items = list(items)
    manifest = {"format": "porchlight-outbox", "v": 1, "items": [listed(phone, item) for item in items]}
    found = {"manifest.json": json.dumps(manifest).encode()}
    for item in items:
        found |= {f"{item.op_id}.jws": item.jws.encode(), f"{item.op_id}.sealed": item.sealed}
        found |= {f"{item.op_id}.{number}.part": part for number, part in enumerate(item.parts)}
    return found


def packed(files: dict[str, bytes], *, compression: int = zipfile.ZIP_STORED) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", compression) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return whole.getvalue()
