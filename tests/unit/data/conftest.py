"""The district's data, loaded once; and a copy of its folder for tests that spoil it."""

import shutil
from pathlib import Path

import pytest

from deploy.data import HEDONG, DistrictData, check_district


@pytest.fixture(scope="session")
def hedong() -> DistrictData:
    return check_district(HEDONG)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "hedong"
    shutil.copytree(HEDONG, copy)
    return copy
