"""Handing a text or a call to Amazon (pinpoint-sms-voice-v2); with `sending` and `core/mail` the only places that call out.

`send_voice_message` speaks and hangs up: it hears no key that is pressed. A call therefore says what to open and whom to
ring; taking a crisis by telephone is a reply to the text.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import boto3
import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

from porchlight.alerts.pushes import Outcome, retry_after
from porchlight.alerts.texts import rules
from porchlight.alerts.texts.words import VOICES
from porchlight.alerts.values import Channel
from porchlight.settings import Settings

log = structlog.get_logger()


# Both together stay below the 5 s in which the next channel must have begun (oncall.md, Promises).
def _waits(seconds: float) -> Config:
    return Config(
        connect_timeout=seconds * 0.4,
        read_timeout=seconds * 0.6,
        retries={"total_max_attempts": 1},
        proxies={},
        max_pool_connections=32,
    )


WAITS = _waits(4.0)
# After it has hung it is given less time for a while: each lane of the worker that waits for it is missed elsewhere.
BRIEFLY, HUNG_FOR = _waits(1.0), 30.0
_hung: dict[str, float] = {}
SERVICE = "pinpoint-sms-voice-v2"
TEXT_LIVES = 600  # seconds that a carrier may try: an older one only confuses
CALL_LIVES = 60
SPENT = "SPEND_LIMIT_REACHED"
OPTED_OUT = "OPTED_OUT"


@dataclass(frozen=True, slots=True)
class Words:
    """A text or a call that is ready to go. context: comes back with each report about it; holds ids only."""

    channel: Channel
    to: str
    body: str
    locale: str
    context: Mapping[str, str]

    @property
    def units(self) -> int:
        """Segments of a text; minutes begun of a call, at about 14 characters a second."""
        return rules.segments(self.body) if self.channel == Channel.SMS else 1 + len(self.body) // 840


@lru_cache(maxsize=8)
def client(service: str, endpoint: str, region: str, *, briefly: bool = False) -> Any:
    """boto3's clients may be used by many threads, and are slow to make."""
    session = boto3.Session()
    return session.client(
        service,
        endpoint_url=endpoint or None,
        region_name=region or session.region_name or "us-east-1",
        config=BRIEFLY if briefly else WAITS,
    )


def get_ready(settings: Settings) -> None:
    """Make the client before the first crisis needs it: that takes boto3 up to a second."""
    if settings.sms_from or settings.voice_from:
        for briefly in (False, True):
            client(SERVICE, settings.aws_endpoint, settings.aws_region, briefly=briefly)


def hand_over(words: Words, settings: Settings) -> Outcome:
    """Whatever happens is an outcome, never an exception of the network. Never call it inside a transaction."""
    if not rules.E164.fullmatch(words.to):
        return Outcome(trouble="no_number")
    asked: dict[str, Any] = {
        "DestinationPhoneNumber": words.to,
        "MessageBody": words.body,
        "Context": dict(words.context),
    }
    if settings.sms_set:
        asked["ConfigurationSetName"] = settings.sms_set
    try:
        briefly = time.monotonic() - _hung.get(settings.aws_endpoint, -HUNG_FOR) < HUNG_FOR
        provider = client(SERVICE, settings.aws_endpoint, settings.aws_region, briefly=briefly)
        if words.channel == Channel.SMS:
            asked |= {"OriginationIdentity": settings.sms_from, "MessageType": "TRANSACTIONAL"}
            answer = provider.send_text_message(**asked, TimeToLive=TEXT_LIVES)
        else:
            asked |= {"OriginationIdentity": settings.voice_from, "MessageBodyTextType": "TEXT"}
            voice = VOICES.get(words.locale, VOICES["en"])
            answer = provider.send_voice_message(**asked, VoiceId=voice, TimeToLive=CALL_LIVES)
        _hung.pop(settings.aws_endpoint, None)
        return Outcome(accepted=True, ref=str(answer["MessageId"]))
    except ClientError as error:
        return refused(error.response)
    except ParamValidationError:
        log.error("text.unusable", channel=words.channel)
        return Outcome(trouble="unusable")
    except (BotoCoreError, ResponseParserError, json.JSONDecodeError, KeyError, OSError) as error:
        hung = "Timeout" in type(error).__name__
        if hung:
            _hung[settings.aws_endpoint] = time.monotonic()
        return Outcome(wait=timedelta(), trouble="timeout" if hung else "unreachable")


def refused(answer: Mapping[str, Any]) -> Outcome:
    """What an error of Amazon means for this message."""
    code, reason = str(answer.get("Error", {}).get("Code", "")), str(answer.get("Reason", ""))
    heard = answer.get("ResponseMetadata", {})
    status = int(heard.get("HTTPStatusCode", 0))
    if OPTED_OUT in reason:
        return Outcome(gone=True, trouble="opted_out")
    if SPENT in reason:
        return Outcome(trouble="spent")
    if code == "ThrottlingException" or status == 429:
        said = str(heard.get("HTTPHeaders", {}).get("retry-after", ""))
        return Outcome(wait=retry_after(said, datetime.now(UTC)), trouble="answer_429")
    if status >= 500:
        return Outcome(wait=timedelta(), trouble=f"answer_{status}")
    log.warning("text.refused", code=code, status=status)
    return Outcome(trouble=f"answer_{status}")
