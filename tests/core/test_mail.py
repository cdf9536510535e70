"""E-mail, over a real conversation with a real server."""

from pathlib import Path

import pytest

from porchlight.core import mail
from porchlight.settings import Settings
from tests.mailbox import Mailbox, make_certificate

WORDS = {
    "to": "sunniva@example.org",
    "subject": "Condado de Alder: confirme una visita.",
    "text": "Hola:\n\n.\nAdiós.\n",
}


def settings(address: str, **more: str) -> Settings:
    return Settings(smtp=address, url="https://porch.example.org", **more)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return make_certificate(tmp_path / "localhost.pem")


def test_a_message_arrives_as_it_was_written() -> None:
    with Mailbox() as box:
        mail.send(settings(f"smtp://127.0.0.1:{box.port}"), **WORDS, locale="es")

    (letter,) = box.letters
    assert letter.to == ["sunniva@example.org"]
    assert letter.message["Subject"] == "Condado de Alder: confirme una visita."
    assert letter.message["From"] == "porchlight@porch.example.org"
    assert letter.message["Auto-Submitted"] == "auto-generated"
    assert letter.message["Content-Language"] == "es"
    assert letter.message["Message-ID"].endswith("@porch.example.org>")
    assert letter.message.get_content().splitlines() == ["Hola:", "", ".", "Adiós."]
    assert letter.message.get_content_type() == "text/plain"


def test_the_sender_is_the_one_of_the_settings() -> None:
    with Mailbox() as box:
        mail.send(settings(f"smtp://127.0.0.1:{box.port}", mail_from="Alder County <visits@example.org>"), **WORDS)

    assert box.letters[0].message["From"] == "Alder County <visits@example.org>"


@pytest.mark.parametrize(("scheme", "tls"), [("smtp", "starttls"), ("smtps", "always")])
def test_a_conversation_is_encrypted_before_anything_is_said(
    scheme: str, tls: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    with Mailbox(tls, certificate) as box:
        mail.send(settings(f"{scheme}://visits:pass%20word@localhost:{box.port}"), **WORDS)

    assert [(letter.encrypted, letter.user) for letter in box.letters] == [(True, "visits")]


@pytest.mark.parametrize(("scheme", "tls"), [("smtp", "starttls"), ("smtps", "always")])
def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(scheme: str, tls: str, certificate: Path) -> None:
    with Mailbox(tls, certificate) as box, pytest.raises(mail.MailTrouble, match="SSLCertVerificationError"):
        mail.send(settings(f"{scheme}://visits:password@localhost:{box.port}"), **WORDS)

    assert box.letters == []


def test_a_password_is_never_said_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "LOOPBACK", frozenset())

    with Mailbox() as box, pytest.raises(mail.MailTrouble, match="SMTPNotSupportedError"):
        mail.send(settings(f"smtp://visits:password@localhost:{box.port}"), **WORDS)

    assert box.letters == []


def test_a_refusal_says_what_kind_of_trouble_and_not_to_whom() -> None:
    with Mailbox(refuse="550 sunniva is not here") as box, pytest.raises(mail.MailTrouble) as trouble:
        mail.send(settings(f"smtp://127.0.0.1:{box.port}"), **WORDS)

    assert str(trouble.value) == "SMTPRecipientsRefused"


def test_a_server_that_says_nothing_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "PATIENCE", 0.2)

    with Mailbox(silent=True) as box, pytest.raises(mail.MailTrouble, match="SMTPServerDisconnected"):
        mail.send(settings(f"smtp://127.0.0.1:{box.port}"), **WORDS)


def test_a_line_break_in_a_header_is_refused() -> None:
    with Mailbox() as box, pytest.raises(ValueError, match="linefeed"):
        mail.send(settings(f"smtp://127.0.0.1:{box.port}"), **{**WORDS, "subject": "Visit\nBcc: all@example.org"})

    assert box.letters == []


def test_nothing_can_be_sent_without_a_server() -> None:
    assert not mail.can_send(Settings())
    assert mail.can_send(settings("smtp://localhost:25"))
