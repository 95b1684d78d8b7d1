"""Long work as rows: asked for once, claimed by any worker, resumed where a killed one stopped.

Knows nothing of what the work is: requests, checkpoints and results are sealed bytes to it. May
import db and below. Start at `queue.py` (asking, claiming, ending), then `desk.py` (the jobs of an
account, for whoever looks after them), `results.py`, `outbox.py`, `workers.py` (what
all that works in the background shares).
"""
