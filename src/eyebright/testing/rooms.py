"""The storage rooms, wired over a folder: what tests of faces and users need, without any model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Accounts, Scope
from eyebright.governance.idempotency import Idempotency
from eyebright.governance.keys import KEY_DIRECTORY, master_key
from eyebright.governance.vault import Vault
from eyebright.ids import Ids, RandomIds, Region
from eyebright.people.celebrities import Celebrities
from eyebright.people.collections import Collections
from eyebright.people.faces import Faces
from eyebright.people.forget import Forgetting
from eyebright.people.search import FaceSearch
from eyebright.people.tags import Tags
from eyebright.people.users import Users
from eyebright.people.values import NewFace
from eyebright.testing.analyser import FakeSimilarity
from eyebright.testing.clock import FixedClock
from eyebright.vectors.exact import ExactIndex

REGION = Region("us-east-1")
SPACE = EmbeddingSpace("fake/1", 16, "5" * 64)


@dataclass(frozen=True, slots=True)
class Rooms:
    """What `app` wires, with the exact index and a straight line for a similarity scale."""

    home: Path
    database: Database
    vault: Vault
    accounts: Accounts
    idempotency: Idempotency
    collections: Collections
    faces: Faces
    users: Users
    search: FaceSearch
    celebrities: Celebrities
    tags: Tags
    forgetting: Forgetting

    def new_scope(self, name: str) -> Scope:
        """The scope of a new account."""
        return Scope(self.accounts.create(name).account_id, REGION)


def open_rooms(home: Path, *, clock: Clock | None = None, ids: Ids | None = None) -> Rooms:
    """Make or open the home. Several may be open over one home, as several processes may be."""
    clock, ids = clock or FixedClock(), ids or RandomIds()
    database = Database(f"sqlite:///{home / 'eyebright.db'}")
    database.migrate()
    vault = Vault(home / KEY_DIRECTORY, master_key=master_key(home, ""))
    scale = FakeSimilarity()
    search = FaceSearch(database, vault, scale=scale, new_index=ExactIndex)
    accounts = Accounts(database, vault, clock=clock)
    collections = Collections(database, vault, clock=clock, followers=[search.projections])
    faces = Faces(database, vault, clock=clock, ids=ids, followers=[search.projections])
    users = Users(database, vault, clock=clock, scale=scale)
    return Rooms(
        home=home,
        database=database,
        vault=vault,
        accounts=accounts,
        idempotency=Idempotency(database, vault, clock=clock),
        collections=collections,
        faces=faces,
        users=users,
        search=search,
        celebrities=Celebrities(database, vault, users=users, search=search, scale=scale),
        tags=Tags(database),
        forgetting=Forgetting(
            database,
            vault,
            home=home,
            accounts=accounts,
            collections=collections,
            faces=faces,
            users=users,
        ),
    )


def unit_vector(seed: int, *, dimension: int = SPACE.dimension) -> FloatArray:
    """A direction (dimension,) float32 that is always the same for the same seed."""
    vector = np.random.default_rng(seed).normal(size=dimension)
    direction: FloatArray = (vector / np.linalg.norm(vector)).astype(np.float32)
    return direction


def new_face(vector: FloatArray, *, left: float = 10.0, space: EmbeddingSpace = SPACE) -> NewFace:
    """A face 40 pixels wide in a picture of 640x480. Faces 40 pixels apart are two faces."""
    return NewFace(vector, (left, 20.0, left + 40.0, 70.0), (640, 480), 0.99, space)
