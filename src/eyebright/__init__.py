"""The Amazon Rekognition API, answered on your own machine.

    import eyebright

    with eyebright.open() as eb:
        for face in eb.detect_faces("photo.jpg"):
            print(face.box_xyxy, face.score)

`open` gives the Python API (`eyebright.api.local`); the floors of the house and what each room is
for are in docs/decisions/0001-the-house.md. Importing this package loads nothing heavy.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eyebright.api.local import LocalEyebright

__all__ = ["open"]


def open(home: Path | str | None = None, *, account: str | None = None) -> LocalEyebright:  # noqa: A001
    """Eyebright on this machine, without a server.

    home: folder of packs, database and keys; $EYEBRIGHT_HOME or ~/.eyebright by default.
    account: name or id; that of the credentials profile by default.
    Raises ConfigurationError, StorageError or AccountNotFound. Models load at the first picture.
    """
    from dataclasses import replace

    from eyebright.api.local import open_local
    from eyebright.settings import read_settings

    settings = read_settings()
    if home is not None:
        settings = replace(settings, home=Path(home).expanduser().absolute())
    return open_local(settings, account=account)
