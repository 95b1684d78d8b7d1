"""What the account asked for, and what it would have cost."""

from __future__ import annotations

from eyebright.governance.usage import MOST_DAYS, priced
from eyebright.web.answers import Answer, Asked, json_answer
from eyebright.web.door import WebDoor
from eyebright.web.shapes.usage import usage_json


def by_day(door: WebDoor, asked: Asked) -> Answer:
    days = asked.query.whole("days", 30, low=1, high=MOST_DAYS)
    counts = door.usage.of(asked.whose.principal.account_id, days=days)
    return json_answer(usage_json(priced(counts)))
