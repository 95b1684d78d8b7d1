"""ONNX models as callables: loaded once, immutable, safe to run from any thread.

One session computes on the thread that calls it (one intra-op thread by default), and pictures
run side by side in `slots`. On few cores that gives more pictures a second than one picture on
many threads, and no thread pool spins while the server is idle.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
from onnxruntime.capi import onnxruntime_pybind11_state as native
from onnxruntime.capi.onnxruntime_inference_collection import InferenceSession

from eyebright.errors import ConfigurationError, PackInvalid
from eyebright.geometry.arrays import AnyArray, ByteArray
from eyebright.runtime.slots import FairSlots
from eyebright.settings import Provider

_PROVIDER_NAMES: Mapping[Provider, str] = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
}
_LOAD_ERRORS = (
    native.Fail,
    native.InvalidArgument,
    native.InvalidGraph,
    native.InvalidProtobuf,
    native.NoSuchFile,
    native.NotImplemented,
    native.RuntimeException,
)
_RUN_ERRORS = (native.Fail, native.InvalidArgument, native.RuntimeException, native.NotImplemented)
_WARNINGS_OFF = 3
"""onnxruntime's severity scale: 3 shows errors only."""


class OnnxModel:
    """One model file, loaded. Nothing of a request is ever stored on it."""

    def __init__(self, session: InferenceSession, *, name: str) -> None:
        self.name = name
        self.input_names: tuple[str, ...] = tuple(node.name for node in session.get_inputs())
        self.output_names: tuple[str, ...] = tuple(node.name for node in session.get_outputs())
        self._session = session

    @property
    def metadata(self) -> Mapping[str, str]:
        """What the file says of itself beyond the graph, such as the characters it reads."""
        found: Mapping[str, str] = self._session.get_modelmeta().custom_metadata_map
        return found

    def run(self, images: ByteArray | Mapping[str, AnyArray]) -> dict[str, AnyArray]:
        """Outputs by name, for the model's one input or for several by name.

        Raises ValueError when a single array is given to a model of several inputs, PackInvalid
        when the model cannot compute with what it was given.
        """
        feed = images if isinstance(images, Mapping) else self._single(images)
        try:
            outputs = self._session.run(None, dict(feed))
        except _RUN_ERRORS as error:
            raise PackInvalid(f"{self.name} cannot be run: {error}") from error
        named = zip(self.output_names, outputs, strict=True)
        return {name: np.asarray(output) for name, output in named}

    def _single(self, images: ByteArray) -> dict[str, AnyArray]:
        if len(self.input_names) != 1:
            raise ValueError(f"{self.name} takes {', '.join(self.input_names)}; give each by name.")
        return {self.input_names[0]: np.ascontiguousarray(images)}


class Runtime:
    """Loads models and limits concurrent work. One for each process, made by `app`."""

    def __init__(
        self, *, provider: Provider = "cpu", slots: int = 0, threads_per_session: int = 1
    ) -> None:
        """slots: pictures analysed at once; 0 means one for each processor we may use.

        Raises ConfigurationError when the provider is not part of the installed onnxruntime.
        """
        _require_provider(_PROVIDER_NAMES[provider], native.get_available_providers())
        _share_working_memory()
        self.provider: Provider = provider
        self.threads_per_session = threads_per_session
        self._slots = FairSlots(slots or usable_processors())
        self._models: dict[Path, OnnxModel] = {}
        self._loading = threading.Lock()

    @property
    def slots(self) -> int:
        """How many pictures are analysed at once."""
        return self._slots.count

    def slot(self) -> AbstractContextManager[None]:
        """Room for one picture; callers wait in order. Not to be nested."""
        return self._slots.hold()

    def load(self, path: Path) -> OnnxModel:
        """A model ready to run. A file that several capabilities use is loaded once.

        Raises PackInvalid when the file is no model that onnxruntime can run, and
        ConfigurationError when the session did not get the provider that was asked for.
        """
        where = path.resolve()
        with self._loading:
            if where not in self._models:
                self._models[where] = self._new_model(path)
            return self._models[where]

    def load_alone(self, path: Path) -> OnnxModel:
        """As `load`, but kept by nobody: its memory is free again after its last use."""
        return self._new_model(path)

    def _new_model(self, path: Path) -> OnnxModel:
        wanted = _PROVIDER_NAMES[self.provider]
        try:
            session = _load_aside(path, self._session_options(), wanted)
        except _LOAD_ERRORS as error:
            raise PackInvalid(
                f"{path.name} cannot be loaded as an ONNX model: {error}. Install the pack again."
            ) from error
        _require_provider(wanted, session.get_providers()[:1])
        return OnnxModel(session, name=path.stem)

    def _session_options(self) -> native.SessionOptions:
        options = native.SessionOptions()
        options.intra_op_num_threads = self.threads_per_session
        options.inter_op_num_threads = 1
        options.log_severity_level = _WARNINGS_OFF
        options.add_session_config_entry("session.use_env_allocators", "1")
        # Memory plans are cached by input shape for ever; pictures come in very many shapes.
        options.enable_mem_pattern = False
        # Numbers below the smallest normal float are slow. onnxruntime treats them as zero on its
        # own threads and on the one that makes the first session, see `_load_aside`.
        options.add_session_config_entry("session.set_denormal_as_zero", "1")
        return options


def usable_processors() -> int:
    """Processors this process may run on; at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _share_working_memory() -> None:
    """One pool of working memory for all sessions of the process instead of one for each.

    A thread runs one model at a time, so a pool has to hold the largest model's needs for each
    slot, not the sum over all models: 390 MB after crowds instead of 740. Asking again, as a second
    Runtime does, is harmless.
    """
    memory = native.OrtMemoryInfo(
        "Cpu", native.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, native.OrtMemType.DEFAULT
    )
    native.create_and_register_allocator(memory, None)


def _load_aside(path: Path, options: native.SessionOptions, provider: str) -> InferenceSession:
    """A session made on a thread of its own, which ends with it.

    The first session of a process changes how the thread that makes it rounds tiny numbers to
    zero. That thread must not be the caller's: its other arithmetic is none of our business. The
    models of a pack hold no such numbers (`packs/converters/subnormal.py`).
    """
    with ThreadPoolExecutor(max_workers=1) as aside:
        return aside.submit(InferenceSession, str(path), options, providers=[provider]).result()


def _require_provider(wanted: str, present: Sequence[str]) -> None:
    if wanted not in present:
        raise ConfigurationError(
            f"{wanted} was asked for, but onnxruntime offers {', '.join(present)}. "
            "Install the package that carries it (for CUDA: pip install 'eyebright[cuda]', with "
            "its drivers), or set EYEBRIGHT_PROVIDER=cpu."
        )
