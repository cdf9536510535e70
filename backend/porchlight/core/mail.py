"""E-mail over SMTP or Amazon's sesv2, the only ways a message leaves the house by post."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from porchlight.settings import Settings

PATIENCE = 10.0  # seconds for each step of the conversation
WAITS = Config(connect_timeout=1.5, read_timeout=2.5, retries={"total_max_attempts": 1}, proxies={})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class MailTrouble(Exception):
    """The mail server did not take the message. Says what kind of trouble, never to whom or what."""


def can_send(settings: Settings) -> bool:
    return "email" not in settings.not_set_up


def send(settings: Settings, *, to: str, subject: str, text: str, locale: str = "en") -> None:
    """One plain message, now. Never call it inside a transaction. Raises MailTrouble; sending again is safe."""
    if not settings.smtp:
        _through_amazon(settings, to, subject, text)
        return
    host = urlsplit(settings.public_url).hostname or "localhost"
    message = EmailMessage()
    message["From"] = settings.mail_from or f"porchlight@{host}"
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=host)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes come back
    message.set_content(text)
    message["Content-Language"] = locale  # setting the content takes away every Content- header
    try:
        with _conversation(settings.smtp, our_name=host) as server:
            server.send_message(message)
    except (smtplib.SMTPException, OSError) as error:
        raise MailTrouble(type(error).__name__) from None


@lru_cache(maxsize=4)
def _client(endpoint: str, region: str) -> Any:
    session = boto3.Session()
    region = region or session.region_name or "us-east-1"
    return session.client("sesv2", endpoint_url=endpoint or None, region_name=region, config=WAITS)


def get_ready(settings: Settings) -> None:
    """Make Amazon's client before the first letter needs it: that takes boto3 up to a second."""
    if settings.ses and not settings.smtp:
        _client(settings.aws_endpoint, settings.aws_region)


def _through_amazon(settings: Settings, to: str, subject: str, text: str) -> None:
    said: dict[str, Any] = {"Subject": _words(subject), "Body": {"Text": _words(text)}}
    said["Headers"] = [{"Name": "Auto-Submitted", "Value": "auto-generated"}]
    try:
        _client(settings.aws_endpoint, settings.aws_region).send_email(
            FromEmailAddress=settings.mail_from,
            Destination={"ToAddresses": [to]},
            Content={"Simple": said},
        )["MessageId"]
    except (ClientError, BotoCoreError, ResponseParserError, KeyError, ValueError, OSError) as error:
        raise MailTrouble(type(error).__name__) from None


def _words(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


@contextmanager
def _conversation(address: str, *, our_name: str) -> Iterator[smtplib.SMTP]:
    """smtps:// speaks TLS from the start; smtp:// asks for STARTTLS wherever it is offered."""
    parts = urlsplit(address)
    host = parts.hostname or "localhost"
    secure = parts.scheme == "smtps"
    if secure:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, local_hostname=our_name, timeout=PATIENCE, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(
            host, parts.port or (587 if parts.username else 25), local_hostname=our_name, timeout=PATIENCE
        )
    with server:
        server.ehlo()
        if not secure and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
            secure = True
        if parts.username:
            if not secure and host not in LOOPBACK:
                raise smtplib.SMTPNotSupportedError("no TLS for the password")
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
