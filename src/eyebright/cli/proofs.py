"""What a deletion found when it looked for what is left."""

from __future__ import annotations

from eyebright.cli.session import Session
from eyebright.errors import StorageError
from eyebright.people.forget import Proof


def report_proof(session: Session, proof: Proof) -> None:
    """Say that nothing is left. Raises StorageError that names where something is."""
    if proof.traces:
        places = sorted({str(trace.path) for trace in proof.traces})
        raise StorageError(
            f"Deleted, but traces are left in {', '.join(places)}. A reader may have been in the "
            "way: stop what has the home open and run `eyebright doctor`."
        )
    session.terminal.say(
        f"Looked for {proof.needles} ids, vectors and keys in every file of the home: none is left."
    )
