"""`python -m tests.kubernetes <folder>…`: render kustomizations, and say what is found in them."""

import sys
from pathlib import Path

from tests.kubernetes.findings import OF_OBJECTS, OF_THE_WHOLE, OF_WHAT_IS_FILLED_IN
from tests.kubernetes.rendering import render


def main(folders: list[str]) -> int:
    """Returns 1 if anything is found."""
    found = []
    for folder in folders:
        objects = render(Path(folder))
        checks = (*OF_OBJECTS, *OF_THE_WHOLE, *OF_WHAT_IS_FILLED_IN)
        found += [f"{folder}: {each}" for check in checks for each in check(objects)]
    print("\n".join(found) or "Nothing is found.")
    return int(bool(found))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
