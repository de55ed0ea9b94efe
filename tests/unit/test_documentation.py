"""Documentation leads where it says, and names files and tests that there are."""

from pathlib import Path

import pytest

from tests.support.documentation import (
    ROOT,
    anchors,
    is_a_path,
    is_a_test,
    leads_nowhere,
    links,
    named_tests,
    pages,
    paths_named,
)

PAGES = pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))


@PAGES
def test_links_lead_somewhere(page: Path) -> None:
    assert [each for each in links(page) if leads_nowhere(page, each)] == []


@PAGES
def test_tests_that_are_named_are_there(page: Path) -> None:
    assert sorted(each for each in named_tests(page) if not is_a_test(each)) == []


@PAGES
def test_files_that_are_named_are_there(page: Path) -> None:
    assert sorted(each for each in paths_named(page) if not is_a_path(each)) == []


def test_what_is_wrong_is_found(tmp_path: Path) -> None:
    page = ROOT / "docs" / "adr" / "README.md"
    assert links(page), "a page that links"
    for target in ("0000-none.md", "0001-four-services-one-shape.md#no-such-heading", "../../../x"):
        assert leads_nowhere(page, target), target
    assert not leads_nowhere(page, "0001-four-services-one-shape.md#decision")
    assert not is_a_test("tests/unit/test_documentation.py::test_nothing_of_the_kind")
    assert not is_a_test("tests/unit/test_nowhere.py::test_what_is_wrong_is_found")
    assert is_a_test("tests/unit/test_documentation.py::test_what_is_wrong_is_found")
    assert is_a_path("tests/integration/test_as_of*.py")
    assert not is_a_path("tests/integration/test_never*.py")
    written = tmp_path / "page.md"
    written.write_text(
        "# One & two\n## `Code` of [it](x.md)\n## One & two\n```\n# Not one\n[no](none.md)\n```\n"
        "See `shared/{kernel,nowhere}/` and `services/*/main.py`; [yes](there.md#a) `[no](x)`\n"
    )
    assert anchors(written) == {"one--two", "code-of-it", "one--two-1"}
    assert [*links(written)] == ["x.md", "there.md#a"]
    assert paths_named(written) == {"shared/kernel/", "shared/nowhere/", "services/*/main.py"}
