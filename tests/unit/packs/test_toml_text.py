from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from eyebright.packs.toml_text import TomlValue, toml_text

# A surrogate cannot be written as UTF-8 by anybody.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
plain = (
    st.booleans()
    | texts
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(texts, values, max_size=4))
def test_what_is_written_is_read_again(document: dict[str, object]) -> None:
    assert tomllib.loads(toml_text(document)) == document  # type: ignore[arg-type]


def test_tables_become_sections_that_people_can_read() -> None:
    document: dict[str, TomlValue] = {
        "id": "a",
        "files": [{"name": "x", "licence": {"code": "MIT"}}],
        "p": {"q": 1.5},
    }
    assert toml_text(document) == (
        'id = "a"\n\n[[files]]\nname = "x"\n\n[files.licence]\ncode = "MIT"\n\n[p]\nq = 1.5\n'
    )
