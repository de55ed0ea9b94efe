"""Use case of the Mental Health Services Data Set: an extract, with what is missing in it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from services.referrals.application.reports import over
from services.referrals.policy import Period, mhsds
from services.referrals.projection import Extracts as ReadModel
from services.referrals.projection import Reader
from shared.eventstore.database import Database, Rows
from shared.eventstore.documents import Documents, time_of
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.platform.accesslog import Shown
from shared.platform.relationships import Relationships


class Extracts:
    """`team_types` is what kind of team each team is, in the data set's words."""

    def __init__(
        self,
        database: Database,
        relationships: Relationships,
        documents: Documents,
        team_types: Mapping[str, str],
    ) -> None:
        self._relationships = relationships
        self._documents = documents
        self._team_types = team_types
        self._read = ReadModel(database)

    async def extract(self, call: Call, team_id: str | None, period: Period) -> mhsds.Extract:
        """Referrals received or open in the period, contacts and onward referrals in it.

        Without people's names or anybody's words. Managers see no restricted record that doesn't
        name them, and IG leads none that they are excluded from; the report says so.
        """
        team_id, grant = await over(self._relationships, call, team_id)
        reader = Reader(
            call.caller.staff_id,
            keeps="system" not in call.bases,
            names=grant.basis == "team",
        )
        facts = await self._facts(team_id, period, reader)
        made = mhsds.extract(facts, self._team_types)
        shown = Shown(tuple(sorted(facts.people)), returned=made.returned, team_id=team_id)
        await self._relationships.shown(call, grant, shown)
        return made

    async def _facts(self, team_id: str | None, period: Period, reader: Reader) -> mhsds.Facts:
        received = await self._read.referrals(team_id, period, reader)
        contacts = await self._read.contacts(team_id, period, reader)
        onward = await self._read.onward(team_id, period, reader)
        opened = await self._documents.shown(Slice(_seen(received), more=False))
        referrals = [_referral(row) for row in opened.rows]
        people: set[UUID] = {each.person_id for each in referrals}
        return mhsds.Facts(
            referrals=tuple(
                each for each in referrals if each.ending is None or each.ending.at >= period.since
            ),
            contacts=tuple(mhsds.ContactFact(**_without(row, "hidden")) for row in _seen(contacts)),
            onward=tuple(
                mhsds.OnwardFact(
                    id=row["id"],
                    person_id=row["person_id"],
                    made_at=row["recorded_at"],
                    ods_code=row["ods_code"],
                )
                for row in _seen(onward)
            ),
            nhs_number_status=await self._read.numbers(sorted(people)),
            left_out=any(row["hidden"] for row in (*received, *contacts, *onward)),
        )


def _seen(rows: Rows) -> Rows:
    return [row for row in rows if not row["hidden"]]


def _without(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def _referral(row: Mapping[str, Any]) -> mhsds.ReferralFact:
    shown = from_json(row["document"])
    return mhsds.ReferralFact(
        id=row["id"],
        person_id=row["person_id"],
        team_id=row["team_id"],
        received_at=time_of(shown["received_at"]),
        recorded_at=time_of(shown["recorded_at"]),
        source=shown["source"],
        urgency=shown["urgency"],
        primary_reason=shown.get("primary_reason"),
        ending=_ending(shown),
        supported=tuple(
            (time_of(each["at"]), each["until"] and time_of(each["until"]))
            for each in shown["allocations"]
        ),
    )


def _ending(shown: Mapping[str, Any]) -> mhsds.Ending | None:
    """How a referral ended, from its representation."""
    if closure := shown["closure"]:
        return mhsds.Ending(at=time_of(closure["at"]), how="closed", closure=closure["outcome"])
    if withdrawal := shown.get("withdrawal"):
        reason = withdrawal["reason_code"]
        return mhsds.Ending(at=time_of(withdrawal["at"]), how="withdrawn", withdrawal=reason)
    if (how := shown["status"]) not in ("declined", "redirected"):
        return None
    last = shown["decisions"][-1]
    return mhsds.Ending(at=time_of(last["at"]), how=how, rejection=last["reason_code"])
