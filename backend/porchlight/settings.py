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
    tls_certificate: str = ""
    """A file with the certificate and its chain (PEM): this process then speaks https itself, TLS 1.2 or newer."""
    tls_key: str = ""
    """The file with its key (PEM)."""
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


# Numbers by their edges.
EDGES = {
    "port": (1, 65_535),
    "text_limit": (0, 100_000_000),
    "text_price": (1, 100_000),
    "call_price": (1, 100_000),
    "audit_lock_days": (1, 36_500),
    "lock_idle": (1, 240),
    "lock_background": (1, 240),
}
# Addresses by how they begin, and what is said of others.
BEGINS = {
    "media": (("s3://",), "must be s3://bucket, or left empty for the data folder."),
    "push_subject": (("mailto:", "https://"), "must start with mailto: or https://."),
    "heartbeat": (("https://", "http://"), "must be an address that starts with https://, or left empty."),
    "oidc_issuer": (
        ("https://", "http://localhost:", "http://127.0.0.1:"),
        "must be an address that starts with https://, or left empty.",
    ),
}


def _read(name: str, default: Any) -> Any:
    """One setting, of the kind that its default is. Raises BadSetting."""
    variable = f"PORCHLIGHT_{name.upper()}"
    value = os.environ.get(variable)
    if value is None:
        return default
    if isinstance(default, bool):
        return value.lower() in YES
    if isinstance(default, int):
        least, most = EDGES[name]
        if not value.isdigit() or not least <= int(value) <= most:
            raise BadSetting(f"{variable} must be a number from {least} to {most}, not “{value}”.")
        return int(value)
    if isinstance(default, tuple):
        return tuple(one.strip() for one in value.split(",") if one.strip()) or default
    begins, words = BEGINS.get(name, (("",), ""))
    if value and not value.startswith(begins):
        raise BadSetting(f"{variable} {words}")
    return value


def from_environment() -> Settings:
    """Read PORCHLIGHT_… variables. Raises BadSetting with a sentence that names the variable."""
    given = {one.name: _read(one.name, one.default) for one in fields(Settings)}
    if given["oidc_issuer"] and not given["oidc_client_id"]:
        raise BadSetting("PORCHLIGHT_OIDC_ISSUER needs PORCHLIGHT_OIDC_CLIENT_ID, the name the provider knows us by.")
    if bool(given["tls_certificate"]) != bool(given["tls_key"]):
        raise BadSetting("PORCHLIGHT_TLS_CERTIFICATE and PORCHLIGHT_TLS_KEY are set together, or not at all.")
    return Settings(**given | {"data": Path(given["data"]).expanduser().resolve()})


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
