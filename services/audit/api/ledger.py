"""The ledger's trees for other people's verifiers (C2SP `tlog-tiles`), and proofs about events.

A shard's address is its origin's. Without a shard the same is served of the one that is open.
"""

import gzip
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse, Response
from pydantic_core import to_json

from services.audit import access
from services.audit.api.application import application
from services.audit.schemas import ConsistencyProof, InclusionProof, LedgerView
from shared.kernel.call import Call
from shared.platform.http import WITHOUT_TOKEN, permit

CHECKPOINT = "text/plain; charset=utf-8"
TILE = "application/octet-stream"
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
"""A tile of a shard never changes: of a partial one, this is how it begins."""
FOR_NOW = {"Cache-Control": "public, max-age=5"}
"""Below the ledger's own address the shard changes with the year."""

MOST = (1 << 62) - 1
Size = Annotated[int | None, Query(ge=1, le=MOST, description="How many leaves the tree has")]
SHARD = r"^[0-9]{4,6}$"
router = APIRouter(prefix="/v1/audit/ledger", tags=["ledger"])


def _binary(description: str, media_type: str = TILE) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of an answer that is no JSON."""
    schema = {"type": "string"} | ({} if media_type != TILE else {"format": "binary"})
    content = {media_type.partition(";")[0]: {"schema": schema}}
    return {200: {"description": description, "content": content}}


HASHES = _binary("SHA-256 hashes, one after another")
LEAVES = _binary("Leaves, each after its length in 16 bits, the highest first")
NOTE = _binary("A checkpoint (C2SP tlog-checkpoint)", CHECKPOINT)
RECEIPT = _binary("A proof to keep (C2SP tlog-proof)", CHECKPOINT)


@router.get("", response_model=LedgerView, dependencies=[WITHOUT_TOKEN])
async def overview(request: Request) -> Response:
    """The shards, how far each is published, and the keys that sign checkpoints."""
    found = await application(request).published.overview()
    return Response(to_json(found), media_type="application/json")


@router.get("/proofs/inclusion", response_model=InclusionProof)
async def inclusion(
    request: Request,
    call: Annotated[Call, permit(access.READ_PROOFS)],
    event_id: UUID,
    size: Size = None,
) -> Response:
    """That an event is in its shard's tree of a size: by default the newest that is published."""
    found = await application(request).proofs.inclusion(call, event_id, size)
    return Response(to_json(found), media_type="application/json")


@router.get("/proofs/consistency", response_model=ConsistencyProof)
async def consistency(
    request: Request,
    call: Annotated[Call, permit(access.READ_PROOFS)],
    first: Annotated[int, Query(ge=1, le=MOST)],
    second: Size = None,
    shard: Annotated[str | None, Query(pattern=SHARD)] = None,
) -> Response:
    """That a shard's tree grew out of a smaller one: by default the newest that is published."""
    found = await application(request).proofs.consistency(call, first, second, shard)
    return Response(to_json(found), media_type="application/json")


@router.get("/proofs/receipt", response_class=PlainTextResponse, responses=RECEIPT)
async def receipt(
    request: Request, call: Annotated[Call, permit(access.READ_PROOFS)], event_id: UUID
) -> Response:
    """The same in one text to keep, which is checked without us. `extra` is the leaf."""
    found = await application(request).proofs.receipt(call, event_id)
    name = {"Content-Disposition": f'attachment; filename="{event_id}.tlog-proof"'}
    return PlainTextResponse(found, headers=name)


@router.get(
    "/checkpoint",
    response_class=PlainTextResponse,
    responses=NOTE,
    dependencies=[WITHOUT_TOKEN],
)
async def newest_checkpoint(request: Request) -> Response:
    """The newest checkpoint of the open shard."""
    return PlainTextResponse(await application(request).published.checkpoint(None))


@router.get("/tile/entries/{path:path}", response_class=Response, responses=LEAVES)
async def newest_entries(
    request: Request, call: Annotated[Call, permit(access.READ_LEDGER_ENTRIES)], path: str
) -> Response:
    """A bundle of leaves of the open shard."""
    return _compressed(request, await application(request).published.entries(None, path))


@router.get(
    "/tile/{level}/{path:path}",
    response_class=Response,
    responses=HASHES,
    dependencies=[WITHOUT_TOKEN],
)
async def newest_tile(request: Request, level: str, path: str) -> Response:
    """Hashes of the open shard: `/tile/0/x001/234`, or `/tile/0/x001/234.p/17` of a partial one."""
    found = await application(request).published.tile(None, level, path)
    return Response(found, headers=FOR_NOW, media_type=TILE)


@router.get(
    "/{shard}/checkpoint",
    response_class=PlainTextResponse,
    responses=NOTE,
    dependencies=[WITHOUT_TOKEN],
)
async def checkpoint(request: Request, shard: str) -> Response:
    """The newest checkpoint of a shard; of a closed one, the last."""
    return PlainTextResponse(await application(request).published.checkpoint(shard))


@router.get("/{shard}/tile/entries/{path:path}", response_class=Response, responses=LEAVES)
async def entries(
    request: Request,
    call: Annotated[Call, permit(access.READ_LEDGER_ENTRIES)],
    shard: str,
    path: str,
) -> Response:
    """A bundle of leaves of a shard."""
    return _compressed(request, await application(request).published.entries(shard, path))


@router.get(
    "/{shard}/tile/{level}/{path:path}",
    response_class=Response,
    responses=HASHES,
    dependencies=[WITHOUT_TOKEN],
)
async def tile(request: Request, shard: str, level: str, path: str) -> Response:
    """Hashes of a shard's tree."""
    found = await application(request).published.tile(shard, level, path)
    return Response(found, headers=FOR_EVER, media_type=TILE)


def _compressed(request: Request, content: bytes) -> Response:
    headers = {"Vary": "Accept-Encoding"}
    if _takes_gzip(request.headers.get("accept-encoding", "")):
        headers["Content-Encoding"] = "gzip"
        content = gzip.compress(content, mtime=0)
    return Response(content, headers=headers, media_type=TILE)


def _takes_gzip(accepted: str) -> bool:
    """Whether `gzip` is among what is accepted, and not refused (`;q=0`)."""
    for each in accepted.split(","):
        coding, _, weight = each.strip().lower().replace(" ", "").partition(";q=")
        if coding == "gzip":
            return weight.strip("0.") != "" or not weight
    return False
