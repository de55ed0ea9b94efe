"""The witness over HTTP."""

import logging
import time
from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse, Response

from countersign.witness.files import Files
from countersign.witness.logs import Logs
from countersign.witness.protocol import Answer, Witness
from countersign.witness.settings import WitnessSettings
from shared.platform.signed_note import Checkpoint, split
from shared.platform.tlog_witness import ADD_CHECKPOINT, CHECKPOINTS

MOST_BYTES = 64 * 1024
log = logging.getLogger(__name__)


def create_app(
    settings: WitnessSettings, files: Files, now: Callable[[], float] = time.time
) -> FastAPI:
    """A witness that keeps its state in files, which its caller opened and closes."""
    witness = Witness(settings.signer, Logs.parse(settings.logs), files, now)
    app = FastAPI(
        title="Countersign: witness",
        openapi_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )

    @app.post(ADD_CHECKPOINT)
    async def add_checkpoint(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return PlainTextResponse("Too large.\n", 413)
        answer = await run_in_threadpool(_added, witness, body)
        # As a header: the framework would add a charset, which the protocol's type doesn't have.
        return Response(answer.body, answer.status, {"content-type": answer.media_type})

    @app.get(CHECKPOINTS)
    def checkpoints() -> dict[str, object]:
        listed = [
            {"origin": origin, "size": Checkpoint.parse(split(note)[0]).size, "note": note}
            for origin, note in files.all_latest().items()
        ]
        return {"witness": witness.verifier.vkey, "checkpoints": listed}

    @app.get("/refused")
    def refused() -> dict[str, object]:
        return {"witness": witness.verifier.vkey, "refused": files.all_refused()}

    @app.get("/health/live")
    @app.get("/health/ready")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    return app


def _added(witness: Witness, body: bytes) -> Answer:
    try:
        return witness.add_checkpoint(body)
    except OSError as error:
        log.error("nothing was cosigned: it could not be kept: %s", error.strerror)
        return Answer(503, "Nothing was cosigned: it could not be kept.\n")


async def _body(request: Request) -> bytes | None:
    """What was sent; None of more than a checkpoint and its proof can need."""
    received = bytearray()
    async for part in request.stream():
        received += part
        if len(received) > MOST_BYTES:
            return None
    return bytes(received)
