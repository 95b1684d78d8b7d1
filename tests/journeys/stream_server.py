"""What runs streams in a server, as a process that can be killed, for `test_killed_streams.py`.

python stream_server.py HOME STREAMS
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from eyebright.app.rooms import open_eyebright
from eyebright.app.streams import build_stream_worker
from eyebright.settings import Settings
from eyebright.streams.runner import RunRules
from eyebright.testing.sight import fake_sight
from eyebright.testing.streams_desk import LIVE


def main() -> None:
    home, streams = sys.argv[1:]
    settings = Settings(home=Path(home), streams=streams, stream_every="5fps", stream_workers=2)
    rules = RunRules(look=0.05, renew=0.2)
    with (
        open_eyebright(settings, sight=fake_sight()) as rooms,
        build_stream_worker(rooms, run_rules=rules, live_rules=LIVE, lease_seconds=1.0),
    ):
        while True:
            time.sleep(1)


if __name__ == "__main__":
    main()
