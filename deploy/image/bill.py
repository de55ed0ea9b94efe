"""Writes the bill of materials of an image that is mounted, in CycloneDX. Called by `bill`."""

import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from email import message_from_string
from email.message import Message
from pathlib import Path

from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

SITES = "opt/countersign/lib/python3.*/site-packages"


def python_distributions(root: Path) -> Bom:
    """What is installed in the image's environment, with licences and what needs what.

    cyclonedx-py asks an interpreter for its path; the image's own would run outside of it here.
    """
    [site] = root.glob(SITES)
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder, "python")
        asked.write_text(f"#!/bin/sh\necho '{json.dumps([str(site)])}'\n")
        asked.chmod(0o700)
        program = Path(sys.executable).parent / "cyclonedx-py"
        made = subprocess.run(
            [program, "environment", asked, "--pyproject", "pyproject.toml", "--sv", "1.6"],
            check=True,
            stdout=subprocess.PIPE,
        )
    return Bom.from_json(json.loads(made.stdout))


def debian_packages(root: Path) -> Iterator[Message]:
    """As an image without dpkg lists them, or as dpkg does."""
    dpkg = root / "var/lib/dpkg"
    files = [*sorted((dpkg / "status.d").glob("*")), dpkg / "status"]
    for file in files:
        if file.is_file() and file.suffix != ".md5sums":
            for stanza in file.read_text().split("\n\n"):
                if stanza.strip():
                    yield message_from_string(stanza)


def component(package: Message, distribution: str) -> Component:
    source = str(package.get("Source", package["Package"])).split()[0]
    qualifiers = {"arch": package["Architecture"], "distro": distribution, "upstream": source}
    name, version = package["Package"], package["Version"]
    purl = PackageURL("deb", "debian", name, version, qualifiers)
    return Component(
        type=ComponentType.LIBRARY, name=name, version=version, purl=purl, bom_ref=str(purl)
    )


def main(root: Path, image: str, target: Path) -> None:
    said = (root / "etc/os-release").read_text().splitlines()
    release = {key: value.strip('"') for key, _, value in (line.partition("=") for line in said)}
    bom = python_distributions(root)
    system = Component(
        type=ComponentType.OPERATING_SYSTEM, name=release["ID"], version=release["VERSION_ID"]
    )
    bom.components.add(system)
    for package in debian_packages(root):
        bom.components.add(component(package, f"{release['ID']}-{release['VERSION_ID']}"))
    assert bom.metadata.component is not None
    bom.metadata.component.type = ComponentType.CONTAINER
    bom.metadata.component.version = image.rpartition(":")[2]
    bom.metadata.properties.add(Property(name="countersign:image", value=image))
    bom.metadata.properties.add(Property(name="countersign:machine", value=platform.machine()))
    written = JsonV1Dot6(bom).output_as_string(indent=2)
    if wrong := JsonStrictValidator(SchemaVersion.V1_6).validate_str(written):
        raise SystemExit(f"The bill of materials is not valid: {wrong}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(written)
    print(f"{target}: {len(bom.components)} components")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
