"""A log that runs is read whole, and compared with what it was, to others and in exports."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from countersign import against
from countersign.cli import app
from countersign.verify import DISPROVED, NOT_VOUCHED, PROVED, UNREADABLE, Tree, Wrong
from shared.kernel.merkle import HASH_BYTES, grown, leaf_hash, tile_path
from tests.support.fabricating import (
    LOG_KEY,
    ORIGIN,
    PERSON,
    WITNESS_KEY,
    Log,
    exported,
    living,
    rebodied,
    signed,
    zipped,
)
from tests.support.serving import PREFIX, TOKEN, Site, served, site_of


def more(log: Log, many: int) -> Log:
    at = log.kept[-1].leaf.recorded_at
    for number in range(many):
        at += timedelta(minutes=1)
        log.say("notes", "record-read", {"n": number}, [PERSON], at)
    return log


@pytest.fixture(scope="module")
def log() -> Log:
    return more(living(), 600)  # three tiles in its second year


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What isn't there yet is asked for again without a pause."""
    monkeypatch.setattr(against, "PAUSE", 0)


@pytest.fixture
def site(log: Log) -> Iterator[Site]:
    with served(site_of(log)) as running:
        yield running


class Checking:
    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.token = folder / "token"
        self.token.write_text(TOKEN)
        self.said: dict[str, Any] = {}

    def __call__(self, site: Site, *more: str, token: bool = True) -> int:
        """Check it with the true keys. Returns the exit code."""
        arguments = ["--against", site.url, "--key", LOG_KEY, "--witness", WITNESS_KEY, "--json"]
        arguments += ["--token-file", str(self.token)] if token else []
        code = against.main([*arguments, *more])
        self.said = json.loads(self._capsys.readouterr().out)
        assert self.said["exit_code"] == code
        return code

    @property
    def wrong(self) -> list[str]:
        return [f"{each['where']}: {each['what']}" for each in self.said["wrong"]]


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Checking:
    return Checking(tmp_path, capsys)


def rebuilt(log: Log, number: int = 100) -> Log:
    """Another log, where one event was otherwise: made with the stolen key."""
    other = deepcopy(log)
    rebodied(other.kept[number], other.kept[number].body.replace(b"n", b"m"))
    return other.relinked()


def test_a_true_log_is_proved(site: Site, check: Checking) -> None:
    assert check(site) == PROVED, check.said
    assert check(site, "--witness-url", site.url) == PROVED, check.said
    assert check(site, token=False) == PROVED
    assert any("needs a token" in each for each in check.said["not_proved"])
    site.busy = 3
    assert check(site) == PROVED


def test_without_keys_nobody_vouches(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert against.main(["--against", f"{site.url}{PREFIX}/"]) == NOT_VOUCHED
    assert "no log's key that you gave" in capsys.readouterr().out


def test_an_export_is_of_this_log(site: Site, check: Checking) -> None:
    """The log has grown since; another that was made again has not the export's trees."""
    export, log = check.folder / "export.zip", living()
    export.write_bytes(zipped(exported(log)))
    more(log, 10)
    with served(site_of(log)) as running:
        assert check(running, str(export)) == PROVED, check.said
    with served(site_of(rebuilt(log, 3))) as running:
        assert check(running, str(export)) == DISPROVED
        assert "so it is in the export" in check.wrong[0]
    assert check(site, str(export)) == DISPROVED, "another log, of the same name"


def test_it_remembers(site: Site, log: Log, check: Checking) -> None:
    """What was found once must be so for ever: a log made again, or cut off, is found out."""
    state = check.folder / "state.json"
    remembering = ("--state", str(state))
    assert check(site, *remembering) == PROVED
    kept = json.loads(state.read_text())
    assert kept[f"{ORIGIN}/2026"]["size"] == log.size("2026")
    assert check(site, *remembering) == PROVED
    kept = json.loads(state.read_text())
    with served(site_of(rebuilt(log))) as running:
        assert check(running) == PROVED, "nothing tells a forgery with the keys of both"
        assert check(running, *remembering) == DISPROVED
        assert "are not what they were" in check.wrong[0]
    shorter = deepcopy(log)
    del shorter.kept[-5:]
    with served(site_of(shorter)) as running:
        assert check(running, *remembering) == DISPROVED
        assert "but had" in check.wrong[0]
    assert json.loads(state.read_text()) == kept, "what is disproved is not remembered"
    only_old = deepcopy(log)
    del only_old.starts["2026"]
    only_old.kept = [each for each in only_old.kept if each.shard == "2025"]
    with served(site_of(only_old)) as running:
        assert check(running, *remembering) == DISPROVED
        assert any("no such tree" in each for each in check.wrong)


def test_it_remembers_only_what_is_proved(
    site: Site, check: Checking, capsys: pytest.CaptureFixture[str]
) -> None:
    """So nobody without a key makes it disbelieve the true log, or believe in another name."""
    state = check.folder / "state.json"
    arguments = ["--against", site.url, "--state", str(state)]
    assert against.main(arguments) == NOT_VOUCHED
    assert "remembers only what is proved" in capsys.readouterr().out
    assert not state.exists()
    state.write_text(
        json.dumps({"other.test/log/2026": {"size": 3, "root": "00" * 32, "at": "then"}})
    )
    assert check(site, "--state", str(state)) == DISPROVED
    assert "remembers other.test/log" in check.wrong[0]


def test_how_old_its_newest_word_is(site: Site, check: Checking) -> None:
    """What was once served can be again; the witness's clock tells."""
    assert check(site) == PROVED
    assert any("seconds old" in each for each in check.said["not_proved"])
    assert check(site, "--fresh", "60") == DISPROVED
    assert "more than 60" in check.wrong[0]
    assert check(site, "--fresh", str(10**10)) == PROVED


def test_what_trickles_comes_to_an_end(
    site: Site, check: Checking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(against, "DEADLINE", -1)
    assert check(site) == UNREADABLE
    assert "in all" in check.said["result"]


def test_the_witness_shows_a_stolen_key(site: Site, log: Log, check: Checking) -> None:
    shorter = deepcopy(log)
    del shorter.kept[-5:]
    for other in (rebuilt(log), shorter):
        forgery = site_of(other)
        for shard in other.starts:
            unseen = signed(other, shard, other.size(shard), witnessed=False)
            forgery.pages[f"{PREFIX}/{shard}/checkpoint"] = unseen
        with served(forgery) as running:
            assert check(running) == NOT_VOUCHED
            assert check(running, "--witness-url", site.url) == DISPROVED
            assert "the witness" in check.wrong[0]


def test_a_new_year_vouches_for_no_old_one(log: Log, check: Checking) -> None:
    """Its link is checked, but who has the log's key writes it, and the witness sees it first."""
    other = rebuilt(log, 9)
    forgery = site_of(other)
    unseen = signed(other, "2025", other.size("2025"), witnessed=False)
    forgery.pages[f"{PREFIX}/2025/checkpoint"] = unseen
    with served(forgery) as running:
        for token in (True, False):
            assert check(running, token=token) == NOT_VOUCHED, check.said
            assert any("2025/checkpoint: 0 of 1" in each for each in check.said["not_proved"])


def test_what_a_witness_saw_counts_whichever_key_signed_it(
    site: Site, log: Log, check: Checking
) -> None:
    page = json.loads(site.pages["/checkpoints"])
    for each in page["checkpoints"]:
        text, _, below = each["note"].partition("\n\n")
        each["note"] = f"{text}\n\n{below.partition(chr(10))[2]}"
    other = site_of(log)
    other.pages["/checkpoints"] = json.dumps(page).encode()
    with served(other) as witness:
        assert check(site, "--witness-url", witness.url) == PROVED, check.said
        unknown = [each for each in check.said["not_proved"] if "no key of the log" in each]
        assert len(unknown) == len(page["checkpoints"]) > 0
        with served(site_of(rebuilt(log))) as running:
            assert check(running, "--witness-url", witness.url) == DISPROVED
            assert "the witness" in check.wrong[0]


def test_a_witness_is_ahead_for_a_moment(
    site: Site, log: Log, check: Checking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it has cosigned is published only then: the log is asked again."""
    path, asked = f"{PREFIX}/2026/checkpoint", []
    newest, site.pages[path] = site.pages[path], signed(log, "2026", log.size("2026") - 5)

    def sleep(seconds: float) -> None:
        asked.append(seconds)
        if len(asked) == 9:
            site.pages[path] = newest

    monkeypatch.setattr("countersign.against.time.sleep", sleep)
    assert check(site, "--witness-url", site.url) == PROVED, check.said
    assert len(asked) == 9


def flip(content: bytes, at: int = 40) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def other_record(site: Site) -> None:
    path = f"{PREFIX}/2026/tile/entries/001"
    page = site.pages[path]
    site.pages[path] = page.replace(b'"size":', b'"sise":', 1)


def other_page(name: str) -> Callable[[Site], None]:
    def change(site: Site) -> None:
        site.pages[f"{PREFIX}/{name}"] = flip(site.pages[f"{PREFIX}/{name}"])

    return change


def other_overview(**changes: Any) -> Callable[[Site], None]:
    def change(site: Site) -> None:
        said = json.loads(site.pages[PREFIX])
        said["shards"][1].update(changes)
        site.pages[PREFIX] = json.dumps(said).encode()

    return change


CHANGES: dict[str, tuple[Callable[[Site], None], int, str]] = {
    "a lowest tile": (other_page("2026/tile/0/001"), DISPROVED, "leaf 257|tile 1/0"),
    "a tile above": (other_page("2026/tile/1/000.p/2"), DISPROVED, "tile 1/0 is not what"),
    "a leaf's record": (other_record, DISPROVED, "2026, leaf 256"),
    "where a year begins": (other_overview(first_index=3), DISPROVED, "does not begin at"),
    "a checkpoint's signature": (
        lambda site: site.pages.update({f"{PREFIX}/2026/checkpoint": _resigned(site)}),
        DISPROVED, "not its own",
    ),
    "a tile is not there": (
        lambda site: site.pages.__delitem__(f"{PREFIX}/2026/tile/0/001"), UNREADABLE, "404",
    ),
    "an answer without an end": (
        lambda site: site.pages.update({f"{PREFIX}/2026/tile/0/001": bytes(10_000)}),
        UNREADABLE, "longer than it can be",
    ),
    "no JSON": (lambda site: site.pages.update({PREFIX: b"[" * 100_000}), UNREADABLE, "not JSON"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_served_otherwise_is_found(name: str, site: Site, check: Checking) -> None:
    change, code, words = CHANGES[name]
    change(site)
    assert check(site) == code, check.said
    said = " ".join([*check.wrong, check.said["result"]])
    assert any(each in said for each in words.split("|")), check.said


def test_what_the_log_itself_puts_in_wrongly_is_found(log: Log, check: Checking) -> None:
    """Signed and witnessed, but not in the order in which a ledger is written."""
    back, lost, link = deepcopy(log), deepcopy(log), deepcopy(log)
    kept = back.kept[300]
    kept.leaf = replace(kept.leaf, recorded_at=kept.leaf.recorded_at - timedelta(days=1))
    del lost.kept[300]
    rebodied(link.kept[link.starts["2026"]], b"{}")
    for other, words in ((back, "back-dated"), (lost, "incomplete"), (link, "how 2025 ended")):
        with served(site_of(other)) as running:
            assert check(running) == DISPROVED
            assert words in check.wrong[0], check.wrong


def test_nobody_to_ask(check: Checking) -> None:
    assert check(Site(url="http://127.0.0.1:9")) == UNREADABLE
    assert check(Site(url="file:///etc")) == UNREADABLE
    with served(Site()) as nothing:
        assert check(nothing) == UNREADABLE


def test_a_token_is_sent_for_leaves_only(site: Site, check: Checking) -> None:
    check.token.write_text("another")
    assert check(site) == UNREADABLE
    assert "403" in check.said["result"]


def test_all_levels_of_tiles_are_compared() -> None:
    """A tree of more than 65,536 leaves has three; a hash that is another is found in each."""
    size = 256 * 256 + 300
    hashes = [leaf_hash(b"%d" % number) for number in range(size)]
    pages = {
        f"/2026/tile/{tile_path(tile, len(row) // HASH_BYTES)}": row
        for tile, row in grown(0, {}, hashes).items()
    }

    class Pages:
        token = None

        def get(self, path: str, most: int = 0, *, token: bool = False) -> bytes:
            return pages[path]

    def root() -> bytes:
        tree = Tree()
        for _, row in against.Tiles(Pages(), "2026", size).leaves():  # type: ignore[arg-type]
            for each in row:
                tree.add(each)
        return tree.root()

    expected = Tree()
    for each in hashes:
        expected.add(each)
    assert root() == expected.root()
    for path in [each for each in pages if not each.startswith("/2026/tile/0/")]:
        true_page = pages[path]
        pages[path] = flip(true_page, 0)
        with pytest.raises(Wrong, match="is not what the tiles below it give"):
            root()
        pages[path] = true_page


def _resigned(site: Site) -> bytes:
    """The name and the key's id stay, the signature is another's."""
    old, new = (site.pages[f"{PREFIX}/{year}/checkpoint"].decode() for year in ("2025", "2026"))
    lines = {line.split(" ")[1]: line for line in old.splitlines() if line.startswith("—")}
    cosigned = next(line for line in lines.values() if "witness" in line)
    mine = next(line for line in new.splitlines() if line.startswith("— witness"))
    return new.replace(mine, cosigned).encode()


def test_it_is_a_command(site: Site, check: Checking) -> None:
    run = CliRunner().invoke
    said = run(app, ["verify", "--against", site.url, "--key", LOG_KEY])
    assert (said.exit_code, said.stdout.splitlines()[-1]) == (PROVED, "PROVED")
    assert run(app, ["verify"]).exit_code == UNREADABLE
    helped = run(app, ["verify", "--help"])
    assert helped.exit_code == 0
    assert "--against" in helped.stdout
