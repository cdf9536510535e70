"""Between people and server: TLS 1.2 or 1.3, and nothing plain where others could listen."""

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from porchlight.serving import Stopped, check_roads
from porchlight.settings import Settings
from tests.serving import OURS, free_port


@dataclass
class Secure:
    port: int
    certificate: Path

    def ask(self, lowest: ssl.TLSVersion, highest: ssl.TLSVersion) -> bytes:
        """What /healthz answers to a browser of that age. Raises ssl.SSLError, OSError."""
        context = ssl.create_default_context(cafile=self.certificate)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # an old browser would not mind
        context.minimum_version, context.maximum_version = lowest, highest
        with (
            socket.create_connection(("localhost", self.port), timeout=5) as line,
            context.wrap_socket(line, server_hostname="localhost") as sealed,
        ):
            sealed.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return b"".join(iter(lambda: sealed.recv(65536), b""))


def make_certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, secret


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = make_certificate(folder)
    one = Secure(free_port(), certificate)
    env = {name: value for name, value in os.environ.items() if not name.startswith("PORCHLIGHT_")} | {
        "PYTHONPATH": OURS,
        "PORCHLIGHT_DATA": str(folder / "data"),
        "PORCHLIGHT_PORT": str(one.port),
        "PORCHLIGHT_URL": f"https://localhost:{one.port}",
        "PORCHLIGHT_TLS_CERTIFICATE": str(certificate),
        "PORCHLIGHT_TLS_KEY": str(key),
    }
    command = [sys.executable, "-m", "porchlight", "serve"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and server.poll() is None:
            with contextlib.suppress(OSError):
                one.ask(ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
                break
            time.sleep(0.2)
        yield one
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@pytest.mark.asvs("12.1.1", "12.2.1")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_todays_browsers_are_answered_over_tls(secure: Secure, version: ssl.TLSVersion) -> None:
    answer = secure.ask(version, version)

    assert b"200" in answer.split(b"\r\n", 1)[0]
    assert b"strict-transport-security: max-age=31536000; includeSubDomains" in answer


@pytest.mark.asvs("12.1.1")
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_older_tls_is_refused(secure: Secure, version: ssl.TLSVersion) -> None:
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        secure.ask(version, version)


@pytest.mark.asvs("12.2.1")
def test_nothing_plain_is_answered_beside_it(secure: Secure) -> None:
    with socket.create_connection(("localhost", secure.port), timeout=5) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        line.settimeout(2)
        with contextlib.suppress(TimeoutError, ConnectionResetError):
            assert b'"ok"' not in line.recv(65536)


@pytest.mark.asvs("12.2.1")
def test_it_does_not_start_plainly_where_others_can_reach_it(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, host="0.0.0.0")

    with pytest.raises(Stopped, match="PORCHLIGHT_URL must start with https://"):
        check_roads(settings)
    check_roads(replace(settings, url="https://porchlight.example.org"))
    check_roads(replace(settings, plain_roads=True))
    check_roads(replace(settings, host="127.0.0.1"))
