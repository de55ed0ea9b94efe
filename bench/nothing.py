"""FastAPI doing nothing: how many requests a second the framework leaves for work."""

from typing import Any

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from bench.body import NARRATIVE
from services.notes.schemas import NoteRequest, NoteView

UNOBSERVED: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
ID = "0193f0a2-7c1e-7d52-9a55-3b6f0c1d2e4f"
ANSWER: dict[str, Any] = {
    "id": ID,
    "version": 1,
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "service_user_id": ID,
    "team_id": "north-cmht",
    "status": "awaiting_countersignature",
    "author": {"staff_id": "str-worker-1", "name": "STR worker 1", "role": "str_worker"},
    "recorded_at": "2026-11-20T12:00:00.000000Z",
    "occurred_at": "2026-11-20T11:00:00Z",
    "setting": "home",
    "mechanism": "face_to_face",
    "attendance": "attended",
    "functions": ["daily_living", "practical_support"],
    "needs": ["budgeting", "housing"],
    "contact": "direct",
    "recorded_from": "live",
    "duration_minutes": 50,
    "others_present": ["carer"],
    "staff_present": [],
    "narrative": NARRATIVE,
    "service_user_view": "It helped to look at the letters together.",
    "carer_view": None,
    "plan": {"kind": "care_plan", "reference": "CP-7", "goal": "Pay rent on time"},
    "boundary_activities": [],
    "concern": None,
    "concern_id": None,
    "group_session_id": None,
    "money": None,
    "late_entry_reason": None,
    "late": False,
    "flags": [],
    "outstanding": [],
    "countersignature": {
        "required": True,
        "due_at": "2026-11-23T12:00:00.000000Z",
        "policy_version": 1,
        "reasons": [
            "author_not_registered",
            "no_competence_sign_off",
            "no_record_keeping_training",
        ],
        "signed": None,
    },
    "amendments": [],
    "addenda": [],
    "returns": [],
    "assigned_to": None,
    "to_answer": None,
    "retraction_requested": None,
    "retracted": None,
    "refiled_from": None,
    "refiled_to": None,
    "content_state": "shown",
}
"""A note as its service shows it."""


def create_app() -> FastAPI:
    """Receives the note as its service does, and answers one of the same size."""
    app = FastAPI(telemetry=UNOBSERVED)

    @app.post("/v1/notes", status_code=201, response_model=NoteView)
    async def record(body: NoteRequest) -> dict[str, Any]:
        return ANSWER

    return app


def create_empty_app() -> FastAPI:
    """Leaves the note unread and answers a constant of three fields."""
    app = FastAPI(telemetry=UNOBSERVED)

    @app.post("/v1/notes", status_code=201)
    async def record() -> dict[str, Any]:
        return {"id": ID, "version": 1, "status": "complete"}

    return app
