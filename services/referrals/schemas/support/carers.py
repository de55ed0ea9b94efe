"""Requests and responses of carers."""

from dataclasses import fields
from datetime import date
from typing import Any

from services.referrals.schemas.support.kept import Flag, KeptRequest, KeptView
from shared.contracts.referrals import Carer
from shared.contracts.vocabulary import Line, Paragraph
from shared.platform.http import NOT_GIVEN, Day, RequestModel

CARER = tuple(field.name for field in fields(Carer))


class CarerRequest(KeptRequest):
    """Family or a friend who helps (HB 10), and how to reach them."""

    name: Line
    relationship: Line
    telephone: Line | None = None
    email: Line | None = None
    main_carer: Flag = False
    next_of_kin: Flag = False
    emergency_contact: Flag = False
    parental_responsibility: Flag = False
    in_confidence: Paragraph | None = None

    def particulars(self) -> dict[str, Any]:
        said = self.said()
        carer = Carer(**{name: said[name] for name in CARER})
        return {"carer": carer, "in_confidence": self.in_confidence}


class CarerUpdate(RequestModel):
    """The fields that change; those not given stay. No longer a carer after `ended_on`."""

    name: Line = NOT_GIVEN
    relationship: Line = NOT_GIVEN
    telephone: Line | None = None
    email: Line | None = None
    main_carer: Flag = NOT_GIVEN
    next_of_kin: Flag = NOT_GIVEN
    emergency_contact: Flag = NOT_GIVEN
    parental_responsibility: Flag = NOT_GIVEN
    in_confidence: Paragraph | None = None
    ended_on: Day | None = None

    def changes(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields_set}


class CarerView(KeptView):
    """A carer. `in_confidence` is theirs: it is not for the service user's copy of the record."""

    name: str | None
    relationship: str | None
    telephone: str | None
    email: str | None
    main_carer: bool | None
    next_of_kin: bool | None
    emergency_contact: bool | None
    parental_responsibility: bool | None
    in_confidence: str | None
    ended_on: date | None
