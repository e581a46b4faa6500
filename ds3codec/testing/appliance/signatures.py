"""Checks the sender of a request, by the signature of Amazon S3's version 2, which DS3 uses.

The signed text (HMAC-SHA1 with the secret key) consists of the method, the checksum, the type of the body,
the date, the headers that begin with x-amz-, and the path with its subresources. See "Signing and
authenticating REST requests" in Amazon's documentation.
"""

from __future__ import annotations

import base64
import hmac
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, urlsplit

from .requests import ReceivedRequest, Refusal

__all__ = ["Credentials", "signature"]

_CHECKSUMS = ("content-md5", "content-crc32", "content-crc32c", "content-sha256", "content-sha512")
_SUBRESOURCES = (
    *("acl", "cors", "delete", "lifecycle", "location", "logging", "notification", "partNumber", "policy"),
    *("requestPayment", "restore", "tagging", "torrent", "uploadId", "uploads", "versionId", "versioning"),
    *("versions", "website"),
)
_MOST_SKEW = 15 * 60  # seconds


class Credentials:
    """Checks the senders of requests.

    Args:
        secrets: The secret keys by the access ids; if there are none, every request is allowed.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets = dict(secrets)

    def check(self, request: ReceivedRequest) -> None:
        """Raise Refusal if a request is not signed by a known user."""
        if not self._secrets:
            return
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        access, colon, given = rest.partition(":")
        if scheme != "AWS" or not colon:
            raise Refusal(403, "AccessDenied", "the request is not signed")
        if access not in self._secrets:
            raise Refusal(403, "InvalidAccessKeyId", "the access id does not exist")
        if not hmac.compare_digest(
            given.strip().encode(), signature(request, self._secrets[access]).encode()
        ):
            raise Refusal(403, "SignatureDoesNotMatch", "the signature does not match the request")
        _check_date(request)


def signature(request: ReceivedRequest, secret: str) -> str:
    """Sign a request with a secret key. Returns the signature in base64."""
    headers = request.headers
    checksum = next((headers[name] for name in _CHECKSUMS if name in headers), "")
    date = "" if "x-amz-date" in headers else headers.get("date", "")
    amazon = sorted(name for name in headers if name.startswith("x-amz-"))
    lines = [request.method, checksum, headers.get("content-type", ""), date]
    lines += [f"{name}:{headers[name].strip()}" for name in amazon]
    text = "\n".join([*lines, _resource(request.target)])
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha1")).decode()


def _resource(target: str) -> str:
    parts = urlsplit(target)
    given = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] in _SUBRESOURCES]
    query = "&".join(f"{name}={value}" if value else name for name, value in sorted(given))
    return f"{parts.path}?{query}" if query else parts.path


def _check_date(request: ReceivedRequest) -> None:
    try:
        date = parsedate_to_datetime(request.headers.get("x-amz-date") or request.headers["date"])
    except (KeyError, ValueError):
        raise Refusal(403, "AccessDenied", "the request has no valid Date") from None
    if abs(date.timestamp() - time.time()) > _MOST_SKEW:
        raise Refusal(403, "RequestTimeTooSkewed", "the Date differs too much from the appliance's clock")
