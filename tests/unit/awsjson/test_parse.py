"""JSON bodies become values by shape."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from eyebright.awsjson.errors import SerializationError
from eyebright.awsjson.model import ServiceModel
from eyebright.awsjson.parse import parse_body


def parse(shop: ServiceModel, body: bytes) -> dict[str, object]:
    return parse_body(body, shop.operations["Order"].input)


def test_every_kind_of_member_is_read(shop: ServiceModel) -> None:
    body = (
        b'{"Id":"a","Count":3,"Big":9007199254740993,"Weight":1.5,"Price":2,"Photo":"aGk=",'
        b'"Gift":true,"When":1569444828.274,"Colours":["TEA"],"Lines":[{"Sku":"b"}],'
        b'"Tags":{"k":"v"}}'
    )
    assert parse(shop, body) == {
        "Id": "a",
        "Count": 3,
        "Big": 9007199254740993,
        "Weight": 1.5,
        "Price": 2,
        "Photo": b"hi",
        "Gift": True,
        "When": datetime(2019, 9, 25, 20, 53, 48, 274000, tzinfo=UTC),
        "Colours": ["TEA"],
        "Lines": [{"Sku": "b"}],
        "Tags": {"k": "v"},
    }


def test_an_empty_body_is_an_empty_structure(shop: ServiceModel) -> None:
    assert parse(shop, b"") == {}


def test_members_that_the_model_does_not_know_are_ignored(shop: ServiceModel) -> None:
    assert parse(shop, b'{"Filters":{"x":[1]},"Lines":[{"Sku":"a","Odd":{}}]}') == {
        "Lines": [{"Sku": "a"}]
    }


def test_null_members_are_absent(shop: ServiceModel) -> None:
    assert parse(shop, b'{"Id":null,"Lines":[{"Sku":null}]}') == {"Lines": [{}]}


def test_a_number_without_fraction_is_an_integer_however_it_is_written(shop: ServiceModel) -> None:
    parsed = parse(shop, b'{"Count":5.0}')
    assert parsed == {"Count": 5}
    assert isinstance(parsed["Count"], int)


def test_the_last_of_two_equal_keys_counts(shop: ServiceModel) -> None:
    assert parse(shop, b'{"Id":"a","Id":"b"}') == {"Id": "b"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b"[]",
        b"null",
        b'"text"',
        b"{}{}",
        b'{"Weight":NaN}',
        b'{"Weight":Infinity}',
        b'{"Id":"\xff"}',
        b'{"Id":"\\ud800"}',
        b"\xef\xbb\xbf{}",
        b"\x00" * 10,
        b'{"Id":' + b"[" * 100_000,
        b'{"Note":' * 5_000 + b"1" + b"}" * 5_000,
    ],
    ids=lambda body: repr(body[:20]),
)
def test_a_body_that_is_no_json_object_is_refused(shop: ServiceModel, body: bytes) -> None:
    with pytest.raises(SerializationError):
        parse(shop, body)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"Id":1}', "NUMBER_VALUE can not be converted to a String"),
        (b'{"Id":true}', "TRUE_VALUE can not be converted to a String"),
        (b'{"Id":{}}', "Start of structure or map found where not expected."),
        (b'{"Id":[]}', "Start of list found where not expected."),
        (b'{"Count":"5"}', "STRING_VALUE can not be converted to an Integer"),
        (b'{"Count":1.5}', "NUMBER_VALUE can not be converted to an Integer"),
        (b'{"Count":2147483648}', "NUMBER_VALUE can not be converted to an Integer"),
        (b'{"Count":false}', "FALSE_VALUE can not be converted to an Integer"),
        (b'{"Big":9223372036854775808}', "NUMBER_VALUE can not be converted to a Long"),
        (b'{"Weight":"5"}', "STRING_VALUE can not be converted to a Float"),
        (b'{"Weight":1e39}', "NUMBER_VALUE can not be converted to a Float"),
        (b'{"Gift":"true"}', "STRING_VALUE can not be converted to a Boolean"),
        (b'{"Gift":1}', "NUMBER_VALUE can not be converted to a Boolean"),
        (b'{"When":"2019-09-25"}', "STRING_VALUE can not be converted to a Timestamp"),
        (b'{"When":1e300}', "NUMBER_VALUE can not be converted to a Timestamp"),
        (b'{"Photo":7}', "NUMBER_VALUE can not be converted to a Blob"),
        (b'{"Lines":"x"}', "Expected list or null."),
        (b'{"Lines":["x"]}', "Expected structure or null."),
        (b'{"Tags":5}', "Expected map or null."),
    ],
)
def test_a_member_of_another_json_type_is_refused_in_aws_words(
    shop: ServiceModel, body: bytes, message: str
) -> None:
    with pytest.raises(SerializationError) as refusal:
        parse(shop, body)
    assert refusal.value.message == message


@pytest.mark.parametrize("text", ["a", "aGk", "aGk=\\n", "aG k=", "aGk==", "é", "a-_=", "=aGk"])
def test_a_blob_must_be_strict_base64(shop: ServiceModel, text: str) -> None:
    with pytest.raises(SerializationError, match="not valid base64"):
        parse(shop, f'{{"Photo":"{text}"}}'.encode())


def test_an_integer_of_a_million_digits_is_refused_quickly(shop: ServiceModel) -> None:
    with pytest.raises(SerializationError):
        parse(shop, b'{"Count":' + b"9" * 1_000_000 + b"}")
