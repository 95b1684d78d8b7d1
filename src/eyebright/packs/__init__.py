"""Model packs: recipes, fetching, conversion to ONNX, verification, loading.

The only room that knows onnx; it never runs a model for an answer and never touches the network
except when a pack is being installed. A recipe (`recipes/<id>/`) says where weights come from, how
they become ONNX, which numbers they must give and under which licence; an installed pack is a
folder with a manifest that lists every file and its hash. May import geometry, errors and
settings. Start at `pack.py` to use a pack, at `install.py` to see how one is made.
"""
