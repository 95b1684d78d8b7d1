"""`eyebright worker` with fake models and short leases, for `test_killed_streams.py`.

python stream_worker.py HOME; what else it is told is in the environment
"""

from __future__ import annotations

import sys
from functools import partial

from eyebright.app import rooms, streams
from eyebright.cli.main import main
from eyebright.streams.runner import RunRules
from eyebright.testing.sight import fake_sight
from eyebright.testing.streams_desk import LIVE

if __name__ == "__main__":
    rooms.open_eyebright = partial(rooms.open_eyebright, sight=fake_sight())
    streams.build_stream_worker = partial(
        streams.build_stream_worker,
        run_rules=RunRules(look=0.05, renew=0.2),
        live_rules=LIVE,
        lease_seconds=1.0,
    )
    main(["--home", sys.argv[1], "worker", "--threads", "0"])
