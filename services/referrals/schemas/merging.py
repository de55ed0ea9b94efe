"""Requests that merge registrations, and separate them again."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.vocabulary import Paragraph
from shared.platform.http import RequestModel


class MergeRequest(RequestModel):
    """`into` stands for the person from now on. `nhs_number_superseded`: each has a number of its
    own, and the national service has replaced the one of what is merged."""

    into: UUID
    reason: Paragraph
    nhs_number_superseded: Annotated[bool, Field(strict=True)] = False


class SeparationRequest(RequestModel):
    reason: Paragraph
