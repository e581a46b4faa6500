"""A client on the standard library's http, for the tests of the appliance."""

from __future__ import annotations

import http.client
from typing import NamedTuple
from urllib.parse import urlsplit

from ds3codec import MasterObjectList, Report, decode
from ds3codec.captures import Response
from ds3codec.testing.appliance import Appliance
from ds3codec.validation import validate


class Answer(NamedTuple):
    method: str
    target: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def job(self) -> MasterObjectList:
        return decode(self.body)

    @property
    def report(self) -> Report:
        return validate(Response("answer", [self.body], self.status, self.headers, self.method, self.target))


def ask(appliance: Appliance, method: str, target: str, body: bytes | None = None, **headers: str) -> Answer:
    """Send one request, and read the answer."""
    address = urlsplit(appliance.url)
    assert address.hostname is not None
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=120)
    try:
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        fields = {name.lower(): value for name, value in response.getheaders()}
        return Answer(method, target, response.status, fields, response.read())
    finally:
        connection.close()


def listed(*names: str, **attributes: object) -> bytes:
    """The list of objects in the body of a request."""
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    objects = "".join(f'<Object Name="{name}"{more}/>' for name in names)
    return f"<Objects>{objects}</Objects>".encode()
