"""The report: for people, or as JSON. What is secret is struck out of either."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.text import Text

from countersign.doctor.finding import Level, Placed

STYLES = {
    Level.WRONG: "bold red",
    Level.UNSEEN: "magenta",
    Level.CAREFUL: "yellow",
    Level.FINE: "green",
}
NAMES = {Level.UNSEEN: "can't say"}
STRUCK = "[secret]"
NOT_SEEN = (
    "the last backup, and whether it can be restored (countersign backup-check, and its alert)",
    "room on disks (the database's and the broker's volumes)",
    "whether the broker writes through to disk (sync_interval: countersign nats-config sets it)",
    "whether the ledger's entries are what they were (countersign reconcile)",
)
"""What can't be seen from where a service is, and how else it is known."""


def printed(
    services: Sequence[str], found: Sequence[Placed], hidden: Collection[str], *,
    production: bool, as_json: bool,
) -> None:  # fmt: skip
    shown = [each for each in found if production or not each.finding.production]
    left_out = len(found) - len(shown)
    if as_json:
        print(struck(document(services, shown, production=production), hidden))
        return
    out = Console(highlight=False, soft_wrap=True)
    for line in report(shown):
        line.plain = struck(line.plain, hidden)
        out.print(line)
    out.print("\nNot looked at, since it can't be seen from here:")
    for each in NOT_SEEN:
        out.print(f"  {each}")
    out.print(f"\n{summary(shown)}")
    if left_out:
        out.print(f"In production {left_out} more would be said: --production.")


def report(found: Iterable[Placed]) -> Iterable[Text]:
    """Service by service; what is not fine with why it matters and what to do."""
    of = None
    for each in found:
        if each.service != of:
            of = each.service
            yield Text(f"\n{of or 'together'}", style="bold")
        finding = each.finding
        name = NAMES.get(finding.level, finding.level.value)
        said = Text(f"  {name:<10}", style=STYLES[finding.level])
        said.append(f"{each.area}: {finding.what}", style="default")
        yield said
        for label, words in (("why", finding.why), ("do", finding.do)):
            if words:
                yield Text(f"            {label}: {words}")


def summary(found: Sequence[Placed]) -> str:
    levels = [each.finding.level for each in found]
    return ", ".join(f"{levels.count(level)} {NAMES.get(level, level.value)}" for level in Level)


def document(services: Sequence[str], found: Sequence[Placed], *, production: bool) -> str:
    findings = [
        {"service": each.service or None, "area": each.area, **asdict(each.finding)}
        for each in found
    ]
    return json.dumps(
        {
            "services": [*services],
            "production": production,
            "findings": findings,
            "not_looked_at": [*NOT_SEEN],
        },
        indent=2,
        ensure_ascii=False,
    )


def struck(text: str, hidden: Collection[str]) -> str:
    """Findings hold nothing secret; this is for the one that some library's words may bring."""
    for secret in sorted(hidden, key=len, reverse=True):
        text = text.replace(secret, STRUCK)
    return text
