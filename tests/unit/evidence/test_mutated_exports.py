"""Whatever is changed in an export, the verifier finds, and says where.

Who changes it has no key, one of their own, or the log's own key, stolen; every hash that can be
made again is. What isn't found here fails.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from countersign import verify
from countersign.verify import DISPROVED, NOT_VOUCHED, PROVED, UNREADABLE
from services.audit.policy import Numbered
from tests.support.fabricating import (
    FOREIGN,
    LOG_KEY,
    NEW_YEAR,
    NOTE,
    OTHER,
    PERSON,
    WITNESSING,
    Files,
    Log,
    exported,
    listed,
    living,
    packed,
    signed,
    zipped,
)
from tests.support.meddling import (
    checked,
    digested,
    edited,
    entries_of,
    flipped,
    rebuilt,
    releafed,
    restated,
    true,
    with_entries,
    with_json,
    without,
)


class Mutation(NamedTuple):
    name: str
    make: Callable[[], Files | bytes]
    code: int
    place: str
    words: str


def swap_bodies(found: list[Any], *, digests: bool) -> None:
    one, other = (base64.b64decode(found[at]["body"]) for at in (3, 9))
    for at, body in ((3, other), (9, one)):
        if digests:
            digested(found[at], body)
        else:
            found[at]["body"] = base64.b64encode(body).decode()


def swap(found: list[Any], one: int, other: int) -> None:
    found[one], found[other] = found[other], found[one]


def exchange(found: list[Any]) -> None:
    """Two entries after one another change places, and each says that it is the other."""
    swap(found, 2, 3)
    for name in ("index", "leaf_index"):
        found[2][name], found[3][name] = found[3][name], found[2][name]


def forged(line_of: Callable[[Log, str, int], bytes]) -> Callable[[], Files]:
    """A rebuilt log, with checkpoints made up somehow."""
    return lambda: exported(rebuilt(edited(9)), sign=line_of)


def bogus(log: Log, shard: str, size: int) -> bytes:
    """The log's name and key id over 64 bytes that are no signature."""
    text, _, lines = signed(log, shard, size).decode().rpartition("\n\n")
    first, rest = lines.split("\n", 1)
    dash, name, value = first.split(" ")
    made_up = base64.b64encode(base64.b64decode(value)[:4] + bytes(64)).decode()
    return f"{text}\n\n{dash} {name} {made_up}\n{rest}".encode()


def with_stolen_key(log: Log, shard: str, size: int) -> bytes:
    return signed(log, shard, size, witnessed=False)


def new_year_first(log: Log, shard: str, size: int) -> bytes:
    """A false new year, which the witness sees before it sees the true one; its link names a false
    end of the old year, which the witness would not sign."""
    return signed(log, shard, size, witnessed=shard == "2026")


def with_true_cosignature(log: Log, shard: str, size: int) -> bytes:
    """Signed with the stolen key; the witness's line is that of the true checkpoint."""
    return with_stolen_key(log, shard, size) + cosignature(true()[f"trees/{shard}.checkpoint"])


def cosignature(note: bytes) -> bytes:
    return b"".join(line for line in note.splitlines(True) if WITNESSING.name.encode() in line)


def true_of(files: Files, shard: str) -> Files:
    return listed({**files, **{name: true()[name] for name in true() if f"trees/{shard}" in name}})


def insert_backdated(log: Log) -> None:
    """An event more, said to be of the old year; the log's own order goes on after it."""
    log.say("notes", "note-amended", {"n": 1}, [PERSON], NEW_YEAR + timedelta(days=1),
            resource=("note", NOTE, 26))  # fmt: skip
    kept = log.kept[-1]
    kept.leaf = replace(kept.leaf, recorded_at=NEW_YEAR - timedelta(hours=5))


def dropped(name: str) -> Files:
    return listed({file: each for file, each in true().items() if file != name})


def checkpoint(note: Callable[[bytes], bytes]) -> Callable[[], Files]:
    return lambda: listed(
        {**true(), "trees/2026.checkpoint": note(true()["trees/2026.checkpoint"])}
    )


def without_last() -> Files:
    """Less one entry, and a statement that knows of no more."""
    files = without(-1, true())
    count = len(entries_of(files))
    return restated(
        files, entries=count, people=[{"id": PERSON, "count": count}],
        entries_sha256=hashlib.sha256(files["entries.jsonl"]).hexdigest(),
    )  # fmt: skip


def fewer(log: Log) -> None:
    """The last event about the person never was; done with all that a stolen key can do."""
    last = max(n for n, each in enumerate(log.kept) if PERSON in each.people)
    log.numbers[PERSON] -= 1
    del log.kept[last]
    for each in log.kept[last:]:
        each.leaf_index -= 1


def of_another_person(found: list[Any]) -> None:
    taken = {each["index"] for each in found}
    more = [each for each in entries_of(true("period")) if each["index"] not in taken][:1]
    found[:] = sorted([*found, *more], key=lambda each: each["index"])


def only_new_year() -> Files:
    kept = {name: each for name, each in true().items() if "2025" not in name}
    lines = [each for each in entries_of(true()) if each["shard"] == "2026"]
    return listed({**kept, "entries.jsonl": b"".join(packed(each) + b"\n" for each in lines)})


def claiming(**changes: Any) -> Callable[[], Files]:
    return lambda: exported(living(), claim=lambda said: said.update(changes))


def set_in(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda said: said.update({key: value})


def flip_node(tree: dict[str, Any]) -> None:
    height, number, found = tree["nodes"][0]
    tree["nodes"][0] = [height, number, f"{int(found[0], 16) ^ 1:x}{found[1:]}"]


def renumbered(entry: Any, *, given: bool = False) -> None:
    """In a leaf that is about one person: a number that is not theirs; and as it is given."""
    [each] = entry["numbers"]
    named = Numbered(each["person"], 99, bytes.fromhex(each["salt"]))
    releafed(entry, people=[named.about(json.loads(entry["leaf"])["event"])])
    if given:
        entry["numbers"][0]["number"] = 99


def another_salt(entry: Any) -> None:
    salt = bytearray.fromhex(entry["numbers"][0]["salt"])
    salt[0] ^= 1
    entry["numbers"][0]["salt"] = salt.hex()


def salted_by_the_log(change: Callable[[list[Any]], object]) -> Files:
    """The log itself gives other salts, and states that file: nothing else is to be found."""
    return exported(living(), told=change)


def of_someone_else(found: list[Any]) -> None:
    """A number that the leaf has, with its salt: of another one whom the event is about."""
    for index, kept in enumerate(living().kept):
        for each in kept.leaf.people:
            if {PERSON, OTHER} <= {*kept.people} and each.person == OTHER:
                [entry] = [one for one in found if one["index"] == index]
                entry["numbers"] += [
                    {"person": OTHER, "number": each.number, "salt": each.salt.hex()}
                ]


def hole_in_numbers(log: Log) -> None:
    """The log itself leaves one event about the person out of its numbering, and is signed."""
    for each in [each for each in log.kept if PERSON in each.people][5:]:
        people = tuple(
            one._replace(number=one.number + (one.person == PERSON)) for one in each.leaf.people
        )
        each.leaf = replace(each.leaf, people=people)
    log.numbers[PERSON] += 1


def relink(tree: dict[str, Any]) -> None:
    body = json.loads(base64.b64decode(tree["link"]["body"]))
    digested(tree["link"], packed({**body, "size": body["size"] - 1}))


def shown(**changes: Any) -> Callable[[], Files]:
    """The log itself shows an entry otherwise than it was, and states that file."""
    return lambda: exported(living(), told=lambda lines: lines[4].update(changes))


def shown_whole(withheld: str) -> Callable[[], Files]:
    """The log withholds an entry for some reason, as it may."""
    return shown(body=None, withheld=withheld, content=None, content_state="withheld")


def with_line(line: bytes) -> Files:
    return listed({**true(), "entries.jsonl": true()["entries.jsonl"] + line})


MUTATIONS = [
    # Without a key.
    Mutation("a bit of an event", lambda: with_entries(lambda e: flipped(e[4])),
             DISPROVED, "entries.jsonl, line 5, entry 5", "digest"),
    Mutation("a bit of an event, with its digest",
             lambda: with_entries(lambda e: flipped(e[4], digest=True)),
             DISPROVED, "trees/2025.json", "root"),
    Mutation("a file that the manifest lists otherwise",
             lambda: {**true(), "policies.json": b"[1]\n"},
             DISPROVED, "policies.json", "manifest"),
    Mutation("an entry is gone from the middle", lambda: without(7, true()),
             DISPROVED, "entries.jsonl, line 8", "incomplete: it is number 9"),
    Mutation("the last entry is gone", lambda: without(-1, true()),
             DISPROVED, "entries.jsonl", "up to number 24 of 25"),
    Mutation("the last entry is gone, and fewer are stated", without_last,
             DISPROVED, "trees/2026.json", "root"),
    Mutation("an entry is gone, and nothing stands for it", lambda: with_entries(lambda e: e.pop(7)),
             DISPROVED, "entries.jsonl, line 8", "no place|nothing stands"),
    Mutation("the last of a year is gone", lambda: without(11, true()),
             DISPROVED, "entries.jsonl", "incomplete"),
    Mutation("two lines changed places", lambda: with_entries(lambda e: swap(e, 2, 3)),
             DISPROVED, "entries.jsonl, line 4", "comes after entry"),
    Mutation("two lines changed places, and their indexes", lambda: with_entries(exchange),
             DISPROVED, "entries.jsonl, line 4", "back-dated"),
    Mutation("two events changed places", lambda: with_entries(lambda e: swap_bodies(e, digests=False)),
             DISPROVED, "entries.jsonl, line 4", "digest"),
    Mutation("two events changed places, with their digests",
             lambda: with_entries(lambda e: swap_bodies(e, digests=True)),
             DISPROVED, "entries.jsonl, line 4", "another event's"),
    Mutation("an entry is there twice", lambda: with_entries(lambda e: e.insert(5, e[4])),
             DISPROVED, "entries.jsonl, line 6", "comes after entry"),
    Mutation("an entry of someone else", lambda: with_entries(of_another_person),
             DISPROVED, "entries.jsonl, line", "nobody whom the statement names"),
    Mutation("an entry is back-dated",
             lambda: with_entries(lambda e: releafed(e[20], recorded_at="2025-12-31T23:00:00.000000+00:00")),
             DISPROVED, "entries.jsonl, line 21", "back-dated"),
    Mutation("a leaf has another number", lambda: with_entries(lambda e: renumbered(e[20])),
             DISPROVED, "entries.jsonl, line 21", "doesn't say that it is number 21"),
    Mutation("an entry has another number",
             lambda: with_entries(lambda e: renumbered(e[20], given=True)),
             DISPROVED, "entries.jsonl, line 21", "incomplete: it is number 99"),
    Mutation("a number that its leaf has not", lambda: with_entries(
                 lambda e: e[20]["numbers"][0].update(number=99)),
             DISPROVED, "entries.jsonl, line 21", "doesn't say that it is number 99"),
    Mutation("a bit of a salt", lambda: with_entries(lambda e: another_salt(e[20])),
             DISPROVED, "entries.jsonl, line 21", "doesn't say that it is number 21"),
    Mutation("the salt of another entry", lambda: with_entries(
                 lambda e: e[20]["numbers"][0].update(salt=e[19]["numbers"][0]["salt"])),
             DISPROVED, "entries.jsonl, line 21", "doesn't say that it is number 21"),
    Mutation("a salt written otherwise", lambda: with_entries(
                 lambda e: e[20]["numbers"][0].update(salt=e[20]["numbers"][0]["salt"].upper())),
             DISPROVED, "entries.jsonl, line 21", "doesn't say that it is number 21"),
    Mutation("a salt is left out", lambda: with_entries(lambda e: e[20].update(numbers=[])),
             DISPROVED, "entries.jsonl, line 21", "nobody whom the statement names"),
    Mutation("a salt is left out by the log", lambda: salted_by_the_log(lambda e: e[20].update(numbers=[])),
             DISPROVED, "entries.jsonl, line 22", "incomplete: it is number 22"),
    Mutation("the last salt is left out by the log",
             lambda: salted_by_the_log(lambda e: e[-1].update(numbers=[])),
             DISPROVED, "entries.jsonl", "up to number 24 of 25"),
    Mutation("a number that is given twice by the log",
             lambda: salted_by_the_log(lambda e: e[20].update(numbers=e[20]["numbers"] * 2)),
             DISPROVED, "entries.jsonl, line 21", "number 21 .*not 22"),
    Mutation("someone else's number", lambda: salted_by_the_log(of_someone_else),
             DISPROVED, "entries.jsonl, line", "somebody whom the statement doesn't name"),
    Mutation("an entry names another one before it",
             lambda: with_entries(lambda e: releafed(e[20], previous=1)),
             DISPROVED, "entries.jsonl, line 21", "before position"),
    Mutation("a leaf is written otherwise",
             lambda: with_entries(lambda e: e[3].update(leaf=e[3]["leaf"].replace(",", ", ", 1))),
             DISPROVED, "entries.jsonl, line 4", "one way"),
    Mutation("an entry is said to be another leaf", lambda: with_entries(
                 lambda e: e[-1].update(index=e[-1]["index"] + 1, leaf_index=e[-1]["leaf_index"] + 1)),
             DISPROVED, "entries.jsonl, line 25", ""),
    Mutation("an entry has another index", lambda: with_entries(
                 lambda e: e[-1].update(index=e[-1]["index"] + 1)),
             DISPROVED, "entries.jsonl, line 25", "another entry"),
    Mutation("the words that are shown", lambda: with_entries(lambda e: e[3].update(content={"n": 0})),
             DISPROVED, "entries.jsonl", "not the file that the statement is about"),
    Mutation("bytes are said to be withheld",
             lambda: with_entries(lambda e: e[3].update(body=None, withheld="restricted")),
             DISPROVED, "entries.jsonl", "not the file that the statement is about"),
    *[
        Mutation(f"an entry is shown with another {name} by the log", shown(**{name: value}),
                 DISPROVED, "entries.jsonl, line 5", f"shown with another {name}")
        for name, value in {
            "event_id": OTHER, "type": "countersign.notes.death.v1", "service": "supervision",
            "recorded_at": "2019-01-01T00:00:00Z", "time": "2019-01-01T00:00:00+00:00",
            "actor": {"staff_id": "nurse-9", "name": "Nurse 9", "role": "nurse"},
            "resource": {"kind": "note", "id": NOTE, "version": True},
        }.items()
    ],
    Mutation("an entry is shown with other words by the log", shown(content={"service_user_ids": [PERSON]}),
             DISPROVED, "entries.jsonl, line 5", "shown with another 'service_user_ids'"),
    Mutation("an entry is shown without its words by the log", shown(content={}),
             DISPROVED, "entries.jsonl, line 5", "shown with another 'service_user_ids'"),
    Mutation("a time that is none", shown(recorded_at="yesterday"),
             DISPROVED, "entries.jsonl, line 5", "is no time"),
    Mutation("a link is shown otherwise", lambda: exported(living(), "period", told=lambda lines: [
                 each.update(content={"size": 20}) for each in lines if each["service"] == "ledger"]),
             DISPROVED, "entries.jsonl, line", "shown with another 'closed'"),
    Mutation("withheld for no reason that there is", shown_whole("because"),
             DISPROVED, "entries.jsonl, line 5", "nothing is withheld for being"),
    Mutation("a statement of trees that are yet to come", claiming(
                 trees=[{"shard": "2025", "size": 20, "root": "00" * 32},
                        {"shard": "2027", "size": 22, "root": "00" * 32}]),
             DISPROVED, "statement.json", "trees that are not there"),
    Mutation("a year is gone", only_new_year, DISPROVED, "entries.jsonl", "number 14|number 13"),
    Mutation("a period has a hole", lambda: with_entries(lambda e: e.pop(30), "period"),
             DISPROVED, "entries.jsonl, line 31", "no place"),
    Mutation("a note lacks a version", lambda: without(4, true("note")),
             DISPROVED, "entries.jsonl", "versions 1 to 25"),
    Mutation("the report that people read",
             lambda: listed({**true(), "report.html": b"<p>All is well.\n"}),
             DISPROVED, "report.html", "statement"),
    Mutation("the report is gone", lambda: dropped("report.html"),
             DISPROVED, "report.html", "statement names it"),
    Mutation("the policies", lambda: listed({**true(), "policies.json": b"[1]\n"}),
             DISPROVED, "policies.json", "statement"),
    Mutation("another person's name on it",
             lambda: with_json("manifest.json", set_in("about", {"service_user_id": OTHER})),
             DISPROVED, "manifest.json", "about something else"),
    Mutation("another date on it",
             lambda: with_json("manifest.json", set_in("made_at", "2026-02-01T00:00:00+00:00")),
             DISPROVED, "manifest.json", "made_at"),
    Mutation("another kind", lambda: with_json("manifest.json", set_in("kind", "note")),
             DISPROVED, "manifest.json", "kind"),
    Mutation("the statement counts less",
             lambda: restated(true(), people=[{"id": PERSON, "count": 24}]),
             DISPROVED, "trees/2026.json", "root"),
    Mutation("the statement of another export", lambda: listed(
                 {**true(), "statement.json": true("period")["statement.json"]}),
             DISPROVED, "manifest.json", "kind"),
    Mutation("a node of the tree", lambda: with_json("trees/2025.json", flip_node),
             DISPROVED, "trees/2025.json", "root"),
    Mutation("the tree's size", lambda: with_json("trees/2025.json", set_in("size", 15)),
             DISPROVED, "trees/2025.json", "another tree"),
    Mutation("the link to the year before", lambda: with_json("trees/2026.json", relink),
             DISPROVED, "trees/2026.json", "how 2025 ended"),
    Mutation("no link to the year before", lambda: with_json("trees/2026.json", set_in("link", None)),
             DISPROVED, "trees/2026.json", "link"),
    Mutation("growth that isn't proved", lambda: with_json("trees/2026.json", set_in("consistency", [])),
             DISPROVED, "trees/2026.json", "grow"),
    # The whole tree made again: without the key, with another, with the log's own.
    Mutation("made again under the old signature", lambda: true_of(exported(rebuilt(edited(9))), "2026"),
             DISPROVED, "trees/2026.json", "how 2025 ended|root"),
    Mutation("made again, with a signature made up", forged(bogus),
             DISPROVED, "trees/2026.checkpoint", "not its own"),
    Mutation("made again with another key",
             forged(lambda log, shard, size: signed(log, shard, size, [FOREIGN])),
             NOT_VOUCHED, "trees/2026.checkpoint", "no log's key"),
    Mutation("made again with the stolen key", forged(with_stolen_key),
             NOT_VOUCHED, "trees/2026.checkpoint", "0 of 1 witnesses"),
    Mutation("made again with the stolen key, under the witness's true line",
             forged(with_true_cosignature), DISPROVED, "trees/2026.checkpoint", "not its own"),
    Mutation("the old year made again with the stolen key",
             lambda: true_of(exported(rebuilt(edited(9)), sign=with_stolen_key), "2026"),
             DISPROVED, "trees/2026.json", "how 2025 ended"),
    Mutation("the old year made again under a new one that the witness sees first",
             forged(new_year_first), NOT_VOUCHED, "trees/2025.checkpoint", "0 of 1 witnesses"),
    Mutation("so too, of a period", lambda: exported(
                 rebuilt(edited(9)), "period", sign=new_year_first),
             NOT_VOUCHED, "trees/2025.checkpoint", "0 of 1 witnesses"),
    Mutation("a new year whose old one is not shown", only_new_year,
             DISPROVED, "trees/2026.json", "the tree before.*is not there"),
    Mutation("the last event never was, with the stolen key",
             lambda: exported(rebuilt(fewer), sign=with_stolen_key),
             NOT_VOUCHED, "trees/2026.checkpoint", "0 of 1 witnesses"),
    Mutation("back-dated with the stolen key", lambda: exported(rebuilt(insert_backdated)),
             DISPROVED, "entries.jsonl, line 26", "back-dated"),
    Mutation("the log leaves out a number", lambda: exported(rebuilt(hole_in_numbers)),
             DISPROVED, "entries.jsonl, line 6", "incomplete: it is number 7"),
    Mutation("the log states less than there is", claiming(people=[{"id": PERSON, "count": 24}]),
             DISPROVED, "entries.jsonl", "up to number 25 of 24"),
    Mutation("the log states another tree", claiming(
                 trees=[{"shard": "2025", "size": 19, "root": "00" * 32},
                        {"shard": "2026", "size": 22, "root": "00" * 32}]),
             DISPROVED, "trees/2026.json", "grow"),
    # Checkpoints.
    Mutation("an older checkpoint", checkpoint(lambda _: signed(living(), "2026", 20)),
             DISPROVED, "trees/2026.json", "another tree"),
    Mutation("another year's checkpoint", checkpoint(lambda _: true()["trees/2025.checkpoint"]),
             DISPROVED, "trees/2026.json", "another tree"),
    Mutation("a cosignature is gone", checkpoint(lambda note: note.replace(cosignature(note), b"")),
             NOT_VOUCHED, "trees/2026.checkpoint", "0 of 1 witnesses"),
    Mutation("a cosignature is another checkpoint's", checkpoint(lambda note: note.replace(
                 cosignature(note), cosignature(true()["trees/2025.checkpoint"]))),
             DISPROVED, "trees/2026.checkpoint", "not its own"),
    Mutation("a checkpoint is gone", lambda: dropped("trees/2026.checkpoint"),
             DISPROVED, "entries.jsonl", "tree 2026"),
    # What no export has.
    Mutation("a line more", lambda: with_line(b"{}\n"), UNREADABLE, "", "line 26"),
    Mutation("a file more", lambda: listed({**true(), "notes.txt": b""}), UNREADABLE, "", "notes.txt"),
]  # fmt: skip


def test_there_are_as_many_as_were_asked_for() -> None:
    assert len({each.name for each in MUTATIONS}) == len(MUTATIONS) >= 35


@pytest.mark.parametrize("kind", ["person", "note", "period"])
def test_what_was_not_touched_is_proved(kind: str, tmp_path: Path) -> None:
    report = checked(tmp_path / "export.zip", true(kind))
    assert (report.code, report.wrong) == (PROVED, []), report.words()


def test_what_it_does_not_show_is_counted(tmp_path: Path) -> None:
    """And that it's whole is said of the trees that are stated, not of the time on it."""
    report = checked(tmp_path / "export.zip", shown_whole("named")())
    assert report.code == PROVED, report.words()
    assert any("what 1 entries say" in each and "named:" in each for each in report.not_proved)
    report = checked(tmp_path / "export.zip", shown(content=None, content_state="destroyed")())
    assert report.code == PROVED, report.words()
    partly = shown(content={}, redacted=["service_user_ids"])()
    report = checked(tmp_path / "export.zip", partly)
    assert report.code == PROVED, report.words()
    assert any("parts of 1 entries" in each for each in report.not_proved)
    made_at = json.loads(partly["manifest.json"])["made_at"]
    assert not any(made_at in each for each in report.proved)
    assert any("leaves of the tree 2026, which" in each for each in report.proved)


def test_what_came_after_the_stated_trees_is_not_covered(tmp_path: Path) -> None:
    log = living()
    sizes = {shard: log.size(shard) - (shard == "2026") for shard in log.starts}
    files = exported(log, sizes=sizes)
    report = checked(tmp_path / "export.zip", files)
    assert report.code == PROVED, report.words()
    assert any("what 1 entries say that the log took in after" in each
               for each in report.not_proved)  # fmt: skip


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.name.replace(" ", "_"))
def test_what_was_touched_is_found(mutation: Mutation, tmp_path: Path) -> None:
    report = checked(tmp_path / "export.zip", mutation.make())
    assert report.code == mutation.code, report.words()
    said = [f"{where}: {what}" for where, what in report.wrong]
    said += [*report.not_proved, report.unreadable]
    found = [each for each in said if re.search(f"{mutation.place}.*({mutation.words})", each)]
    assert found, report.words()


def test_every_one_event_less_is_incomplete(tmp_path: Path) -> None:
    for number in range(len(entries_of(true()))):
        report = checked(tmp_path / "export.zip", without(number, true()))
        assert report.code == DISPROVED
        assert any("incomplete" in what for _, what in report.wrong), report.words()


def test_a_stolen_key_is_known_only_by_its_witness(tmp_path: Path) -> None:
    """Without a witness's key the forgery passes, and the verifier says that it could."""
    path = tmp_path / "export.zip"
    path.write_bytes(zipped(forged(with_stolen_key)()))
    trust = verify.Trust([verify.read_key(LOG_KEY, verify.SIGNATURE)], [], 0)
    report = verify.examined(lambda found: verify.check_export(str(path), trust, found))
    assert report.code == PROVED
    assert "no witness's key was given" in report.words()
