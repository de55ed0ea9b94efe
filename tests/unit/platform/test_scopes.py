"""Which interactions a system's scopes allow."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.operation import Interaction
from shared.platform.scopes import covers, parse, within

LETTERS: tuple[Interaction, ...] = get_args(Interaction)
resources = st.sampled_from(["Composition", "Patient", "ServiceRequest", "AuditEvent"])
interactions = st.sampled_from(LETTERS)


@st.composite
def scopes(draw: st.DrawFn) -> str:
    chosen = draw(st.sets(interactions, min_size=1))
    return f"system/{draw(resources | st.just('*'))}.{''.join(i for i in LETTERS if i in chosen)}"


@pytest.mark.parametrize(
    ("scope", "letters"),
    [
        ("system/Composition.rs", "rs"),
        ("system/Composition.c", "c"),
        ("system/*.cruds", "cruds"),
        ("system/AuditEvent.read", "rs"),
        ("system/AuditEvent.write", "cud"),
        ("system/AuditEvent.*", "cruds"),
        ("system/*.*", "cruds"),
    ],
)
def test_what_a_scope_allows(scope: str, letters: str) -> None:
    assert {i for i in LETTERS if covers({scope}, "AuditEvent", i)} == (
        set() if "Composition" in scope else set(letters)
    )
    found = parse(scope)
    assert found is not None
    assert found.interactions == set(letters)


@pytest.mark.parametrize(
    "scope",
    [
        "",
        "openid",
        "ledger.read",
        "system/Composition",
        "system/Composition.",
        "system/Composition.sr",
        "system/Composition.rr",
        "system/Composition.x",
        "system/Composition.READ",
        "system/.rs",
        "system/*",
        "system/composition.rs",
        "System/Composition.rs",
        "system/Composition.rs?category=x",
        "system/Composition.rs\n",
        " system/Composition.rs",
        "patient/Composition.rs",
        "user/*.cruds",
    ],
)
def test_what_is_no_scope_of_a_system(scope: str) -> None:
    assert parse(scope) is None
    assert not any(covers({scope}, "Composition", i) for i in LETTERS)
    assert not within(scope, {scope, "system/*.cruds"})


def test_nothing_granted_covers_nothing() -> None:
    assert not covers(frozenset(), "Composition", "r")


@given(st.frozensets(scopes()), resources, interactions)
def test_covered_is_what_some_scope_says(
    granted: frozenset[str], resource: str, interaction: Interaction
) -> None:
    said = any(
        each.startswith((f"system/{resource}.", "system/*.")) and interaction in each.split(".")[1]
        for each in granted
    )
    assert covers(granted, resource, interaction) == said


@given(st.frozensets(scopes()), scopes(), resources, interactions)
def test_more_scopes_never_allow_less(
    granted: frozenset[str], more: str, resource: str, interaction: Interaction
) -> None:
    if covers(granted, resource, interaction):
        assert covers(granted | {more}, resource, interaction)


@given(st.frozensets(scopes()), scopes(), resources, interactions)
def test_what_is_within_adds_nothing(
    granted: frozenset[str], asked: str, resource: str, interaction: Interaction
) -> None:
    if within(asked, granted) and covers({asked}, resource, interaction):
        assert covers(granted, resource, interaction)


@given(scopes())
def test_a_scope_is_within_itself_and_everything(scope: str) -> None:
    assert within(scope, {scope})
    assert within(scope, {"system/*.cruds"})
    assert within("system/*.cruds", {scope}) == (scope == "system/*.cruds")


@given(st.text())
def test_any_text_is_read_without_fault(text: str) -> None:
    assert covers({text}, "Composition", "r") in (True, False)
