"""What is around a body: heads, URLs, entries of archives."""

from __future__ import annotations

from ds3codec.captures import Response
from ds3codec.redaction.exchanges import head, redacted_entry
from ds3codec.redaction.stand_ins import StandIns

STAND_INS = StandIns(b"key")


def test_a_head_keeps_the_headers_that_are_known_to_tell_nothing() -> None:
    headers = {"retry-after": "60", "content-length": "5", "x-user": "some one", "set-cookie": "id=abc"}
    text = head(Response("", (), 503, headers), STAND_INS, has_body=True).decode()
    assert text.startswith("HTTP/1.1 503 Service Unavailable\r\nretry-after: 60\r\n")
    assert text.endswith("transfer-encoding: chunked\r\n\r\n")
    assert "some" not in text and "abc" not in text and "content-length" not in text
    assert "content-length: 0" in head(Response("", (), 299, {}), STAND_INS, has_body=False).decode()


QUERY = [{"name": "private", "value": "private"}, {"name": "operation", "value": "private"}]


def test_an_entry_loses_what_the_client_sent() -> None:
    entry = {
        "request": {
            "method": "PUT",
            "url": "/private",
            "postData": {"text": "private"},
            "cookies": [],
            "queryString": QUERY,
        },
        "response": {"content": {"text": "private", "mimeType": "text/xml", "size": 7}},
        "comment": ["private", {"more": None}, 1.5, True],
        "_private": {"private": 1},
    }
    redacted = redacted_entry(entry, STAND_INS, "new")
    assert "private" not in str(redacted)
    assert [one["name"] for one in redacted["request"]["queryString"]][1] == "operation"
    assert redacted["response"]["content"] == {"text": "new", "mimeType": "text/xml", "size": 7}
    assert redacted["request"]["cookies"] == []
    assert redacted["comment"] is None
    assert redacted_entry("private", STAND_INS, None) is None
    assert redacted_entry({"response": {"status": 200}}, STAND_INS, "new") == {"response": {"status": 200}}
