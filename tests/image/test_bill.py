"""The bill of materials says what is really in the image: no more, no less."""

import os
from pathlib import Path

import pytest

from tests.support.containers import ROOT, Engine

TOOLS = ROOT / ".venv-tools"
INSTALLED = """
import importlib.metadata, json, os
print(json.dumps({
    "python": [[each.name, each.version] for each in importlib.metadata.distributions()],
    "debian": os.listdir("/var/lib/dpkg/status.d"),
}))
"""


def _name(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def test_it_is_valid_and_lists_what_is_installed(image: Engine, tmp_path: Path) -> None:
    """That it is valid CycloneDX is checked by what writes it, which refuses to otherwise."""
    if not (TOOLS / "bin" / "cyclonedx-py").exists() and not os.environ.get("CI"):
        pytest.skip("make .venv-tools/ready hasn't been made: it has cyclonedx-bom")
    bill = image.bill(TOOLS, tmp_path / "bill.json")
    installed = image.python(INSTALLED)
    assert bill["specVersion"] == "1.6"
    about = bill["metadata"]["component"]
    assert (about["type"], about["name"], about["version"]) == (
        "container",
        "countersign",
        "tested",
    )
    by_kind: dict[str, set[tuple[str, str]]] = {"pypi": set(), "deb": set()}
    for each in bill["components"]:
        if "purl" in each:
            kind = each["purl"].removeprefix("pkg:").partition("/")[0]
            by_kind[kind].add((_name(each["name"]), each["version"]))
    python = {(_name(name), version) for name, version in installed["python"]}
    assert by_kind["pypi"] == {each for each in python if each[0] != "countersign"}
    assert {name for name, _ in by_kind["deb"]} == {_name(each) for each in installed["debian"]}
    assert all(version for _, version in by_kind["deb"])
