"""A topic of Amazon's SNS for tests: signs as the real one does, with a certificate of its own."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from porchlight.core.clock import iso
from tests.phones import TOPIC

CERTIFICATE_AT = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
PARTS = ("Message", "MessageId", "SubscribeURL", "Subject", "Timestamp", "Token", "TopicArn", "Type")


class Topic:
    """certificate: what stands at CERTIFICATE_AT."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(7)
            .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=700))
            .sign(self._key, hashes.SHA256())
        )
        self.certificate = made.public_bytes(Encoding.PEM)

    def says(self, message: dict[str, Any] | str, at: datetime, **parts: str) -> dict[str, str]:
        """A signed notification. parts: what is other than usual, signed too."""
        said = {
            "Type": "Notification",
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": TOPIC,
            "Message": message if isinstance(message, str) else json.dumps(message),
            "Timestamp": iso(at),
            "SignatureVersion": "2",
            "SigningCertURL": CERTIFICATE_AT,
            **parts,
        }
        words = "".join(f"{name}\n{said[name]}\n" for name in PARTS if name in said)
        signature = self._key.sign(words.encode(), padding.PKCS1v15(), hashes.SHA256())
        return {**said, "Signature": base64.b64encode(signature).decode()}
