from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.errors import StorageError
from eyebright.governance.sealing import Sealer, new_key
from eyebright.testing.rooms import unit_vector


@given(plaintext=st.binary(max_size=2_000), place=st.binary(max_size=50))
def test_what_is_sealed_opens_in_its_place(plaintext: bytes, place: bytes) -> None:
    sealer = Sealer(new_key())
    assert sealer.open(sealer.seal(plaintext, bound_to=place), bound_to=place) == plaintext


@given(plaintext=st.binary(min_size=1, max_size=200), bit=st.integers(min_value=0))
def test_one_changed_bit_is_noticed(plaintext: bytes, bit: int) -> None:
    sealer = Sealer(new_key())
    sealed = bytearray(sealer.seal(plaintext, bound_to=b"here"))
    bit %= 8 * len(sealed)
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(StorageError, match="cannot be opened"):
        sealer.open(bytes(sealed), bound_to=b"here")


def test_another_key_or_another_place_does_not_open() -> None:
    key = new_key()
    sealed = Sealer(key).seal(b"secret", bound_to=b"here")
    with pytest.raises(StorageError):
        Sealer(new_key()).open(sealed, bound_to=b"here")
    with pytest.raises(StorageError):
        Sealer(key).open(sealed, bound_to=b"there")


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(27), bytes(28)])
def test_what_is_no_box_does_not_open(sealed: bytes) -> None:
    with pytest.raises(StorageError):
        Sealer(new_key()).open(sealed, bound_to=b"here")


def test_the_same_plaintext_never_looks_the_same() -> None:
    sealer = Sealer(new_key())
    assert len({sealer.seal(b"again", bound_to=b"here") for _ in range(100)}) == 100


def test_vectors_come_back_to_the_last_bit_and_in_order() -> None:
    sealer = Sealer(new_key())
    vectors = np.stack([unit_vector(seed) for seed in range(5)])
    sealed = [
        (f"face {row}", sealer.seal_vector(vector, bound_to=f"face {row}"))
        for row, vector in enumerate(vectors)
    ]
    opened = sealer.open_vectors(sealed, dimension=16)
    assert opened.dtype == np.float32
    assert opened.tobytes() == vectors.tobytes()


def test_no_vectors_are_an_empty_array() -> None:
    assert Sealer(new_key()).open_vectors([], dimension=16).shape == (0, 16)


def test_a_vector_of_another_dimension_is_refused() -> None:
    sealer = Sealer(new_key())
    sealed = sealer.seal_vector(unit_vector(1), bound_to="face")
    with pytest.raises(StorageError, match="128 bytes"):
        sealer.open_vectors([("face", sealed)], dimension=32)
