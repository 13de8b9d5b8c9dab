"""The folder of an installation: private, and refused with a reason when it cannot be used."""

import os
from pathlib import Path

import pytest

from data.db import connect
from data.home import Home, HomeError
from data.schema import STORE_STEPS, migrate


@pytest.mark.clause("6.2.1")
def test_folders_are_private(tmp_path: Path) -> None:
    """You should see folders that only their owner can read."""
    home = Home(tmp_path / "a" / "b")
    home.prepare()
    home.prepare()
    for folder in (home.root, home.drafts, home.packs, home.cache):
        assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.clause("6.2.1")
def test_files_in_a_folder_that_was_there_are_private_too(tmp_path: Path) -> None:
    """You should see a store, and what SQLite writes beside it, unreadable to others where the administrator made the folder."""
    home = Home(tmp_path)
    home.root.chmod(0o755)
    home.prepare()
    connection = connect(home.store)
    migrate(connection, home.store, STORE_STEPS)
    connection.execute("INSERT INTO positions (name, position) VALUES ('x', 1)")
    files = list(home.root.glob("hotline.db*"))
    assert {file.name for file in files} >= {"hotline.db", "hotline.db-wal"}
    assert [file.name for file in files if file.stat().st_mode & 0o007] == []
    connection.close()


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    """You should see which folder cannot be used, and the way out."""
    (tmp_path / "home").write_text("")
    with pytest.raises(HomeError, match=r"home.*--home"):
        Home(tmp_path / "home").prepare()


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write_is_named(tmp_path: Path) -> None:
    """You should see it said at the start, not at the first save."""
    root = tmp_path / "home"
    Home(root).prepare()
    root.chmod(0o500)
    try:
        with pytest.raises(HomeError, match="没有写入权限"):
            Home(root).prepare()
    finally:
        root.chmod(0o700)
