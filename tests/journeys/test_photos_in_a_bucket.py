"""Photos go from the browser itself to the bucket that keeps them, and come back through the app."""

from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
from playwright.sync_api import Page, Request
from sqlmodel import select

from porchlight.evidence.models import Photo
from tests.handset import Handset
from tests.journeys import steps
from tests.serving import Serving, free_port
from tests.stores import BUCKET, CREDENTIALS, KEY, SECRET, Bucket, moto, rclone


@pytest.fixture(params=["moto", "rclone"])
def shop(
    request: pytest.FixtureRequest, serve: Callable[..., Serving], demo_data: Path
) -> Iterator[tuple[Bucket, Serving]]:
    """The product with its media in a bucket that lets only its own pages upload."""
    port = free_port()
    opened = moto() if request.param == "moto" else rclone(origin=f"http://localhost:{port}")
    with opened as bucket:
        where = {"PORCHLIGHT_MEDIA": bucket.media, "PORCHLIGHT_S3_ENDPOINT": bucket.endpoint}
        yield bucket, serve(copy_of=demo_data, port=port, **where, **CREDENTIALS)


def save_a_visit_with_a_photo(page: Page) -> None:
    steps.nobody_at_home(page, "Quintrell", "The door, and the new lock on it.")
    steps.take_photo(page, steps.a_photo((30, 80, 160)), "home", "Ottoline Fairweather")
    steps.save_visit(page)


@pytest.mark.duty("S2-3")
def test_a_photo_goes_from_the_phone_to_the_bucket_and_back_to_the_page(
    shop: tuple[Bucket, Serving], handset: Callable[..., Handset]
) -> None:
    bucket, serving = shop
    phone = handset("rowan")
    page = phone.open()
    assert phone.context is not None
    sent: list[Request] = []
    phone.context.on("request", lambda one: sent.append(one))  # noqa: PLW0108 - Playwright marks what it is given
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.wait_ready_offline(page)

    save_a_visit_with_a_photo(page)

    steps.until(page, lambda: steps.receipts(page), lambda found: len(found) == 2, seconds=60)
    assert steps.outbox(page) == []
    uploads = [one for one in sent if one.url.startswith(bucket.endpoint) and one.method == "PUT"]
    assert uploads
    with steps.database(serving) as db, db.reading() as session:
        photo = session.exec(select(Photo)).one()
    assert photo.state == "stored"
    keys = objects_in(bucket)
    assert f"clean/{photo.id}.jpg" in keys
    assert not [key for key in keys if key.startswith("incoming/")]
    assert not (serving.data / "media").exists() or not [*(serving.data / "media").rglob("*.jpg")]

    page.goto(f"{serving.url}/visits/{photo.contact_id}")
    shown = page.locator("img").first
    assert shown.evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 0


def objects_in(bucket: Bucket) -> list[str]:
    client = boto3.client(
        "s3",
        endpoint_url=bucket.endpoint,
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        region_name="us-east-1",
    )
    return [one["Key"] for one in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
