"""Records wait for a receiver that is away, in order, and not for ever."""

from __future__ import annotations

from itertools import pairwise

from eyebright.errors import DeliveryFailed
from eyebright.streams.telling import MOST_WAITING, Outlet

ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/faces"


class Receiver:
    def __init__(self) -> None:
        self.there = True
        self.got: list[str] = []
        self.tries = 0
        self.now = 100.0

    def put(self, _stream_arn: str, text: str, *, key: str) -> None:
        assert key == "p"
        self.tries += 1
        if not self.there:
            raise DeliveryFailed("nobody is there")
        self.got.append(text)

    def outlet(self) -> Outlet:
        return Outlet(self, ARN, key="p", monotonic=lambda: self.now)


def test_a_record_goes_out_at_once() -> None:
    receiver = Receiver()
    receiver.outlet().put("1")
    assert receiver.got == ["1"]


def test_records_wait_in_order_while_nobody_takes_them() -> None:
    receiver = Receiver()
    outlet = receiver.outlet()
    receiver.there = False
    outlet.put("1")
    outlet.put("2")
    assert outlet.trouble == "Records wait: nobody is there"
    receiver.there = True
    receiver.now += 1
    outlet.put("3")
    assert (receiver.got, outlet.trouble) == (["1", "2", "3"], "")


def test_pauses_between_attempts_grow() -> None:
    receiver = Receiver()
    outlet = receiver.outlet()
    receiver.there = False
    attempts = []
    outlet.put("1")
    for _ in range(1200):
        before = receiver.tries
        receiver.now += 0.1
        outlet.flush()
        if receiver.tries > before:
            attempts.append(receiver.now)
    gaps = [round(after - before) for before, after in pairwise(attempts)]
    assert gaps == [1, 2, 4, 8, 16, 30, 30]


def test_the_oldest_records_are_given_up_for_the_newest() -> None:
    receiver = Receiver()
    outlet = receiver.outlet()
    receiver.there = False
    for number in range(MOST_WAITING + 5):
        outlet.put(str(number))
    receiver.there = True
    outlet.flush(at_once=True)
    assert (receiver.got[0], receiver.got[-1]) == ("5", str(MOST_WAITING + 4))


def test_the_end_of_a_run_does_not_wait_for_a_pause() -> None:
    receiver = Receiver()
    outlet = receiver.outlet()
    receiver.there = False
    outlet.put("1")
    receiver.there = True
    outlet.flush(at_once=True)
    assert receiver.got == ["1"]
