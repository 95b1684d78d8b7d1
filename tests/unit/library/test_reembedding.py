from __future__ import annotations

from eyebright.library.reembedding import Reembedding
from eyebright.people.migration import Migrations
from eyebright.testing.library import Shelf
from eyebright.testing.other_vision import OtherAnalyser


def test_a_collection_moves_and_comes_back(shelf: Shelf) -> None:
    shelf.add("a.jpg", "Ada", "Ben")
    shelf.add("b.jpg", "Ada")
    scope, cid = shelf.mine.scope, shelf.mine.collection_id
    before = shelf.rooms.faces.list(scope, cid, limit=10).items
    migrations = Migrations(shelf.rooms.database, shelf.rooms.vault, clock=shelf.clock)
    run = Reembedding(
        migrations,
        assets=shelf.media.assets,
        originals=shelf.media.originals,
        blobs=shelf.media.blobs,
    )
    other = OtherAnalyser()
    migrations.begin(scope, cid, other.space)
    done = run.run(shelf.mine, other)
    assert done.done == 3, done
    old = shelf.rooms.search.by_face(scope, cid, before[0].face_id, max_faces=5, min_percent=50)
    migrations.switch(scope, cid)
    new = shelf.rooms.search.by_face(scope, cid, before[0].face_id, max_faces=5, min_percent=50)
    assert [m.face for m in old] == [m.face for m in new]
    migrations.undo(scope, cid)
    again = shelf.rooms.search.by_face(scope, cid, before[0].face_id, max_faces=5, min_percent=50)
    assert old == again
    migrations.switch(scope, cid)
    assert migrations.finish(scope, cid) == 3
    assert shelf.rooms.faces.list(scope, cid, limit=10).items == before
