"""Handing a text or a call to Amazon (pinpoint-sms-voice-v2); with `sending` and `core/mail` the only places that call out.

`send_voice_message` speaks and hangs up: it hears no key that is pressed. A call therefore says what to open and whom to
ring; taking a crisis by telephone is a reply to the text.
"""

import json
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
WAITS = Config(
    connect_timeout=1.5, read_timeout=2.5, retries={"total_max_attempts": 1}, proxies={}, max_pool_connections=32
)
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


@lru_cache(maxsize=4)
def client(service: str, endpoint: str, region: str) -> Any:
    """boto3's clients may be used by many threads, and are slow to make."""
    session = boto3.Session()
    return session.client(
        service,
        endpoint_url=endpoint or None,
        region_name=region or session.region_name or "us-east-1",
        config=WAITS,
    )


def get_ready(settings: Settings) -> None:
    """Make the client before the first crisis needs it: that takes boto3 up to a second."""
    if settings.sms_from or settings.voice_from:
        client("pinpoint-sms-voice-v2", settings.aws_endpoint, settings.aws_region)


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
        provider = client("pinpoint-sms-voice-v2", settings.aws_endpoint, settings.aws_region)
        if words.channel == Channel.SMS:
            asked |= {"OriginationIdentity": settings.sms_from, "MessageType": "TRANSACTIONAL"}
            answer = provider.send_text_message(**asked, TimeToLive=TEXT_LIVES)
        else:
            asked |= {"OriginationIdentity": settings.voice_from, "MessageBodyTextType": "TEXT"}
            voice = VOICES.get(words.locale, VOICES["en"])
            answer = provider.send_voice_message(**asked, VoiceId=voice, TimeToLive=CALL_LIVES)
        return Outcome(accepted=True, ref=str(answer["MessageId"]))
    except ClientError as error:
        return refused(error.response)
    except ParamValidationError:
        log.error("text.unusable", channel=words.channel)
        return Outcome(trouble="unusable")
    except (BotoCoreError, ResponseParserError, json.JSONDecodeError, KeyError, OSError) as error:
        return Outcome(wait=timedelta(), trouble="timeout" if "Timeout" in type(error).__name__ else "unreachable")


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
    log.warning("text.refused", code=code, reason=reason, status=status)
    return Outcome(trouble=f"answer_{status}")
