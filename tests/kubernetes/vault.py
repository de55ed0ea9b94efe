"""External secrets against the files of `countersign secrets`: both make the same Secrets."""

import re
from pathlib import Path

from tests.kubernetes.objects import Object, named, of
from tests.kubernetes.references import GIVEN

VARIABLE = re.compile(r"{{ \.(\w+) }}")
LITERAL = re.compile(r'{{ "([^"]*)" }}')
VAULT = "countersign/"


def made_alike(objects: list[Object], written: Path) -> list[str]:
    """What a vault that holds what was written would give, other than what was written itself."""
    found = []
    for each in of(objects, "ExternalSecret"):
        spec, values = each["spec"], {}
        if spec["target"]["name"] in GIVEN:
            continue
        for item in spec["data"]:
            entry, name = item["remoteRef"]["key"], item["remoteRef"]["property"]
            file = written / entry.removeprefix(VAULT) / name
            if not entry.startswith(VAULT) or not file.exists():
                found.append(f"{named(each)}: nothing is written as {entry}, {name}")
                continue
            values[item["secretKey"]] = file.read_text()
        template = spec["target"].get("template", {}).get("data")
        made = _filled(template, values) if template else values
        folder = written / spec["target"]["name"]
        kept = {file.name: file.read_text() for file in folder.iterdir()} if folder.exists() else {}
        found += [
            f"{named(each)}: {key} is made otherwise"
            for key in sorted(made.keys() | kept.keys())
            if made.get(key) != kept.get(key)
        ]
    return found


def _filled(template: dict[str, str], values: dict[str, str]) -> dict[str, str]:
    return {
        key: VARIABLE.sub(lambda found: values.get(found[1], ""), LITERAL.sub(r"\1", text))
        for key, text in template.items()
    }
