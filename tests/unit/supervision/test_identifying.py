"""What looks identifying in the words of an issue, and what doesn't."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nhs_number import generate  # type: ignore[attr-defined]

from services.supervision.policy import identifying

NAMES = ("str-worker-1", "STR worker 1", "Zoë  O'Neill-Šmíd", "")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("See 943 476 5919 for why.", "an NHS number"),
        ("NHS no. 9434765919.", "an NHS number"),
        ("Ward 12 943-476-5919", "an NHS number"),
        ("Ask admin@example.org about rooms.", "an e-mail address"),
        ("Ring 07700 900123 instead.", "a telephone number"),
        ("Ring +44 (0)20 7946 0018.", "a telephone number"),
        ("Ring (01632) 960 001!", "a telephone number"),
        ("As in 01a00000-0000-7000-8000-000000000001.", "the id of a record"),
        ("As in 01A00000000070008000000000000001", "the id of a record"),
        ("STR Worker 1 is always late.", "the name or the id of someone at work in the team"),
        ("@str-worker-1, please", "the name or the id of someone at work in the team"),
        ("It was zoë\no'neill-šmíd.", "the name or the id of someone at work in the team"),
        ("Visits are booked back to back, 9 to 5.", None),
        ("On 01-02-2026 09:30, 2026-11-22 and 22/11/2026 the rooms were taken.", None),
        ("943 476 5918 forms since 2019.", None),
        ("STR workers 1 to 12, str-worker-12 and astr-worker-1", None),
        ("£1,000,000 or 25 000 000 steps; form B2.2", None),
    ],
)
def test_what_looks_identifying(words: str, found: str | None) -> None:
    assert identifying(words, NAMES) == found


def test_without_names_no_name_is_found() -> None:
    assert identifying("str-worker-1 said so", ()) is None


@given(
    st.text(alphabet=st.characters(exclude_categories=["Nd"]), max_size=20),
    st.sampled_from(["", " ", "-", "."]),
)
def test_every_nhs_number_is_found_wherever_it_stands(around: str, gap: str) -> None:
    [number] = generate(quantity=1)
    told = gap.join((number[:3], number[3:6], number[6:]))
    assert identifying(f"{around}{told}{around}", ()) == "an NHS number"
