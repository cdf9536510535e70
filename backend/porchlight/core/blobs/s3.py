"""Media in S3 or anything that speaks it: signed addresses, short waits, and no belief in what was not looked at."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from porchlight.core.blobs import GET_SECONDS, PUT_SECONDS, StoreDown, Upload, checked
from porchlight.core.keys import from_b64u
from porchlight.settings import Settings

GONE = {"404", "NoSuchKey", "NotFound"}
# A phone tries again by itself, and a page must not hang: give up soon.
WAITS = {"connect_timeout": 2, "read_timeout": 8, "retries": {"total_max_attempts": 2, "mode": "standard"}}


class S3:
    """Objects in one bucket. The credentials are boto3's own (a role on the node, or AWS_… variables)."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        address = urlsplit(client.generate_presigned_url("get_object", Params=self._at("clean/0")))
        self.origin = f"{address.scheme}://{address.netloc}"

    @classmethod
    def from_settings(cls, settings: Settings) -> "S3":
        return cls(client_of(settings), settings.media.removeprefix("s3://").strip("/"))

    def presign_put(self, key: str, *, length: int, sha256: str, base_url: str) -> Upload:  # noqa: ARG002
        """The length, the checksum and `If-None-Match: *` are signed, so that the address is good for these bytes only."""
        checksum = base64.b64encode(from_b64u(sha256)).decode()
        wanted = {"ContentLength": length, "ChecksumSHA256": checksum, "IfNoneMatch": "*"}
        wanted["ContentType"] = "application/octet-stream"
        with talking():
            url = self._client.generate_presigned_url(
                "put_object", Params={**self._at(key), **wanted}, ExpiresIn=PUT_SECONDS
            )
        headers = {"Content-Type": "application/octet-stream", "If-None-Match": "*"}
        return Upload(url, {**headers, "x-amz-checksum-sha256": checksum})

    def presign_get(self, key: str, *, base_url: str) -> str:  # noqa: ARG002
        with talking():
            url: str = self._client.generate_presigned_url(
                "get_object",
                Params={**self._at(key), "ResponseCacheControl": "no-store"},
                ExpiresIn=GET_SECONDS,
            )
        return url

    def size(self, key: str) -> int | None:
        try:
            with talking(key):
                length: int = self._client.head_object(**self._at(key))["ContentLength"]
        except KeyError:
            return None
        return length

    def get(self, key: str) -> bytes:
        with talking(key):
            data: bytes = self._client.get_object(**self._at(key))["Body"].read()
        return data

    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        checksum = base64.b64encode(hashlib.sha256(data).digest()).decode()
        with talking():
            self._client.put_object(
                **self._at(key), Body=data, ContentType=content_type, ChecksumSHA256=checksum, CacheControl="no-store"
            )

    def delete(self, key: str) -> None:
        with talking():
            self._client.delete_object(**self._at(key))

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": checked(key)}


def client_of(settings: Settings) -> Any:
    """A client of boto3. A store of another maker is addressed by path, Amazon's by the bucket's own host."""
    session = boto3.Session()
    style = "path" if settings.s3_endpoint else "virtual"
    config = Config(
        signature_version="s3v4",
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": style},
        **WAITS,
    )
    return session.client(
        "s3", endpoint_url=settings.s3_endpoint or None, region_name=session.region_name or "us-east-1", config=config
    )


@contextmanager
def talking(key: str = "") -> Iterator[None]:
    """Turns what boto3 says into our two answers: KeyError when the object is not there, else StoreDown."""
    try:
        yield
    except ClientError as error:
        if key and error.response.get("Error", {}).get("Code") in GONE:
            raise KeyError(key) from error
        raise StoreDown from error
    except BotoCoreError as error:
        raise StoreDown from error
