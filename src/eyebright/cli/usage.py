"""`eyebright usage`: how often what was asked, and what the service would have charged."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import click

from eyebright.cli.session import Session, pass_session
from eyebright.governance.usage import MOST_DAYS, PricedCount, priced


@click.command("usage")
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=30,
    show_default=True,
    help="How many days, with today.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def command(session: Session, days: int, as_json: bool) -> None:
    """Calls of each operation by day, and what AWS would have charged.

    Calls through the AWS API and from the page count, and minutes of video
    when their job has succeeded; commands on this machine do not.
    """
    with session.opened() as eyebright:
        found = eyebright.rooms.usage.of(eyebright.scope.account_id, days=days)
    counts = priced(found)
    if as_json:
        session.terminal.json([_json(one) for one in counts])
        return
    if not counts:
        session.terminal.say(f"Nothing was asked in the last {days} days.")
        return
    _show(session, counts)


def _show(session: Session, counts: Sequence[PricedCount]) -> None:
    rows = [
        (
            one.day,
            one.operation,
            f"{one.count.calls:,}",
            f"{one.count.failures:,}",
            f"{one.units:,.10g}" if one.units >= 1 else f"{one.units:.2f}",
            f"{one.usd:,.4f}",
        )
        for one in counts
    ]
    headings = ("Day", "Operation", "Calls", "Failed", "Units", "AWS price $")
    right = dict.fromkeys(("Calls", "Failed", "Units", "AWS_price_$"), "right")
    session.terminal.table(headings, rows, **right)
    total = sum((one.usd for one in counts), Decimal(0))
    session.terminal.say(f"AWS would have charged {total:,.2f} $ (list prices, us-east-1).")


def _json(one: PricedCount) -> dict[str, object]:
    return {
        "day": one.day,
        "operation": one.operation,
        "calls": one.count.calls,
        "failures": one.count.failures,
        "units": round(one.units, 3),
        "aws_price_usd": float(one.usd),
    }
