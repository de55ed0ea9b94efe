"""`python -m bench.serve <module>:<factory> <port>` serves a contender as `countersign serve` does
a service: the same server, the same settings, the same garbage collection."""

import gc
import sys
from importlib import import_module

import uvicorn

from countersign.serving import GC_THRESHOLD


def serve(factory: str, port: int) -> None:
    module, _, name = factory.partition(":")
    app = getattr(import_module(module), name)()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLD)
    uvicorn.run(
        app, port=port, access_log=False, log_config=None, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=10,
    )  # fmt: skip


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
