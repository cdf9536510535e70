"""S3 addresses that are made without asking anybody."""

import pytest

from porchlight.core.blobs.s3 import S3
from porchlight.core.keys import sha256
from porchlight.settings import Settings
from tests.stores import CREDENTIALS


@pytest.mark.parametrize(
    ("region", "origin"),
    [
        ("us-east-1", "https://porchlight-media.s3.amazonaws.com"),
        ("eu-west-1", "https://porchlight-media.s3.eu-west-1.amazonaws.com"),
    ],
)
def test_amazons_own_buckets_are_addressed_by_their_host(
    region: str, origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**CREDENTIALS, "AWS_DEFAULT_REGION": region}.items():
        monkeypatch.setenv(name, value)

    store = S3.from_settings(Settings(media="s3://porchlight-media"))

    assert store.origin == origin
    assert store.presign_put("incoming/a/0", length=1, sha256=sha256(b"x"), base_url="").url.startswith(origin)
