"""A small real SMTP server on loopback that keeps what it is given."""

import base64
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass
class Letter:
    to: list[str]
    message: EmailMessage
    encrypted: bool
    user: str


@dataclass
class Mailbox:
    """`with Mailbox() as box:` listens at box.port. tls: "" | "starttls" | "always", with the certificate in `pem`.

    refuse: the answer to every recipient, such as "550 no such person". silent: accepts the connection, says nothing.
    """

    tls: str = ""
    pem: Path | None = None
    refuse: str = ""
    silent: bool = False
    letters: list[Letter] = field(default_factory=list)
    tries: int = 0

    def __enter__(self) -> "Mailbox":
        bound = type("Bound", (Conversation,), {"box": self})
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), bound)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.finish = threading.Event()
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish.set()
        self.server.shutdown()
        self.server.server_close()

    def context(self) -> ssl.SSLContext:
        assert self.pem is not None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pem)
        return context


class Conversation(socketserver.StreamRequestHandler):
    box: Mailbox

    def handle(self) -> None:
        self.box.tries += 1
        if self.box.silent:
            self.box.finish.wait(30)
            return
        try:
            if self.box.tls == "always":
                self.encrypt()
            self.talk()
        except OSError:
            return  # the other side hung up, as one does on a certificate that nobody vouches for
        finally:
            if self.encrypted():
                for part in (self.rfile, self.wfile, self.connection):
                    part.close()

    def encrypt(self) -> None:
        self.connection = self.box.context().wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def talk(self) -> None:
        self.say("220 mailbox")
        to: list[str] = []
        user = ""
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "EHLO":
                offers = ["STARTTLS"] if self.box.tls == "starttls" and not self.encrypted() else []
                for offer in ["mailbox", *offers, "AUTH PLAIN"]:
                    self.say(f"250-{offer}")
                self.say("250 SIZE 1000000")
            elif word == "STARTTLS":
                self.say("220 go ahead")
                self.encrypt()
            elif word == "AUTH":
                user = base64.b64decode(line.split()[2]).decode().split("\0")[1]
                self.say("235 welcome")
            elif word == "RCPT":
                to.append(line.split(":", 1)[1].split(">")[0].strip(" <"))
                self.say(self.box.refuse or "250 fine")
            elif word == "DATA":
                self.say("354 write")
                self.keep(to, user)
                self.say("250 kept")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def encrypted(self) -> bool:
        return isinstance(self.connection, ssl.SSLSocket)

    def keep(self, to: list[str], user: str) -> None:
        data = b""
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            data += line.removeprefix(b".") if line.startswith(b"..") else line
        message = message_from_bytes(data, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.box.letters.append(Letter(to, message, self.encrypted(), user))


def make_certificate(path: Path) -> Path:
    """A certificate for localhost that signs itself, with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path
