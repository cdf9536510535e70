"""Messages that Amazon's SNS posts to us: believed when they are signed, of a topic of ours, and new.

Amazon SNS Developer Guide, “Verifying the signatures of Amazon SNS messages”; signature version 2 (SHA-256) alone.
"""

import base64
import binascii
import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from porchlight.alerts.texts.rules import STALE
from porchlight.core.clock import parse_iso
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound

TIMEOUT = 4.0  # seconds
LONGEST = 20_000  # bytes of a certificate
NOT_OURS = _("This is not for us.")
HOST = re.compile(r"sns\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?")
# What is signed, in this order; a part that is not there is left out.
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}


@dataclass(frozen=True, slots=True)
class Signed:
    """What a topic of ours said. confirm_at: where the subscription is to be confirmed, for the first message."""

    message: Mapping[str, Any]
    confirm_at: str = ""


def read(body: bytes, topics: tuple[str, ...], *, now: datetime) -> Signed:
    """A message that may be believed. Raises NotFound for every other."""
    try:
        said = json.loads(body)
        kind, topic = said["Type"], said["TopicArn"]
        sent_at = parse_iso(said["Timestamp"])
        signature = base64.b64decode(said["Signature"], validate=True)
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise NotFound(NOT_OURS) from None
    fresh = abs(now - sent_at) <= STALE
    if topic not in topics or kind not in SIGNED or said.get("SignatureVersion") != "2" or not fresh:
        raise NotFound(NOT_OURS)
    words = "".join(f"{name}\n{said[name]}\n" for name in SIGNED[kind] if name in said)
    key = certificate(_amazons(said.get("SigningCertURL"), topic), now)
    try:
        key.verify(signature, words.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        raise NotFound(NOT_OURS) from None
    if kind == "SubscriptionConfirmation":
        return Signed({}, _amazons(said["SubscribeURL"], topic))
    try:
        inner = json.loads(said["Message"])
    except ValueError:
        inner = {}
    return Signed(inner if isinstance(inner, dict) else {})


def _amazons(url: object, topic: str) -> str:
    """An address of SNS in the topic's own region. Raises NotFound."""
    parts = urlsplit(str(url))
    found = HOST.fullmatch(parts.netloc)
    if parts.scheme != "https" or not found or found.group(1) != topic.split(":")[3]:
        raise NotFound(NOT_OURS)
    return str(url)


def certificate(url: str, now: datetime) -> rsa.RSAPublicKey:
    """The key of SNS's own certificate, fetched over TLS from SNS. Raises NotFound."""
    try:
        made = x509.load_pem_x509_certificate(fetch(url))
    except (OSError, http.client.HTTPException, ValueError):
        raise NotFound(NOT_OURS) from None
    key = made.public_key()
    if not isinstance(key, rsa.RSAPublicKey) or not made.not_valid_before_utc <= now <= made.not_valid_after_utc:
        raise NotFound(NOT_OURS)
    return key


@lru_cache(maxsize=8)
def fetch(url: str) -> bytes:
    """One GET to an address of SNS: no proxy, no redirect."""
    parts = urlsplit(url)
    line = http.client.HTTPSConnection(parts.netloc, timeout=TIMEOUT)
    try:
        line.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)
        answer = line.getresponse()
        if answer.status != 200:
            raise http.client.HTTPException(str(answer.status))
        return answer.read(LONGEST)
    finally:
        line.close()
