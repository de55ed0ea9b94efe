"""What a feed says of an event that somebody changed."""

import base64
import logging
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.eventstore.sealing import DataKey
from shared.platform.feeds import _content

KEY = DataKey(UUID(int=1), "service-user:anyone", AESGCM(bytes(32)))


@pytest.mark.parametrize("sealed", [b"", b"short", b"long enough to be a sealed value"])
def test_an_event_that_someone_changed_does_not_hold_up_the_others(
    caplog: pytest.LogCaptureFixture, sealed: bytes
) -> None:
    body: dict[str, Any] = {
        "id": "0199aaaa-0000-7000-8000-000000000001",
        "type": "countersign.notes.note-recorded.v1",
        "resource": {"stream": "0199aaaa-0000-7000-8000-000000000002", "version": 1},
        "data": {"team_id": "north-cmht"},
        "sealed": {"key": str(KEY.id), "value": base64.b64encode(sealed).decode()},
    }
    with caplog.at_level(logging.ERROR):
        state, data = _content(body, {KEY.id: KEY})
    assert (state, data) == ("unreadable", None)
    assert body["id"] in caplog.text
