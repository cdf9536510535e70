"""Every setting, its default and why; nothing else reads the environment."""

import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

# The push services of today's browsers. A subscription on any other host is refused, so that
# nobody can make the server call an address of their choice.
PUSH_HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)

YES = frozenset({"1", "true", "yes", "on"})


class BadSetting(Exception):
    """A setting that cannot work; the text is one plain sentence for whoever starts the product."""


@dataclass(frozen=True, slots=True)
class Settings:
    data: Path = Path("data")
    """Folder for the database file, the media and the secret."""
    database: str = field(default="", repr=False)
    """SQLAlchemy address. Empty: a SQLite file in the data folder."""
    media: str = ""
    """`s3://bucket`, or empty for a folder in the data folder."""
    s3_endpoint: str = ""
    """Address of an S3 that is not Amazon's. Empty: Amazon's."""
    database_owner: str = field(default="", repr=False)
    """Address of the same PostgreSQL as its owner, for `porchlight migrate` alone: the product itself then runs in the role of
    `database`, which may not change a row of the audit or the shape of a table. Empty: one role for both."""
    plain_roads: bool = False
    """True: a database or a bucket on another machine may be talked to without TLS that proves who answers, as in a sealed
    network. False: PostgreSQL needs sslmode=verify-full, and S3 https."""
    audit_store: str = ""
    """Where signed checkpoints of the audit go: `s3://bucket` or `s3://bucket/folder`, with Object Lock, or the path of a
    file, best on another disk. Empty: the folder `audit` of the media's bucket, else a file in the data folder."""
    audit_lock_days: int = 2557
    """Days that a checkpoint in a bucket stays locked; seven years, longer than any record of ours is kept open."""
    host: str = "127.0.0.1"
    port: int = 8700
    url: str = ""
    """The address people type; links in messages start with it. Empty: http://localhost:PORT."""
    demo: bool = False
    """Loads the invented caseload and shows one-tap sign-in. Refuses to start beside real data."""
    demo_open: bool = False
    """True: the demo may be reached from other machines, by whoever likes."""
    worker: bool = True
    """Runs the worker inside the web process, as one machine wants it."""
    smtp: str = field(default="", repr=False)
    """`smtp://user:password@host:port` (or `smtps://`). Empty: no e-mail goes out, and the screens say so."""
    mail_from: str = ""
    ses: bool = False
    """True: e-mail goes out through Amazon's sesv2 from mail_from, where no mail server is set."""
    sms_from: str = ""
    """The number (E.164), pool or sender id that texts come from, through Amazon's pinpoint-sms-voice-v2. Empty: none go out,
    and the screens say so. The credentials are boto3's own (a role on the node, or AWS_… variables)."""
    voice_from: str = ""
    """The number that calls come from: one that stays the same, for it is in people's contacts. Empty: nobody is rung."""
    sms_set: str = ""
    """The configuration set that reports what became of texts and calls to a topic of sns_topics."""
    sns_topics: tuple[str, ...] = ()
    """ARNs of the topics whose signed messages we believe: replies to texts, and reports. Empty: nobody is asked to reply."""
    aws_region: str = ""
    """For texts, calls and e-mail. Empty: boto3's own, else us-east-1."""
    aws_endpoint: str = ""
    """Address of a stand-in for those services, for tests. Empty: Amazon's."""
    text_limit: int = 0
    """Cents a month that texts and calls may cost. The director hears at 50 and 80 %; beyond it only a crisis is sent.
    0: no limit."""
    text_price: int = 120
    """Hundredths of a cent for one segment of a text with the carrier's fee; to count by, the invoice is Amazon's."""
    call_price: int = 140
    """Hundredths of a cent for a minute of a call."""
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
    oidc_issuer: str = ""
    """The agency's own sign-in (OpenID Connect): its issuer, `https://…`, exactly as the provider writes it. Register
    PORCHLIGHT_URL/sign-in/agency/back there as the address to come back to, and PORCHLIGHT_URL/hooks/agency/logout for
    back-channel logout. Empty: there is none."""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    """Empty: a public client, with PKCE alone."""
    oidc_acr: tuple[str, ...] = ()
    """Asked for as acr_values; one of these must be said (`acr`). Empty: whatever the agency asks of its people is enough."""
    oidc_amr: tuple[str, ...] = ()
    """One of these must be among the methods that were used (`amr`), such as mfa,otp,hwk. Empty: not looked at."""
    oidc_offline: bool = False
    """True: ask for a token that outlives the provider's session (offline_access), and use it every 5 minutes to learn that
    somebody was shut out there. For providers that have no back-channel logout, or do not send it on disabling."""
    secret: str = field(default="", repr=False)
    """The one secret all keys come from, 43 base64url characters; a newer one behind a comma (porchlight keys rotate).
    Empty: a file in the data folder."""
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
    def not_set_up(self) -> tuple[str, ...]:
        """Channels for alerts that this installation does not have; screens that people rely on say so."""
        there = {"sms": self.sms_from, "voice": self.voice_from, "email": self.smtp or (self.ses and self.mail_from)}
        return tuple(channel for channel, is_there in there.items() if not is_there)

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")


def number(name: str, default: int, most: int, *, least: int = 1) -> int:
    """A whole number. Raises BadSetting."""
    value = os.environ.get(name, str(default))
    if not value.isdigit() or not least <= int(value) <= most:
        raise BadSetting(f"{name} must be a number from {least} to {most}, not “{value}”.")
    return int(value)


def several(name: str) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(one.strip() for one in os.environ.get(name, "").split(",") if one.strip())


def messages() -> dict[str, Any]:
    """Those about texts, calls and e-mail through Amazon."""
    env = os.environ
    return {
        "ses": env.get("PORCHLIGHT_SES", "0").lower() in YES,
        "sms_from": env.get("PORCHLIGHT_SMS_FROM", ""),
        "voice_from": env.get("PORCHLIGHT_VOICE_FROM", ""),
        "sms_set": env.get("PORCHLIGHT_SMS_SET", ""),
        "sns_topics": several("PORCHLIGHT_SNS_TOPICS"),
        "aws_region": env.get("PORCHLIGHT_AWS_REGION", ""),
        "aws_endpoint": env.get("PORCHLIGHT_AWS_ENDPOINT", ""),
        "text_limit": number("PORCHLIGHT_TEXT_LIMIT", 0, 100_000_000, least=0),
        "text_price": number("PORCHLIGHT_TEXT_PRICE", 120, 100_000),
        "call_price": number("PORCHLIGHT_CALL_PRICE", 140, 100_000),
    }


def auditing() -> dict[str, Any]:
    """Those about who may change the audit, and where it is proven that nobody has."""
    env = os.environ
    return {
        "database_owner": env.get("PORCHLIGHT_DATABASE_OWNER", ""),
        "plain_roads": env.get("PORCHLIGHT_PLAIN_ROADS", "0").lower() in YES,
        "audit_store": env.get("PORCHLIGHT_AUDIT_STORE", ""),
        "audit_lock_days": number("PORCHLIGHT_AUDIT_LOCK_DAYS", 2557, 36_500),
    }


def doors() -> dict[str, Any]:
    """Those about who comes in. Raises BadSetting."""
    env = os.environ
    issuer = env.get("PORCHLIGHT_OIDC_ISSUER", "")
    if issuer and not issuer.startswith(("https://", "http://localhost:", "http://127.0.0.1:")):
        raise BadSetting("PORCHLIGHT_OIDC_ISSUER must be an address that starts with https://, or left empty.")
    if issuer and not env.get("PORCHLIGHT_OIDC_CLIENT_ID"):
        raise BadSetting("PORCHLIGHT_OIDC_ISSUER needs PORCHLIGHT_OIDC_CLIENT_ID, the name the provider knows us by.")
    return {
        "demo": env.get("PORCHLIGHT_DEMO", "0").lower() in YES,
        "demo_open": env.get("PORCHLIGHT_DEMO_OPEN", "0").lower() in YES,
        "oidc_issuer": issuer,
        "oidc_client_id": env.get("PORCHLIGHT_OIDC_CLIENT_ID", ""),
        "oidc_client_secret": env.get("PORCHLIGHT_OIDC_CLIENT_SECRET", ""),
        "oidc_acr": several("PORCHLIGHT_OIDC_ACR"),
        "oidc_amr": several("PORCHLIGHT_OIDC_AMR"),
        "oidc_offline": env.get("PORCHLIGHT_OIDC_OFFLINE", "0").lower() in YES,
    }


def from_environment() -> Settings:
    """Read PORCHLIGHT_… variables. Raises BadSetting with a sentence that names the variable."""
    env = os.environ

    def flag(name: str, default: bool) -> bool:
        return env.get(name, "1" if default else "0").lower() in YES

    subject = env.get("PORCHLIGHT_PUSH_SUBJECT", "mailto:porchlight@example.org")
    if not subject.startswith(("mailto:", "https://")):
        raise BadSetting("PORCHLIGHT_PUSH_SUBJECT must start with mailto: or https://.")
    media = env.get("PORCHLIGHT_MEDIA", "")
    if media and not media.startswith("s3://"):
        raise BadSetting("PORCHLIGHT_MEDIA must be s3://bucket, or left empty for the data folder.")
    heartbeat = env.get("PORCHLIGHT_HEARTBEAT", "")
    if heartbeat and not heartbeat.startswith(("https://", "http://")):
        raise BadSetting("PORCHLIGHT_HEARTBEAT must be an address that starts with https://, or left empty.")
    return Settings(
        data=Path(env.get("PORCHLIGHT_DATA", "data")).expanduser().resolve(),
        database=env.get("PORCHLIGHT_DATABASE", ""),
        media=media,
        s3_endpoint=env.get("PORCHLIGHT_S3_ENDPOINT", ""),
        host=env.get("PORCHLIGHT_HOST", "127.0.0.1"),
        port=number("PORCHLIGHT_PORT", 8700, 65535),
        url=env.get("PORCHLIGHT_URL", ""),
        worker=flag("PORCHLIGHT_WORKER", True),
        smtp=env.get("PORCHLIGHT_SMTP", ""),
        mail_from=env.get("PORCHLIGHT_MAIL_FROM", ""),
        **messages(),
        **auditing(),
        **doors(),
        push_hosts=several("PORCHLIGHT_PUSH_HOSTS") or PUSH_HOSTS,
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
    """Write the settings back into the environment, for the server's own child processes; not the owner's of the database."""
    for one in fields(settings):
        value = getattr(settings, one.name)
        if isinstance(value, bool):
            value = "1" if value else "0"
        elif isinstance(value, tuple):
            value = ",".join(value)
        os.environ[f"PORCHLIGHT_{one.name.upper()}"] = str(value)
    os.environ.pop("PORCHLIGHT_DATABASE_OWNER", None)
