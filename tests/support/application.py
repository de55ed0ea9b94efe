"""The referrals service in the process of a test: its whole application, on a scratch database."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from pydantic import SecretStr

from services.referrals.application import Application
from services.referrals.main import SERVICE, application
from services.referrals.settings import ReferralsSettings
from shared.contracts.referrals import PersonName, Referrer
from shared.eventstore.commands import Commands
from shared.eventstore.documents import Documents
from shared.kernel.call import Call, Caller
from shared.kernel.operation import Operation
from shared.platform.accesslog import AccessLog
from shared.platform.messaging import Messaging
from shared.platform.stopping import Stopping
from tests.support.engines import Opened
from tests.support.keeping import PEOPLE, commands

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PERSON: dict[str, Any] = {
    "nhs_number": None,
    "local_ids": (),
    "name": PersonName(given=("Service User",), family="One"),
    "date_of_birth": AT.date().replace(year=1985),
    "team_id": "north-cmht",
    "care_coordinator_id": None,
}
REFERRAL: dict[str, Any] = {
    "source": "cmht",
    "needs": ("housing",),
    "reason": "Wants help to keep the tenancy.",
    "goals": (),
    "referrer": Referrer(name="A referrer"),
}
_UNUSED = SecretStr("unused")
_SETTINGS = ReferralsSettings(
    database_dsn=_UNUSED, idempotency_secret=_UNUSED, key_encryption_keys=_UNUSED,
    lookup_secret=SecretStr("a secret"),
)  # fmt: skip


class _Heard(Messaging):
    """There is no broker: what other services say is learnt as soon as a test has said it."""

    async def catch_up(self, *producers: str) -> None:
        pass


def application_of(opened: Opened, through: Commands | None = None) -> Application:
    """The use cases, put together as in the service; commands go `through` these, if they are
    given."""
    run = through or commands(opened, PEOPLE)
    made: Any = SimpleNamespace(
        settings=_SETTINGS,
        database=opened.database,
        store=opened.store,
        keys=opened.keys,
        documents=Documents(opened.keys),
        commands=run,
        access_log=AccessLog(run),
        messaging=_Heard(_SETTINGS, SERVICE.name, opened.database),
        stopping=Stopping(),
        worker=SimpleNamespace(relay=None),
    )
    return application(made)


def manager(operation: Operation) -> Call:
    """A call of the team's manager."""
    who = Caller("manager-1", "Manager 1", frozenset({"team_manager"}), frozenset({"north-cmht"}))
    return Call(operation, who, "team_manager", AT)
