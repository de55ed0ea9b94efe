"""Who acted, with and without their name."""

from shared.kernel.actor import pseudonymous

NURSE = {
    "staff_id": "nurse-1",
    "name": "Nurse 1",
    "role": "registered_practitioner",
    "registration": {"body": "NMC", "number": "18A1234E"},
}
HIDDEN = {**NURSE, "name": None, "registration": None}


def test_names_and_registrations_are_hidden_wherever_they_are() -> None:
    shown = {
        "id": "n",
        "author": NURSE,
        "signed": {"by": NURSE, "basis": "witnessed"},
        "list": [NURSE],
    }
    assert pseudonymous(shown) == {
        "id": "n",
        "author": HIDDEN,
        "signed": {"by": HIDDEN, "basis": "witnessed"},
        "list": [HIDDEN],
    }
    assert shown["author"] == NURSE


def test_what_names_nobody_stays() -> None:
    shown = {"name": "a plan", "staff_present": ["nurse-1"], "late": False, "due_at": None}
    assert pseudonymous(shown) == shown
