"""Whom a token's claims make of its holder, by the form this deployment reads."""

from typing import Any

import pytest
from pydantic import SecretStr

from shared.kernel.call import Caller
from shared.kernel.errors import Unauthenticated
from shared.platform.claims import reader
from shared.platform.settings import ServiceSettings

NURSE = {
    "person_orgid": "555254239108",
    "person_roleid": "555254240100",
    "org_code": "RXX",
    "role_name": '"Clinical":"Clinical Provision":"Nurse Access Role"',
    "role_code": "S8000:G8000:R8001",
    "activities": ["Amend Patient Demographics"],
    "activity_codes": ["B0825"],
}
STR_WORKER = {
    "person_orgid": "555254239108",
    "person_roleid": "555254240101",
    "org_code": "RXX",
    "role_name": '"Additional Clinical Services":"Support":"Support, Time, Recovery Worker"',
    "role_code": "S0090:G0460:R1710",
}
RECEPTIONIST = {
    "person_orgid": "555254239109",
    "person_roleid": "555254240102",
    "org_code": "RYY",
    "role_name": '"Admin & Clerical":"Admin & Clerical":"Receptionist Access Role"',
    "role_code": "S8010:G8010:R8009",
}


def settings(**changes: Any) -> ServiceSettings:
    secrets = ("database_dsn", "idempotency_secret", "key_encryption_keys")
    unused: dict[str, Any] = dict.fromkeys(secrets, SecretStr("unused"))
    return ServiceSettings(**unused, **{"claims": "cis2", **changes})


def smartcard(*roles: Any, **changes: Any) -> dict[str, Any]:
    """The claims of someone who signed in with NHS CIS2, holding these roles."""
    return {
        "iss": "https://gateway.trust.example",
        "aud": "countersign",
        "sub": "555254239107",
        "nhsid_useruid": "555254239107",
        "uid": "555254239107",
        "name": "Userq Random Mr",
        "given_name": "Random",
        "family_name": "Userq",
        "id_assurance_level": "3",
        "authentication_assurance_level": "3",
        "nhsid_nrbac_roles": list(roles),
        "nhsid_user_orgs": [{"org_code": "RXX", "org_name": "A trust"}],
        **changes,
    }


def read(claims: dict[str, Any], **changes: Any) -> Caller:
    return reader(settings(**changes))(claims)


def test_the_selected_role_is_the_one_that_counts() -> None:
    held = (NURSE, STR_WORKER, RECEPTIONIST)
    worker = read(smartcard(*held, selected_roleid="555254240101"))
    assert worker == Caller(
        "555254239107", "Userq Random Mr", frozenset({"str_worker"}), frozenset()
    )
    nurse = read(smartcard(*held, selected_roleid="555254240100"))
    assert nurse.roles == {"registered_practitioner"}


def test_the_only_role_needs_no_selection() -> None:
    assert read(smartcard(STR_WORKER)).roles == {"str_worker"}
    assert read(smartcard(STR_WORKER, selected_roleid=None)).roles == {"str_worker"}


@pytest.mark.parametrize(
    "claims",
    [
        smartcard(NURSE, STR_WORKER),
        smartcard(NURSE, STR_WORKER, selected_roleid="555254240199"),
        smartcard(NURSE, selected_roleid="555254240199"),
        smartcard(NURSE, selected_roleid=""),
        smartcard(selected_roleid="555254240100"),
        smartcard(NURSE, NURSE, selected_roleid="555254240100"),
        smartcard(nhsid_nrbac_roles="R1710"),
        smartcard("R1710"),
        smartcard(NURSE, nhsid_useruid=""),
        smartcard(NURSE, nhsid_useruid=555254239107),
    ],
)
def test_which_role_is_meant_is_never_guessed(claims: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        read(claims)


@pytest.mark.parametrize(
    "claims",
    [
        smartcard(),
        smartcard(nhsid_nrbac_roles=None),
        smartcard(RECEPTIONIST),
        smartcard({"person_roleid": "1"}),
        smartcard({"person_roleid": "1", "role_code": "R1710:G0460:S0090"}),
    ],
)
def test_a_code_that_is_not_mapped_gives_no_role(claims: dict[str, Any]) -> None:
    assert read(claims).roles == frozenset()


def test_a_trust_maps_codes_itself() -> None:
    mapping = {"R8009": ("team_manager", "supervisor")}
    assert read(smartcard(RECEPTIONIST), role_mapping=mapping).roles == {
        "team_manager",
        "supervisor",
    }
    assert read(smartcard(STR_WORKER), role_mapping=mapping).roles == frozenset()


def test_the_mapping_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLE_MAPPING", '{"R1710": ["supervisor"]}')
    monkeypatch.setenv("REVOKED_KIDS", '["old"]')
    assert settings().revoked_kids == {"old"}
    assert read(smartcard(STR_WORKER)).roles == {"supervisor"}


def test_claims_of_another_form_give_nothing() -> None:
    smuggled = {"roles": ["team_manager"], "teams": ["north-cmht"], "client_id": "555254239107"}
    caller = read(smartcard(STR_WORKER, **smuggled))
    assert caller.roles == {"str_worker"}
    assert not caller.teams


def test_the_name_is_the_id_when_there_is_none() -> None:
    assert read(smartcard(STR_WORKER, name=None)).name == "555254239107"


SYSTEM = {
    "sub": "ehr-1",
    "client_id": "ehr-1",
    "name": "EHR",
    "roles": ["ehr_system", "team_manager"],
    "teams": ["north-cmht"],
    "scope": "system/*.rs",
}


def test_a_system_among_smartcards_is_a_system_only() -> None:
    caller = read(SYSTEM)
    assert caller.staff_id == "ehr-1"
    assert caller.roles == {"ehr_system"}
    assert not caller.teams
    assert caller.scopes == {"system/*.rs"}


@pytest.mark.parametrize("changes", [{"client_id": "console"}, {"roles": ["team_manager"]}])
def test_a_person_without_a_smartcard_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        read(SYSTEM | changes)


def test_plain_claims_do_not_read_those_of_cis2() -> None:
    caller = reader(settings(claims="plain"))(smartcard(STR_WORKER, roles=["supervisor"]))
    assert caller.staff_id == "555254239107"
    assert caller.roles == {"supervisor"}


@pytest.mark.parametrize("odd", ["\ud800", "a\0b", "two\nlines"])
def test_what_can_not_be_written_down_names_nobody(odd: str) -> None:
    plainly = reader(settings(claims="plain"))
    with pytest.raises(Unauthenticated):
        plainly({"sub": odd})
    assert plainly({"sub": "nurse-1", "name": odd}).name == "nurse-1"
