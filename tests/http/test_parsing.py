"""Bodies that are JSON, a form, or neither."""

from typing import Any

import msgspec
import pytest

from app.http.parsing import decode, form_fields, too_deep
from app.http.requests import RejectedRequest


def decode_object(body: bytes) -> dict[str, Any]:
    """Any JSON object."""
    return decode(body, msgspec.json.Decoder(dict[str, Any]))


class TestParsing:
    """Bodies that are not what they should be."""

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"1",
            b"{",
            b'{"a": "\xff"}',
            b'{"a": "\\ud800"}',
            b"[" * 10_000 + b"]" * 10_000,
            b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        ],
    )
    def test_not_an_object(self, body: bytes) -> None:
        """Only a JSON object passes; nothing else than `RejectedRequest` 400 is raised."""
        with pytest.raises(RejectedRequest) as caught:
            decode_object(body)
        assert caught.value.status == 400

    def test_skipped_fields(self) -> None:
        """Fields that the shape does not name are checked too."""

        class Shape(msgspec.Struct):
            a: int

        decoder = msgspec.json.Decoder(Shape)
        assert decode(b'{"a": 1, "b": [1]}', decoder) == Shape(a=1)
        for extra in (b'"\xff"', b"[" * 10_000 + b"]" * 10_000):
            with pytest.raises(RejectedRequest):
                decode(b'{"a": 1, "b": ' + extra + b"}", decoder)

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            (b"[" * 500 + b"]" * 500, False),
            (b"[" * 501 + b"]" * 501, True),
            (b'{"a":' * 501 + b"1" + b"}" * 501, True),
            (b"[" + b'{"a": []},' * 1_000 + b"1]", False),
            (b'["' + b"[" * 1_000 + b'"]', False),
            (b'["\\"' + b"[" * 1_000 + b'"]', False),
            (b'["\\\\",' + b"[" * 1_000 + b"]" * 1_000 + b"]", True),
        ],
    )
    def test_depth(self, body: bytes, expected: bool) -> None:
        """Brackets are counted as JSON has them, not those in strings."""
        assert too_deep(body) is expected

    def test_deep_where_the_decoder_does_not_mind(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From Python 3.14 on the depth itself is checked; this test does so on any version."""
        monkeypatch.setattr("app.http.parsing.DECODES_ANY_DEPTH", True)
        assert decode_object(b'{"a": 1}') == {"a": 1}
        with pytest.raises(RejectedRequest, match="not JSON"):
            decode_object(b'{"a":' * 600 + b"1" + b"}" * 600)

    def test_form(self) -> None:
        """A form is decoded as UTF-8."""
        assert form_fields(b"text=caf%C3%A9+%26&empty=") == {"text": "café &", "empty": ""}

    @pytest.mark.parametrize(
        "body", [b"a=1&a=2", b"a=%FF", b"\xff=1", b"a", b"a=1" + b"&a=1" * 200]
    )
    def test_not_a_form(self, body: bytes) -> None:
        """A form that cannot be told is refused."""
        with pytest.raises(RejectedRequest) as caught:
            form_fields(body)
        assert caught.value.status == 400
