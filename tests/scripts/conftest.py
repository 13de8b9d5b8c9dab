"""The shipped packs, loaded once for all tests of this room."""

import pytest

from scripts.pack import Packs, load_packs


@pytest.fixture(scope="session")
def packs() -> Packs:
    loaded, refused = load_packs()
    assert refused == []
    return loaded
