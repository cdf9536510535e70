"""The tests' own providers: they refuse what the real ones refuse, and fail as they are told."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.mailbox import make_certificate
from tests.providers import FAULTS, Amazon, refusals

TEXT = {"DestinationPhoneNumber": "+15550110", "OriginationIdentity": "+15550100", "MessageBody": "Crisis alert."}
PATIENCE = Config(connect_timeout=1, read_timeout=0.5, retries={"total_max_attempts": 1})


def client(amazon: Amazon, service: str = "pinpoint-sms-voice-v2") -> Any:
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=amazon.url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=PATIENCE,
    )


def test_what_the_real_service_takes_is_taken() -> None:
    with Amazon() as amazon:
        text = client(amazon).send_text_message(**TEXT, TimeToLive=60, Context={"alert": "a1"})
        call = client(amazon).send_voice_message(**TEXT, VoiceId="JOANNA")
        letter = client(amazon, "sesv2").send_email(
            FromEmailAddress="porchlight@example.org",
            Destination={"ToAddresses": ["lee@example.org"]},
            Content={"Simple": {"Subject": {"Data": "A"}, "Body": {"Text": {"Data": "B"}}}},
        )

    assert [one["MessageId"] for one in (text, call, letter)] == ["sms-1", "voice-2", "email-3"]
    assert amazon.taken("sms")[0]["Context"] == {"alert": "a1"}


@pytest.mark.parametrize(
    ("what", "parameters", "words"),
    [
        ("sms", {**TEXT, "DestinationPhoneNumber": "555-0110"}, "does not have the form"),
        ("sms", {**TEXT, "MessageBody": ""}, "has 0"),
        ("sms", {**TEXT, "TimeToLive": 1}, "not a number from 5"),
        ("sms", {**TEXT, "MessageType": "URGENT"}, "not on the list"),
        ("sms", {**TEXT, "Voice": "JOANNA"}, "unknown"),
        ("voice", {"MessageBody": "x", "OriginationIdentity": "+15550100"}, "is missing"),
        ("voice", {**TEXT, "VoiceId": "ROBOT"}, "not on the list"),
        ("email", {"Content": {"Simple": {"Subject": {"Data": "A"}}}}, "Body is missing"),
    ],
)
def test_what_the_real_service_refuses_is_told(what: str, parameters: dict[str, Any], words: str) -> None:
    assert any(words in trouble for trouble in refusals(what, parameters))


def test_a_test_that_asks_for_what_is_refused_falls() -> None:
    # boto3 itself looks neither at patterns nor at the longest length: the fault server must.
    with pytest.raises(AssertionError, match="would refuse"), Amazon() as amazon, pytest.raises(ClientError):
        client(amazon).send_text_message(**{**TEXT, "DestinationPhoneNumber": "555-0110"})


@pytest.mark.parametrize("told", [*FAULTS, "redirect"])
def test_it_fails_as_it_is_told(told: str) -> None:
    with Amazon(answers={"sms": told}) as amazon, pytest.raises(ClientError):
        client(amazon).send_text_message(**TEXT)

    assert amazon.taken("sms") == []


@pytest.mark.parametrize("told", ["hang", "nonsense"])
def test_one_that_hangs_or_talks_nonsense_is_no_success(told: str) -> None:
    with Amazon(answers={"sms": told}) as amazon, suppress(BotoCoreError, ValueError):
        assert "MessageId" not in client(amazon).send_text_message(**TEXT)

    assert amazon.taken("sms") == []


def test_one_with_a_bad_certificate_is_told_nothing(tmp_path: Path) -> None:
    with Amazon(pem=make_certificate(tmp_path / "own.pem")) as amazon, pytest.raises(BotoCoreError):
        client(amazon).send_text_message(**TEXT)

    assert amazon.asked == []
