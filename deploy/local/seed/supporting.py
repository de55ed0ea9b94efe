"""Puts in what goes with the demo team's people (support.py), each by whose work it is."""

from collections.abc import Callable
from datetime import datetime

import httpx

from deploy.local.seed.calling import Caller, Json, content, etag_of, text
from deploy.local.seed.people import MANAGERS, NORTH
from deploy.local.seed.summary import Summary
from deploy.local.seed.support import (
    Agency,
    Carer,
    OfSomeone,
    OnwardReferral,
    UnmetNeed,
    VisitAlert,
)


class Supporting:
    """One thing at a time; what an earlier run made is found, and what it left out added."""

    def __init__(self, referrals: str, call: Caller, summary: Summary, now: datetime) -> None:
        self._referrals = referrals
        self._call = call
        self._summary = summary
        self._now = now

    async def agency(self, agency: Agency) -> None:
        url = f"{self._referrals}/v1/agencies/{agency.id}"
        held = await self._call("GET", url, MANAGERS[NORTH], expect=(200, 404))
        if held.status_code == 200:
            self._summary.already_there += 1
            return
        await self._call("PUT", url, MANAGERS[NORTH], body=agency.body(), expect=(201,))
        self._summary.agencies += 1

    async def onward_referral(self, onward: OnwardReferral) -> None:
        """Made, acknowledged and ended: from wherever an earlier run left off."""
        url, whose = f"{self._referrals}/v1/onward-referrals", self._whose(onward)
        key = f"onward-{onward.person}-{onward.agency}"
        held = await self._found(onward, url, {"service_user_id": whose}, onward.is_this)
        if held is None:
            body = onward.body(whose, self._now)
            held = await self._made(onward, url, body, key)
            self._summary.onward_referrals += 1
        here = f"{url}/{text(held, 'id')}"
        if content(held).get("acknowledgement") is None:
            held = await self._call(
                "POST",
                f"{here}/acknowledgements",
                onward.worker,
                body=onward.acknowledgement(self._now),
                key=f"acknowledged-{key}",
                etag=etag_of(held),
                expect=(201,),
            )
        if onward.outcome is not None and not content(held).get("outcomes"):
            await self._call(
                "POST",
                f"{here}/outcomes",
                onward.worker,
                body=onward.ending(self._now),
                key=f"outcome-{key}",
                etag=etag_of(held),
                expect=(201,),
            )

    async def unmet_need(self, unmet: UnmetNeed) -> None:
        url, whose = f"{self._referrals}/v1/unmet-needs", self._whose(unmet)
        if await self._found(unmet, url, {"service_user_id": whose}, unmet.is_this) is None:
            await self._made(unmet, url, unmet.body(whose), f"unmet-{unmet.person}-{unmet.need}")
            self._summary.support += 1

    async def visit_alert(self, alert: VisitAlert) -> None:
        """Not again where somebody has ended it since."""
        url = f"{self._of(alert)}/visit-alerts"
        for ended in ("false", "true"):
            if await self._found(alert, url, {"ended": ended}, alert.is_this) is not None:
                return
        await self._made(alert, url, alert.body(self._now), f"alert-{alert.person}-{alert.risk}")
        self._summary.support += 1

    async def carer(self, carer: Carer) -> None:
        """The carer, and then what may be told them."""
        url = f"{self._of(carer)}/carers"
        held = await self._found(carer, url, {}, carer.is_this)
        if held is None:
            held = await self._made(carer, url, carer.body(), f"carer-{carer.person}")
            self._summary.support += 1
        carer_id = text(held, "id")
        url = f"{self._of(carer)}/sharing-preferences"
        if await self._found(carer, url, {}, lambda each: each["carer_id"] == carer_id) is None:
            body = carer.preference(carer_id, self._now)
            await self._made(carer, url, body, f"sharing-{carer.person}")
            self._summary.support += 1

    def _whose(self, each: OfSomeone) -> str:
        return self._summary.service_user_ids[each.person]

    def _of(self, each: OfSomeone) -> str:
        return f"{self._referrals}/v1/service-users/{self._whose(each)}"

    async def _found(
        self, each: OfSomeone, url: str, query: dict[str, str], is_this: Callable[[Json], bool]
    ) -> httpx.Response | None:
        """What an earlier run made. Only people known before are looked up, since each look is a
        read that the ledger keeps."""
        if each.person not in self._summary.known_before:
            return None
        for held in await self._call.items(url, each.worker, query):
            if is_this(held):
                self._summary.already_there += 1
                return await self._call("GET", f"{url}/{held['id']}", each.worker)
        return None

    async def _made(self, each: OfSomeone, url: str, body: Json, key: str) -> httpx.Response:
        return await self._call("POST", url, each.worker, body=body, key=key, expect=(201,))
