"""Messages of stores: every form, and what is none."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.errors import InvalidInput
from eyebright.sources.events import ObjectEvent, latest, parse_events


def record(name: str, key: str = "a.jpg", **more: str) -> dict[str, object]:
    return {
        "eventName": name,
        "s3": {"bucket": {"name": "photos"}, "object": {"key": key, "size": 3, **more}},
    }


def message(*records: object) -> str:
    return json.dumps({"Records": records})


def test_what_came_and_what_went_is_told_with_its_key_decoded() -> None:
    text = message(
        record("ObjectCreated:Put", "a+b/%C3%A4%2B.jpg", sequencer="0A"),
        record("s3:ObjectCreated:CompleteMultipartUpload"),
        record("ObjectRemoved:DeleteMarkerCreated", versionId="7"),
        record("LifecycleExpiration:Delete"),
        record("ObjectTagging:Put"),
    )
    assert parse_events(text) == (
        ObjectEvent("photos", "a b/ä+.jpg", is_removal=False, sequencer="0A"),
        ObjectEvent("photos", "a.jpg", is_removal=False),
        ObjectEvent("photos", "a.jpg", is_removal=True, version="7"),
        ObjectEvent("photos", "a.jpg", is_removal=True),
    )


def test_events_through_other_services_are_understood() -> None:
    inner = message(record("ObjectCreated:Put"))
    wrapped = json.dumps({"Type": "Notification", "Message": inner})
    assert parse_events(wrapped) == parse_events(inner.encode())
    bridged = {
        "detail-type": "Object Deleted",
        "detail": {"bucket": {"name": "photos"}, "object": {"key": "a+b.jpg", "sequencer": "1"}},
    }
    assert parse_events(json.dumps(bridged)) == (
        ObjectEvent("photos", "a+b.jpg", is_removal=True, sequencer="1"),
    )
    assert parse_events(json.dumps(bridged | {"detail-type": "Object Tags Added"})) == ()


def test_the_test_message_is_no_event() -> None:
    assert parse_events('{"Service": "Amazon S3", "Event": "s3:TestEvent"}') == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "null",
        "3",
        "{}",
        '{"Records": 3}',
        '{"Records": [{}]}',
        '{"Records": [{"eventName": 3}]}',
        message(record("ObjectCreated:Put", "")),
        message(record("ObjectCreated:Put", "%ff")),
        '{"Type": "Notification", "Message": "hello"}',
        '{"Type": "Notification"}',
        '{"detail-type": "Object Created", "detail": {}}',
        "[" * 100_000,
        "x" * (1 << 21),
    ],
)
def test_garbage_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_events(text)


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner)
            | (
                st.dictionaries(
                    st.sampled_from(["Records", "s3", "eventName", "Type", "Message"]), inner
                )
            )
        ),
    )
)
def test_no_json_is_worse_than_garbage(value: object) -> None:
    with suppress(InvalidInput):
        assert isinstance(parse_events(json.dumps(value)), tuple)


def test_of_each_object_the_latest_counts_whatever_the_order() -> None:
    came = ObjectEvent("photos", "a", is_removal=False, sequencer="0F")
    went = ObjectEvent("photos", "a", is_removal=True, sequencer="010")
    other = ObjectEvent("photos", "b", is_removal=False)
    assert latest([went, other, came, came]) == (went, other)
    assert latest([came, went]) == (went,)
    unordered = ObjectEvent("photos", "a", is_removal=False)
    assert latest([went, unordered]) == (unordered,)
