"""What production installs has no `deploy`: its commands don't need it."""

import subprocess
import sys
from pathlib import Path

import countersign

LOCAL = {"countersign.local", "countersign.up"}
"""Commands of a checkout alone."""
IMPORT = """
import importlib, sys
sys.modules["deploy"] = None
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def modules() -> list[str]:
    root = Path(countersign.__file__).parent
    found = (path.relative_to(root.parent).with_suffix("") for path in root.rglob("*.py"))
    names = (".".join(path.parts).removesuffix(".__init__") for path in found)
    return sorted(name for name in names if not name.endswith("__main__") and name not in LOCAL)


def test_every_module_but_the_local_stack_s_is_imported_without_it() -> None:
    assert "countersign.doctor.command" in modules()
    ended = subprocess.run(
        [sys.executable, "-c", IMPORT, *modules()], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
