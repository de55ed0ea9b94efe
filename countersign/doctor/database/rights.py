"""What the run-time role may do, and what refuses changes of what was recorded. Pure."""

from countersign.doctor.database.looking import Seen
from countersign.doctor.database.needing import KEYS, append_only, lacking
from countersign.doctor.finding import Findings, careful, or_fine, wrong
from shared.platform.migrations import revisions
from shared.platform.migrations.schema import OK

ATTRIBUTES = ("superuser", "createrole", "createdb", "bypassrls", "replication")


def guarding(service: str) -> dict[str, str]:
    """Each trigger that refuses changes, and its table."""
    own = {f"{table}_append_only": table for table in append_only(service)}
    return {**own, "data_keys_stay_destroyed": KEYS, "data_keys_stay": KEYS}


def rights(service: str, seen: Seen) -> Findings:
    yield from revision(service, seen)
    if not seen.tables:
        return
    yield from or_fine(
        "its role may do what it must, and neither change nor delete what was recorded",
        [
            *attributes(seen),
            *tables(service, seen),
            *lacking(service, seen),
            *triggers(service, seen),
        ],
    )


def revision(service: str, seen: Seen) -> Findings:
    if seen.schema is None:
        return
    known = revisions(service)
    state = seen.schema.said_to(known[-1], known)
    if state != OK:
        yield wrong(
            f"the database's schema: {state}",
            "The service isn't ready until it fits.",
            f"countersign migrate {service} of the same release; docs/runbooks/upgrade.md.",
        )


def attributes(seen: Seen) -> Findings:
    has = [each.upper() for each in ATTRIBUTES if seen.role[each]]
    if has:
        yield wrong(
            f"the role {seen.role['role']} has {', '.join(has)}",
            "Whoever takes the service over can get past all that protects the record.",
            "Use the service's run-time role, which has none of these.",
        )


def tables(service: str, seen: Seen) -> Findings:
    for table in seen.tables:
        name, may = table["table"], set(table["may"])
        if table["owns"] and not seen.role["superuser"]:
            yield wrong(
                f"the role {seen.role['role']} owns {name}",
                "An owner can switch off the triggers that refuse changes.",
                "Let another role own the tables (countersign_…_owner), and migrate as that.",
            )
            continue
        may |= {"UPDATE"} if table["may_update_columns"] else set()
        may -= {"UPDATE"} if name == KEYS else set()
        if may and not seen.role["superuser"]:
            yield wrong(
                f"the role {seen.role['role']} may {', '.join(sorted(may))} {name}",
                "What was recorded must not be changed or deleted by the service itself.",
                f"As the owner: REVOKE {', '.join(sorted(may))} ON {name} FROM"
                f" {seen.role['role']}; and find out who granted it.",
            )
        if table["others"]:
            yield careful(
                f"{' and '.join(table['others'])} may write {name} too",
                "Only the service itself writes its record.",
                "REVOKE it, unless you know what it is for.",
            )
    there = {table["table"] for table in seen.tables}
    for missing in sorted({*append_only(service), KEYS} - there):
        yield wrong(
            f"there is no table {missing}", "The service can't work.",
            f"countersign migrate {service}.",
        )  # fmt: skip


def triggers(service: str, seen: Seen) -> Findings:
    refusing = {(row["name"], row["table"]) for row in seen.triggers if row["refuses"]}
    there = {table["table"] for table in seen.tables}
    for name, table in guarding(service).items():
        if table in there and (name, table) not in refusing:
            yield wrong(
                f"the trigger {name} of {table} doesn't refuse changes any more",
                "Somebody who could alter the table switched it off, took it away or emptied it:"
                " what was recorded may have been changed.",
                "Change nothing; docs/runbooks/integrity-alert.md, and countersign reconcile.",
            )
