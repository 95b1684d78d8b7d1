"""The extended label pack, wired: its names, its vectors in the home, its capabilities."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from eyebright.analysis.labels.detr import TransformerDetector
from eyebright.analysis.labels.name_vectors import NameEmbedder
from eyebright.analysis.labels.names import joined, read_names
from eyebright.analysis.labels.open_vocabulary import (
    OpenVocabularyClassifier,
    label_sentences,
    text_embedder,
)
from eyebright.analysis.labels.taxonomy import Entry, Taxonomy, load_taxonomy
from eyebright.analysis.moderation.zero_shot import (
    ZeroShotModeration,
    concept_sentences,
    moderation_embedder,
    read_concepts,
)
from eyebright.packs.pack import Pack
from eyebright.runtime.session import Runtime
from eyebright.settings import Settings

EXTENDED_PACK = "labels-extended"


class ExtendedLabels:
    """What `EYEBRIGHT_LABEL_PACK=labels-extended` means. Every method loads anew."""

    def __init__(self, pack: Pack, settings: Settings, runtime: Runtime) -> None:
        self._pack = pack
        self._settings = settings
        self._runtime = runtime

    def objects(self) -> TransformerDetector:
        return TransformerDetector.load(self._pack, self._runtime)

    def classes(self) -> OpenVocabularyClassifier:
        """For the taxonomy's names and a person's own."""
        return OpenVocabularyClassifier.load(
            self._pack,
            self._runtime,
            names=label_names(self._settings),
            home=self._settings.home,
        )

    def moderation(self) -> ZeroShotModeration:
        return ZeroShotModeration.load(self._pack, self._runtime, home=self._settings.home)

    def prepare(self, heard: Callable[[str, int, int], None]) -> int:
        """Make all vectors that are missing; returns how many there are.

        heard: what is embedded, how many are done, of how many.
        """
        return sum(
            len(embedder.prepare(sentences, partial(heard, what)))
            for what, embedder, sentences in self._work()
        )

    def missing(self) -> int:
        """How many vectors `prepare` would make."""
        return sum(embedder.missing(sentences) for _what, embedder, sentences in self._work())

    def _work(self) -> Iterator[tuple[str, NameEmbedder, tuple[str, ...]]]:
        """What needs vectors: what it is called, where they are kept, the sentences."""
        home, names = self._settings.home, label_names(self._settings)
        labels = text_embedder(self._pack, self._runtime, home=home, use="labels")
        yield "names of labels", labels, label_sentences(self._pack, names)
        moderation = moderation_embedder(self._pack, self._runtime, home=home)
        yield "moderation", moderation, concept_sentences(read_concepts(self._pack))


def label_names(settings: Settings) -> tuple[str, ...]:
    """The taxonomy's, sorted, then a person's own. Raises ConfigurationError."""
    own = () if settings.label_names is None else read_names(settings.label_names)
    return joined(sorted(load_taxonomy().names), own)


def label_taxonomy(settings: Settings) -> Taxonomy:
    """The taxonomy in use: with the extended pack a person's own names are words in it, without
    parents or categories. Raises ConfigurationError."""
    taxonomy = load_taxonomy()
    if settings.label_pack != EXTENDED_PACK or settings.label_names is None:
        return taxonomy
    own = (name for name in label_names(settings) if name not in taxonomy)
    entries = [taxonomy.entry(name) for name in sorted(taxonomy.names)]
    return Taxonomy([*entries, *(Entry(name, (), (), ()) for name in own)])
