"""Who may ask: requests with the signature of Amazon's S3."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from email.utils import formatdate

import pytest

from ds3codec.testing.appliance import Appliance
from ds3codec.testing.appliance.requests import ReceivedRequest
from ds3codec.testing.appliance.signatures import signature

from .client import ask, listed

GET = "/_rest_/bucket/archive?operation=start_bulk_get"


@pytest.fixture
def appliance() -> Iterator[Appliance]:
    with Appliance(credentials={"user": "secret"}) as running:
        running.add_bucket("archive", {"a": 10})
        yield running


def test_the_examples_of_amazon_s_documentation_have_their_signatures() -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    date = {"date": "Tue, 27 Mar 2007 19:36:42 +0000"}
    get = ReceivedRequest("GET", "/awsexamplebucket1/photos/puppy.jpg", date, ())
    text = f"GET\n\n\n{date['date']}\n/awsexamplebucket1/photos/puppy.jpg"
    expected = base64.b64encode(hmac.new(secret.encode(), text.encode(), "sha1").digest()).decode()
    assert signature(get, secret) == expected == "qgk2+6Sv9/oM7G3qLEjTH1a1l1g="


def test_signed_requests_are_answered(appliance: Appliance) -> None:
    headers = {"Date": formatdate(usegmt=True), "Content-Type": "text/xml", "x-amz-meta-a": "b"}
    request = ReceivedRequest("PUT", GET, {name.lower(): value for name, value in headers.items()}, ())
    signed = {"Authorization": f"AWS user:{signature(request, 'secret')}"}
    assert ask(appliance, "PUT", GET, listed("a"), **headers, **signed).status == 200


@pytest.mark.parametrize(
    ("access", "secret", "date", "code"),
    [
        (None, "", "", b"AccessDenied"),
        ("other", "secret", None, b"InvalidAccessKeyId"),
        ("user", "wrong", None, b"SignatureDoesNotMatch"),
        ("user", "secret", "Tue, 27 Mar 2007 19:36:42 +0000", b"RequestTimeTooSkewed"),
        ("user", "secret", "yesterday", b"AccessDenied"),
        ("user:é", "secret", None, b"SignatureDoesNotMatch"),
    ],
)
def test_others_are_refused(
    appliance: Appliance, access: str | None, secret: str, date: str | None, code: bytes
) -> None:
    headers = {"Date": formatdate(usegmt=True) if date is None else date}
    if access is not None:
        request = ReceivedRequest("GET", "/", {"date": headers["Date"]}, ())
        headers["Authorization"] = f"AWS {access}:{signature(request, secret)}"
    answer = ask(appliance, "GET", "/", **headers)
    assert answer.status == 403
    assert b"<Code>%s</Code>" % code in answer.body
    assert b"secret" not in answer.body
