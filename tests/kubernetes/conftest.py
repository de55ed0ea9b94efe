"""The manifests, rendered once for all tests of a process."""

import os
import shutil
from pathlib import Path

import pytest

from countersign import secret_files
from tests.kubernetes.rendering import BROKER, PRODUCTION, ROOT, SECRETS, fill_in, prepare
from tests.kubernetes.trust import ODS_CODE, VALUES
from tests.kubernetes.rendering import Rendered


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    return Rendered(prepare(tmp_path_factory.mktemp("kubernetes")))
