"""Whatever is changed in the databases, by who may do everything there, reconciling finds, and says
where. What isn't found here fails."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from countersign.reconcile.witnesses import Seen
from countersign.verify import DISPROVED, PROVED, read_checkpoint
from shared.platform.signed_note import Checkpoint, Signer, split
from shared.platform.signed_note import note as signed_note
from tests.support.build import SERVICE_USER
from tests.support.engines import Engines
from tests.support.ledger import KEYS
from tests.support.rewriting import (
    Connection,
    World,
    another_seed,
    body_of,
    closed_up,
    flipped,
    indexes,
    insert,
    rebodied,
    regrown,
    releafed,
    removed,
    renumbered,
    resigned,
    world,
)


@pytest.fixture(scope="module")
def true(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(engines, tmp_path_factory.mktemp("witness")) as found:
        yield found


def last(connection: Connection) -> int:
    return max(indexes(connection, "notes"))


def run(*statements: str) -> Callable[[Connection], None]:
    def change(connection: Connection) -> None:
        for each in statements:
            assert connection.execute(each).rowcount != 0, each

    return change


def flip(connection: Connection, index: int = 50, **how: Any) -> None:
    rebodied(connection, index, flipped(body_of(connection, index)), **how)


def only_the_body(connection: Connection) -> None:
    body = flipped(body_of(connection, 50))
    connection.execute("UPDATE ledger SET body = %s WHERE index = 50", (body,))


def and_grow(connection: Connection) -> None:
    flip(connection)
    regrown(connection)


def and_sign(seed: str | None = None) -> Callable[[Connection], None]:
    def change(connection: Connection) -> None:
        and_grow(connection)
        resigned(connection, **({"seed": seed} if seed else {}))

    return change


def lose_the_middle(connection: Connection) -> None:
    removed(connection, 50)


def lose_the_middle_wholly(connection: Connection) -> None:
    removed(connection, 50)
    closed_up(connection, 50)
    renumbered(connection)
    regrown(connection)
    resigned(connection)


def lose_the_end(connection: Connection, many: int = 3) -> None:
    end = last(connection)
    for index in range(end - many + 1, end + 1):
        removed(connection, index)
    connection.execute("UPDATE ledger_size SET size = size - %s", (many,))
    connection.execute("UPDATE days SET index = (SELECT max(index) FROM entries"
                       " WHERE (time AT TIME ZONE 'UTC')::date = day)")  # fmt: skip
    regrown(connection)


def and_its_checkpoints(connection: Connection) -> None:
    lose_the_end(connection)
    connection.execute(
        "DELETE FROM checkpoints WHERE (shard, size) = (SELECT shard, max(size) FROM checkpoints"
        " WHERE shard = '2026' GROUP BY shard)"
    )


def and_what_was_consumed(connection: Connection) -> None:
    and_its_checkpoints(connection)
    connection.execute("DELETE FROM witnessed")
    connection.execute(
        "UPDATE consumers SET position = (SELECT max(position) FROM ledger WHERE service = producer)"
    )


def swap_bodies(*, digests: bool) -> Callable[[Connection], None]:
    def change(connection: Connection) -> None:
        one, other = body_of(connection, 50), body_of(connection, 60)
        for index, body in ((50, other), (60, one)):
            if digests:
                rebodied(connection, index, body)
            else:
                connection.execute("UPDATE ledger SET body = %s WHERE index = %s", (body, index))

    return change


def swap_entries(connection: Connection) -> None:
    """Two entries change places, with all that belongs to them but their numbers."""
    for table in ("ledger", "leaves", "entries", "subjects", "accesses"):
        for was, becomes in ((50, -1), (60, 50), (-1, 60)):
            connection.execute(f"UPDATE {table} SET index = {becomes} WHERE index = {was}")


def inserted(*, days: int, sign: bool = False) -> Callable[[Connection], None]:
    """An entry more at the end, as if it had been recorded some days before or after."""

    def change(connection: Connection) -> None:
        insert(connection, timedelta(days=days))
        regrown(connection)
        if sign:
            resigned(connection)

    return change


def note_of(change: Callable[[str], str]) -> Callable[[Connection], None]:
    """The newest checkpoint's note is another."""

    def apply(connection: Connection) -> None:
        query = "SELECT note, size FROM checkpoints WHERE shard = '2026' ORDER BY size DESC LIMIT 1"
        row = connection.execute(query).fetchone()
        assert row
        changed = change(row[0])
        assert changed != row[0]
        connection.execute(
            "UPDATE checkpoints SET note = %s WHERE shard = '2026' AND size = %s", (changed, row[1])
        )

    return apply


def older_note(connection: Connection) -> None:
    connection.execute(
        "UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE shard = '2026' ORDER BY"
        " size LIMIT 1) WHERE shard = '2026'"
    )


def lines(note: str) -> list[str]:
    return note.splitlines(keepends=True)


def another_signature(note: str) -> str:
    each = lines(note)
    dash, name, value = each[4].split(" ")
    raw = base64.b64decode(value)
    each[4] = f"{dash} {name} {base64.b64encode(raw[:-1] + bytes([raw[-1] ^ 1])).decode()}\n"
    return "".join(each)


def another_cosignature(note: str) -> str:
    each = lines(note)
    dash, name, value = each[5].split(" ")
    raw = base64.b64decode(value)
    each[5] = (
        f"{dash} {name} {base64.b64encode(raw[:11] + bytes([raw[11] ^ 1]) + raw[12:]).decode()}\n"
    )
    return "".join(each)


def link(connection: Connection) -> None:
    [index] = indexes(connection, "ledger")
    rebodied(connection, index, body_of(connection, index).replace(b'"size":7', b'"size":6'))


def at_50(connection: Connection) -> tuple[bytes, int]:
    row = connection.execute("SELECT body, position FROM ledger WHERE index = 50").fetchone()
    assert row
    return bytes(row[0]), row[1]


def back_date(connection: Connection) -> None:
    connection.execute(
        "UPDATE ledger SET recorded_at = recorded_at - interval '30 days' WHERE index = 200"
    )
    releafed(connection, 200)


def park(connection: Connection) -> None:
    """What an event says is found nowhere any more, as if it could not be read."""
    for table in ("entries", "subjects", "accesses"):
        connection.execute(f"DELETE FROM {table} WHERE index = 50")
    connection.execute(
        "INSERT INTO dead_letters SELECT service, position, event_id, type, body, 'x'"
        " FROM ledger WHERE index = 50"
    )


class Mutation(NamedTuple):
    name: str
    change: Callable[[Connection], None]
    place: str
    of: str = "audit"


PERSON = str(SERVICE_USER)
MUTATIONS = [
    Mutation("a bit of an entry", only_the_body, r"entry 50 .*digest is beside"),
    Mutation("a bit, with its digest", lambda c: flip(c, leaf=False), r"entry 50 .*digest"),
    Mutation("a bit, with digest and leaf", flip, r"tile 0/0 of 2026: leaf 43 "),
    Mutation("a bit, and all tiles", and_grow, r"checkpoint 14\d of 2026: .*an entry before its end"),
    Mutation("a bit, and all signed with another key", and_sign(another_seed()),
             r"checkpoint \d+ of 2026: no key of the ledger"),
    Mutation("a bit, and all signed with the stolen key", and_sign(),
             r"notes, position \d+ \(entry 50\): other bytes"),
    Mutation("an entry is gone", lose_the_middle, r"entry 50: not there"),
    Mutation("an entry is gone, and all made again with the stolen key", lose_the_middle_wholly,
             r"notes, position \d+: event .* is not in the ledger"),
    Mutation("the last entries are gone", lose_the_end, r"checkpoint \d+ of 2026: it was signed, but"),
    Mutation("the last entries and checkpoints are gone", and_its_checkpoints,
             r"checkpoint \d+ of 2026: .*has cosigned it, but it is not there"),
    Mutation("the last entries are gone, and what was consumed", and_what_was_consumed,
             r"notes, position \d+: event .* is not in the ledger"),
    Mutation("two events changed places", swap_bodies(digests=False), r"entry 60 .*digest"),
    Mutation("two events changed places, with digests and leaves", swap_bodies(digests=True),
             r"notes, position \d+ \(entry 60\): other bytes"),
    Mutation("two entries changed places", swap_entries, r"tile 0/0 of 2026: leaf 43 "),
    Mutation("an entry is back-dated", back_date, r"entry 200 .*back-dated"),
    Mutation("an entry was put in, back-dated", inserted(days=-30), r"entry 29\d .*back-dated"),
    Mutation("an entry was put in, and all signed with the stolen key", inserted(days=0, sign=True),
             r"notes, position \d+ \(entry 29\d\): the ledger has event .* the service has not"),
    Mutation("a checkpoint is an older one", older_note,
             r"checkpoint \d+ of 2026: what was signed is not what stands beside"),
    Mutation("a checkpoint's root", run("UPDATE checkpoints SET root = sha256(root)"),
             r"checkpoint 7 of 2025: the leaves don't give"),
    Mutation("a signature", note_of(another_signature), r"checkpoint \d+ of 2026: the signature of .*2026"),
    Mutation("a signature is gone", note_of(lambda note: "".join((*lines(note)[:4], *lines(note)[5:]))),
             r"checkpoint \d+ of 2026: no key"),
    Mutation("a cosignature", note_of(another_cosignature), r"checkpoint \d+ of 2026: the signature of witness"),
    Mutation("a cosignature is gone", note_of(lambda note: "".join(lines(note)[:5])),
             r"checkpoint \d+ of 2026: .*its line is not there"),
    Mutation("a service's event", run("UPDATE events SET body = set_byte(body, 20, 65) WHERE position = 409600"),
             r"notes, position 409600 \(entry \d+\): other bytes", "notes"),
    Mutation("a service's event is gone", run("DELETE FROM events WHERE position = 409600"),
             r"notes, position 409600 \(entry \d+\): the ledger has event .* the service has not", "notes"),
    Mutation("a service's last event is gone",
             run("DELETE FROM events WHERE position = (SELECT max(position) FROM events)"),
             r"notes, position \d+ .*the service has not", "notes"),
    Mutation("a service's event was put in", run(
                 "INSERT INTO events SELECT position + 1, gen_random_uuid(), gen_random_uuid(), 1, type,"
                 " body FROM events WHERE position = 409600"),
             r"notes, position 409601: event .* is not in the ledger", "notes"),
    Mutation("a service's events changed places", run(
                 "UPDATE events SET position = -1 WHERE position = 409600",
                 "UPDATE events SET position = 409600 WHERE position = 413696",
                 "UPDATE events SET position = 413696 WHERE position = -1"),
             r"notes, position 409600 \(entry \d+\): event", "notes"),
    Mutation("a service's event has another id",
             run("UPDATE events SET event_id = gen_random_uuid() WHERE position = 409600"),
             r"notes, position 409600 \(entry \d+\): event", "notes"),
    Mutation("a person's number is gone", run(f"DELETE FROM numbers WHERE subject = '{PERSON}' AND number = 5"),
             rf"entry \d+ .*numbered as about nobody, but what it says is about {PERSON}"),
    Mutation("a person's number is another's",
             run(f"UPDATE numbers SET subject = 'somebody' WHERE subject = '{PERSON}' AND number = 5"),
             r"entry \d+ .*number 5 about somebody"),
    Mutation("a salt", run(f"UPDATE numbers SET salt = sha256(salt) WHERE subject = '{PERSON}' AND number = 5"),
             r"entry \d+ .*leaf is another one's: people"),
    Mutation("a salt is another entry's",
             run("UPDATE numbers SET salt = (SELECT salt FROM numbers AS other WHERE other.subject ="
                 f" numbers.subject AND other.number = 6) WHERE subject = '{PERSON}' AND number = 5"),
             r"entry \d+ .*leaf is another one's: people"),
    Mutation("a number of no entry", run("INSERT INTO numbers VALUES ('somebody', 1, 9000, '')"),
             "numbers, entry 9000"),
    Mutation("a hash of a tile", run("UPDATE tiles SET hashes = set_byte(hashes, 70, get_byte(hashes, 70) # 1)"
                                     " WHERE (shard, level, number) = ('2026', 0, 0)"),
             r"tile 0/0 of 2026: leaf 2 "),
    Mutation("a hash of a tile above", run("UPDATE tiles SET hashes = sha256(hashes) WHERE level = 1"),
             r"tile 1/0 of 2026: hash 0 "),
    Mutation("a tile is gone", run("DELETE FROM tiles WHERE (shard, level, number) = ('2026', 0, 1)"),
             "tile 0/1 of 2026: not there"),
    Mutation("a tile more", run("INSERT INTO tiles VALUES ('2026', 0, 7, sha256(''))"), "tile 0/2 of 2026"),
    Mutation("a tile is shorter", run("UPDATE tiles SET hashes = substr(hashes, 33) WHERE level = 0"),
             "tile 0/0 of 2025"),
    Mutation("the link to the year before", link, r"entry 7 .*how 2025 ended"),
    Mutation("where a year begins", run("UPDATE shards SET first_index = 9 WHERE id = '2026'"),
             r"entry 7 .*a link is a shard's first leaf"),
    Mutation("a year more", run("INSERT INTO shards VALUES ('2027', 5000, now())"), "shard 2027"),
    Mutation("a leaf is gone", run("DELETE FROM leaves WHERE index = 50"), "entry 50 .*without a leaf"),
    Mutation("a leaf more", run("INSERT INTO leaves VALUES (5000, 'x')"), "entry 5000: it is in the ledger"),
    Mutation("a leaf", run("UPDATE leaves SET record = convert_to(replace(convert_from(record, 'UTF8'),"
                           " 'notes', 'nodes'), 'UTF8') WHERE index = 50"),
             "entry 50 .*leaf is another one's: service, type"),
    Mutation("an entry's type", run("UPDATE ledger SET type = 'countersign.notes.x.v1' WHERE index = 50"),
             "entry 50 .*leaf is another one's: type"),
    Mutation("what an entry comes after", run("UPDATE ledger SET previous = 4096 WHERE index = 50"),
             "entry 50 .*leaf is another one's: previous"),
    Mutation("the ledger's size", run("UPDATE ledger_size SET size = size + 1"), "ledger_size"),
    Mutation("what was consumed", run("UPDATE consumers SET position = position - 4096"),
             r"notes, position \d+: was read up to"),
    Mutation("who did it", run("UPDATE entries SET actor_id = 'nobody' WHERE index = 50"),
             "entry 50 .*`entries` has otherwise"),
    Mutation("whom it is about", run("DELETE FROM subjects WHERE index = 50"), "entry 50 .*`subjects`"),
    Mutation("who looked", run("DELETE FROM accesses WHERE index = 50"), "entry 50 .*`accesses`"),
    Mutation("an alert is gone", run("DELETE FROM alerts"), r"entry \d+ .*`alerts`"),
    Mutation("who is restricted", run("UPDATE restrictions SET restricted = NOT restricted"),
             f"restrictions, {PERSON}"),
    Mutation("when there was something", run("UPDATE days SET index = index + 1"), "days, 20"),
    Mutation("an event is parked that can be read", park, r"entry 50 .*can be read"),
    Mutation("what is parked is another", run("UPDATE dead_letters SET body = ''"), r"entry \d+ .*what is parked"),
    Mutation("something is parked more", run(
                 "INSERT INTO dead_letters VALUES ('notes', 7, 'x', 'x', '', 'x')"),
             "dead_letters, notes 7"),
    Mutation("a service's event is of another stream",
             run("UPDATE events SET stream_id = gen_random_uuid() WHERE position = 409600"),
             r"notes, position 409600: .*under stream_id", "notes"),
    Mutation("a service's event is of another version",
             run("UPDATE events SET version = 2 WHERE position = 409600"),
             r"notes, position 409600: .*under version 2, but it says 1", "notes"),
    Mutation("a service's stream begins late", run("UPDATE events SET version = 2 WHERE position = 409600"),
             "notes, stream .*from version 2", "notes"),
    Mutation("a key is gone", run("DELETE FROM keys.data_keys"),
             r"referrals, position 4096: the key .* is not there", "referrals"),
    Mutation("a key was destroyed",
             run("UPDATE keys.data_keys SET wrapped = NULL, kek = NULL, destroyed_at = now()"),
             r"referrals, position 4096: the key .* was destroyed", "referrals"),
    Mutation("a key of the ledger's is gone", run("DELETE FROM keys.data_keys"), r"entry 0 .*the key .* is not there"),
    Mutation("an engagement that nobody agreed", run(
                 "INSERT INTO engagements VALUES (gen_random_uuid(), 1, 'x', now(), now(), now(), '[]',"
                 " '[]', true, '{}')"), "engagements, .*no event says so"),
    Mutation("an export that nobody asked for", run(
                 "INSERT INTO exports VALUES (gen_random_uuid(), 1, 'x', now(), 'ready', now(), '{}')"),
             "exports, .*no event says so"),
    Mutation("what could not be read", run("DELETE FROM dead_letters"), r"entry \d+ .*is not parked"),
]  # fmt: skip


def places(world: World, mutation: Mutation, **how: Any) -> list[str]:
    with world.changing(mutation.of) as connection:
        mutation.change(connection)
        report = world.reconciled({mutation.of: connection}, **how)
    assert report.code == (DISPROVED if report.wrong else PROVED)
    return [f"{where}: {what}" for where, what in report.wrong]


def test_there_are_as_many_as_were_asked_for() -> None:
    assert len({each.name for each in MUTATIONS}) == len(MUTATIONS) >= 35


def test_what_was_not_touched_agrees(true: World) -> None:
    for witness in (False, True):
        report = true.reconciled(witness=witness)
        assert (report.code, report.wrong) == (PROVED, []), report.words()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.name.replace(" ", "_"))
def test_what_was_touched_is_found(true: World, mutation: Mutation) -> None:
    found = places(true, mutation)
    assert any(re.search(mutation.place, each) for each in found), found


def test_only_the_witness_knows_what_was_changed_everywhere(true: World) -> None:
    """With the stolen key, and in the service's own store too, everything agrees; but not with what
    the witness has seen."""
    with true.changing("audit") as ledger, true.changing("notes") as store:
        and_sign()(ledger)
        store.execute("UPDATE events SET body = %s WHERE position = %s", at_50(ledger))
        changed = {"audit": ledger, "notes": store}
        assert true.reconciled(changed).wrong == []
        found = true.reconciled(changed, witness=True).wrong
    said = ("the witness saw it", "has not cosigned it")
    assert all(any(each in what for each in said) for _, what in found)
    for each in said:
        assert any(each in what for _, what in found), found


def test_whom_an_entry_is_read_as_being_about_is_not_what_its_leaf_is_made_of(true: World) -> None:
    """A leaf that was made when the same bytes were read otherwise is the one that its numbers and
    salts give: only what is read differs."""
    with true.changing("audit") as ledger:
        run("UPDATE numbers SET subject = 'somebody' WHERE index = 50")(ledger)
        renumbered(ledger)
        regrown(ledger)
        resigned(ledger)
        [(where, what)] = true.reconciled({"audit": ledger}).wrong
    assert where.startswith("entry 50 ")
    assert what == f"numbered as about somebody, but what it says is about {PERSON}"


def test_a_ledger_cut_off_everywhere_is_shorter_than_the_witness_knows(true: World) -> None:
    with true.changing("audit") as ledger, true.changing("notes") as store:
        and_what_was_consumed(ledger)
        store.execute(
            "DELETE FROM events WHERE position IN"
            " (SELECT position FROM events ORDER BY position DESC LIMIT 3)"
        )
        changed = {"audit": ledger, "notes": store}
        assert true.reconciled(changed).wrong == []
        [(where, what)] = true.reconciled(changed, witness=True).wrong
    assert (where, "but had" in what) == ("shard 2026", True)


def another_key(note: str) -> str:
    """The same checkpoint as a log's with another key."""
    text, _ = split(note)
    return signed_note(text, [Signer.parse(text.split("\n")[0], another_seed()).sign(text)])


def cosigned(world: World, note: str) -> str:
    """With the witness's own cosignature."""
    signer = world.witness.signer
    return f"{note}{signer.sign(split(note)[0], 1_767_225_600)}"


def listing(world: World, notes: list[str]) -> list[Seen]:
    heads = [read_checkpoint(each.encode()) for each in notes]
    return [
        replace(world.seen()[0], listed=[(each.origin, each.size, each) for each in heads]),
    ]


def test_what_a_witness_saw_under_another_key_counts(true: World) -> None:
    """The ledger was made again, and the one that the witness saw was signed with another key."""
    notes = true.witness.files.all_latest()
    foreign = listing(true, [cosigned(true, another_key(each)) for each in notes.values()])
    found = true.reconciled(seen=foreign).wrong
    assert [("no key of the ledger" in what, "at witness" in where) for where, what in found] == [
        (True, True)
    ] * 2
    with true.changing("audit") as ledger, true.changing("notes") as store:
        and_sign()(ledger)
        store.execute("UPDATE events SET body = %s WHERE position = %s", at_50(ledger))
        found = true.reconciled({"audit": ledger, "notes": store}, seen=foreign).wrong
    assert any("don't give the root: the witness saw it" in what for _, what in found), found


def test_what_a_witness_lists_is_its_own_word(true: World) -> None:
    notes = [*true.witness.files.all_latest().values()]
    bare = listing(true, [note.rpartition("\u2014 witness")[0] for note in notes])
    assert {what for _, what in true.reconciled(seen=bare).wrong} == {
        "it is listed without the witness's own cosignature"
    }


def test_a_witness_that_has_forgotten_is_none(true: World) -> None:
    notes = [*true.witness.files.all_latest().values()]
    for left, of in (([], ["2025", "2026"]), (notes[:1], ["2026"])):
        found = true.reconciled(seen=listing(true, left)).wrong
        assert [where for where, _ in found] == [f"shard {each}" for each in of]
        assert all("has cosigned" in what and what.endswith("but lists 0") for _, what in found)
    with true.changing("audit") as ledger:
        ledger.execute("UPDATE checkpoints SET published_at = now() WHERE shard = '2026'")
        assert true.reconciled({"audit": ledger}, witness=True).wrong == []


def test_a_witness_that_can_not_be_asked_is_said(true: World) -> None:
    away = [replace(true.seen()[0], listed=(), unreadable="no answer")]
    report = true.reconciled(seen=away)
    assert (report.wrong, report.not_proved[0][:12]) == ([], "that witness")
    assert report.not_proved[0].endswith("agrees: no answer")


def test_a_tree_that_only_a_witness_knows(true: World) -> None:
    text = Checkpoint(f"{KEYS.origin}/2024", 5, bytes(32)).text
    signed = signed_note(text, [each.sign(text) for each in KEYS.signers("2024")])
    notes = [*true.witness.files.all_latest().values(), cosigned(true, signed)]
    [(where, what)] = true.reconciled(seen=listing(true, notes)).wrong
    assert (where, what) == (f"{KEYS.origin}/2024", "there is no such tree: the witness saw it")


def set_back(
    ledger: Connection, store: Connection, *, tail: int = 0, common: int = 0, recovered: bool = True
) -> tuple[list[int], str]:
    """The last event of a service says that the store was set back, and two before it are gone."""
    query = "SELECT position FROM ledger WHERE service = 'notes' ORDER BY position DESC LIMIT 4"
    last, *lost, held = (row[0] for row in ledger.execute(query).fetchall())
    data = {
        "tail_position": tail or lost[0],
        "common_position": common or held,
        "base": 0,
        "repositioned": 0,
    }
    [[index]] = ledger.execute(
        "SELECT index FROM ledger WHERE (service, position) = ('notes', %s)", (last,)
    ).fetchall()
    body = json.dumps({**json.loads(body_of(ledger, index)), "data": data}).encode()
    rebodied(ledger, index, body)
    kind = "countersign.notes.store-restored.v1"
    ledger.execute("UPDATE ledger SET type = %s WHERE index = %s", (kind, index))
    store.execute("UPDATE events SET type = %s, body = %s WHERE position = %s", (kind, body, last))
    store.execute("DELETE FROM events WHERE position = ANY(%s)", (lost,))
    if recovered:
        query = "SELECT event_id FROM ledger WHERE (service, position) = ('notes', %s)"
        store.execute(
            "INSERT INTO recoveries VALUES (%s, %s)",
            (lost[0], ledger.execute(query, (lost[0],)).fetchall()[0][0]),
        )
    return lost, f"notes, position {last} (entry {index})"


LIES: list[tuple[dict[str, Any], str]] = [
    ({"tail": 1 << 40}, "the ledger went up to"),
    ({"tail": 4096}, "the ledger went up to"),
    ({"common": 4097}, "position 4097 is not the same"),
    ({"recovered": False}, "`recoveries` has none"),
]


@pytest.mark.parametrize(("lie", "what"), LIES)
def test_a_store_that_was_not_set_back_excuses_nothing(
    true: World, lie: dict[str, Any], what: str
) -> None:
    with true.changing("audit") as ledger, true.changing("notes") as store:
        lost, where = set_back(ledger, store, **lie)
        report = true.reconciled({"audit": ledger, "notes": store}, restored=["notes"])
    assert any(place == where and what in each for place, each in report.wrong), report.wrong
    for position in lost:
        assert any(f"notes, position {position} " in place for place, _ in report.wrong)


def test_a_store_that_was_set_back_is_said_and_wrong_unless_it_is_known(true: World) -> None:
    with true.changing("audit") as ledger, true.changing("notes") as store:
        lost, _ = set_back(ledger, store)
        changed = {"audit": ledger, "notes": store}
        unknown, known = (
            true.reconciled(changed, restored=each) for each in (["referrals"], ["notes"])
        )
    said = "2 events that only the ledger has: its store was set back"
    assert ("notes", f"{said} (if you know of it: --restored notes)") in unknown.wrong
    assert f"notes: {said}" in known.not_proved
    for report in (unknown, known):
        assert not [
            place for place, _ in report.wrong for each in lost if f"position {each} " in place
        ]
    assert "notes" not in dict(known.wrong)
