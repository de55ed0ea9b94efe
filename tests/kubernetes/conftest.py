"""The manifests, prepared once for all tests of a process."""

import pytest

from tests.kubernetes.rendering import Rendered, prepare
from tests.kubernetes.trust import VALUES


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    return prepare(tmp_path_factory.mktemp("kubernetes"), VALUES)
