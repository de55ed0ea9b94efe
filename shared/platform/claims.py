"""What a verified token says of its holder, in the two forms of claims that are understood."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.kernel.call import Caller
from shared.kernel.errors import Unauthenticated
from shared.platform.settings import ServiceSettings

Claims = Mapping[str, Any]
SYSTEM = "ehr_system"


def reader(settings: ServiceSettings) -> Callable[[Claims], Caller]:
    """How this deployment reads claims. What it returns raises `Unauthenticated`."""
    forms = {"plain": _plain, "cis2": _cis2}
    read = forms[settings.claims]
    return lambda claims: read(settings, claims)


def _plain(settings: ServiceSettings, claims: Claims) -> Caller:
    staff_id = _identifier(claims.get(settings.claim_subject))
    return Caller(
        staff_id=staff_id,
        name=_name(claims.get(settings.claim_name), staff_id),
        roles=_strings(claims.get(settings.claim_roles)),
        teams=_strings(claims.get(settings.claim_teams)),
        scopes=_scopes(claims),
    )


def _cis2(settings: ServiceSettings, claims: Claims) -> Caller:
    """NHS CIS2: one role at a time, the one that was chosen when signing in.

    Teams and registrations are the workforce register's: nothing here is taken for either.
    """
    if "nhsid_useruid" not in claims:
        return _system(settings, claims)
    staff_id = _identifier(claims["nhsid_useruid"])
    return Caller(
        staff_id=staff_id,
        name=_name(claims.get("name"), staff_id),
        roles=frozenset(settings.role_mapping.get(_role_code(claims), ())),
        teams=frozenset(),
        scopes=_scopes(claims),
    )


def _system(settings: ServiceSettings, claims: Claims) -> Caller:
    """A machine among smartcards: a client's own token (RFC 9068, 2.2), as a system only."""
    caller = _plain(settings, claims)
    if claims.get("client_id") != claims.get("sub") or SYSTEM not in caller.roles:
        raise Unauthenticated()
    return Caller(caller.staff_id, caller.name, frozenset({SYSTEM}), frozenset(), caller.scopes)


def _role_code(claims: Claims) -> str:
    """The job role (`R1710`) of the entry that was selected, or of the only one there is.

    `role_code` reads `S…:G…:R…`, the job role last. Without any entry it is empty: CIS2 signs in
    people who hold no role. Which of several is meant is never guessed.
    """
    entries = claims.get("nhsid_nrbac_roles") or []
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise Unauthenticated()
    selected = claims.get("selected_roleid")
    if selected is not None:
        entries = [each for each in entries if each.get("person_roleid") == selected]
    if selected is None and not entries:
        return ""
    if len(entries) != 1:
        raise Unauthenticated()
    return str(entries[0].get("role_code") or "").rpartition(":")[2].strip()


def _identifier(claim: Any) -> str:
    if not isinstance(claim, str) or not claim or not claim.isprintable():
        raise Unauthenticated()
    return claim


def _name(claim: Any, otherwise: str) -> str:
    return claim if isinstance(claim, str) and claim and claim.isprintable() else otherwise


def _scopes(claims: Claims) -> frozenset[str]:
    return frozenset(str(claims.get("scope") or "").split())


def _strings(claim: Any) -> frozenset[str]:
    if isinstance(claim, str):
        return frozenset(claim.split())
    return frozenset(str(each) for each in claim) if isinstance(claim, list) else frozenset()
