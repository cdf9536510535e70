"""Every setting, its default and why; nothing else reads the environment."""

import os
from dataclasses import dataclass, field
from pathlib import Path

# The push services of today's browsers. A subscription on any other host is refused, so that
# nobody can make the server call an address of their choice.
PUSH_HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)


class BadSetting(Exception):
    """A setting that cannot work; the text is one plain sentence for whoever starts the product."""


@dataclass(frozen=True, slots=True)
class Settings:
    data: Path = Path("data")
    """Folder for the database file, the media and the secret."""
    database: str = ""
    """SQLAlchemy address. Empty: a SQLite file in the data folder."""
    media: str = ""
    """`s3://bucket`, or empty for a folder in the data folder."""
    s3_endpoint: str = ""
    """Address of an S3 that is not Amazon's. Empty: Amazon's."""
    host: str = "127.0.0.1"
    port: int = 8700
    url: str = ""
    """The address people type; links in messages start with it. Empty: http://localhost:PORT."""
    demo: bool = False
    """Loads the invented caseload and shows one-tap sign-in. Refuses to start beside real data."""
    worker: bool = True
    """Runs the worker inside the web process, as one machine wants it."""
    smtp: str = ""
    """`smtp://user:password@host:port` (or `smtps://`). Empty: no e-mail goes out, and the screens say so."""
    mail_from: str = ""
    push_hosts: tuple[str, ...] = field(default=PUSH_HOSTS)
    push_subject: str = "mailto:porchlight@example.org"
    """Whom a push service may write to (RFC 8292); a mailto: or https: address."""
    heartbeat: str = ""
    """`https://…`: asked every 20 seconds by the worker while alerts go out; whoever watches that address hears of silence
    within a minute. Empty: nobody outside is told."""
    lock_idle: int = 15
    """Minutes without a touch after which the app on a phone locks itself (phone.md, The vault)."""
    lock_background: int = 5
    """Minutes behind other apps after which it does."""
    strict_phones: bool = False
    """True: what the server sent opens without signal only on a phone that unlocks by face or finger, and elsewhere until
    the app is closed. False: on every phone, so that a caseworker with a cheap one reads offline, too (docs/security.md)."""
    secret: str = ""
    """The one secret all keys come from, 43 base64url characters. Empty: a file in the data folder."""
    greeting: str = ""
    """What the server says once it is ready; the command line sets it for its own child."""
    public_proxy: bool = False
    """True when a proxy of ours terminates TLS and sets X-Forwarded-For."""

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data / 'porchlight.sqlite3'}"

    @property
    def public_url(self) -> str:
        return (self.url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")


def number(name: str, default: int, most: int) -> int:
    """A whole number from 1. Raises BadSetting."""
    value = os.environ.get(name, str(default))
    if not value.isdigit() or not 0 < int(value) <= most:
        raise BadSetting(f"{name} must be a number from 1 to {most}, not “{value}”.")
    return int(value)


def from_environment() -> Settings:
    """Read PORCHLIGHT_… variables. Raises BadSetting with a sentence that names the variable."""
    env = os.environ

    def flag(name: str, default: bool) -> bool:
        return env.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}

    subject = env.get("PORCHLIGHT_PUSH_SUBJECT", "mailto:porchlight@example.org")
    if not subject.startswith(("mailto:", "https://")):
        raise BadSetting("PORCHLIGHT_PUSH_SUBJECT must start with mailto: or https://.")
    media = env.get("PORCHLIGHT_MEDIA", "")
    if media and not media.startswith("s3://"):
        raise BadSetting("PORCHLIGHT_MEDIA must be s3://bucket, or left empty for the data folder.")
    heartbeat = env.get("PORCHLIGHT_HEARTBEAT", "")
    if heartbeat and not heartbeat.startswith(("https://", "http://")):
        raise BadSetting("PORCHLIGHT_HEARTBEAT must be an address that starts with https://, or left empty.")
    hosts = tuple(h.strip() for h in env.get("PORCHLIGHT_PUSH_HOSTS", "").split(",") if h.strip())
    return Settings(
        data=Path(env.get("PORCHLIGHT_DATA", "data")).expanduser().resolve(),
        database=env.get("PORCHLIGHT_DATABASE", ""),
        media=media,
        s3_endpoint=env.get("PORCHLIGHT_S3_ENDPOINT", ""),
        host=env.get("PORCHLIGHT_HOST", "127.0.0.1"),
        port=number("PORCHLIGHT_PORT", 8700, 65535),
        url=env.get("PORCHLIGHT_URL", ""),
        demo=flag("PORCHLIGHT_DEMO", False),
        worker=flag("PORCHLIGHT_WORKER", True),
        smtp=env.get("PORCHLIGHT_SMTP", ""),
        mail_from=env.get("PORCHLIGHT_MAIL_FROM", ""),
        push_hosts=hosts or PUSH_HOSTS,
        push_subject=subject,
        heartbeat=heartbeat,
        lock_idle=number("PORCHLIGHT_LOCK_IDLE", 15, 240),
        lock_background=number("PORCHLIGHT_LOCK_BACKGROUND", 5, 240),
        strict_phones=flag("PORCHLIGHT_STRICT_PHONES", False),
        secret=env.get("PORCHLIGHT_SECRET", ""),
        greeting=env.get("PORCHLIGHT_GREETING", ""),
        public_proxy=flag("PORCHLIGHT_PUBLIC_PROXY", False),
    )


def pass_on(settings: Settings) -> None:
    """Write the settings back into the environment, for the server's own child processes."""
    for name in (
        "data",
        "database",
        "media",
        "s3_endpoint",
        "host",
        "port",
        "url",
        "smtp",
        "mail_from",
        "heartbeat",
        "lock_idle",
        "lock_background",
        "secret",
        "greeting",
    ):
        os.environ[f"PORCHLIGHT_{name.upper()}"] = str(getattr(settings, name))
    for name in ("demo", "worker", "public_proxy", "strict_phones"):
        os.environ[f"PORCHLIGHT_{name.upper()}"] = "1" if getattr(settings, name) else "0"
    os.environ["PORCHLIGHT_PUSH_HOSTS"] = ",".join(settings.push_hosts)
    os.environ["PORCHLIGHT_PUSH_SUBJECT"] = settings.push_subject
