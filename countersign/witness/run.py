"""The process of a witness."""

import logging

import uvicorn

from countersign.witness.app import create_app
from countersign.witness.files import CannotKeep, Files
from countersign.witness.settings import settings


def run(host: str, port: int) -> None:
    """Until it is told to stop. Raises SystemExit, for people, when it can't start."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    found = settings()
    try:
        files = Files(found.directory)
    except CannotKeep as refused:
        raise SystemExit(str(refused)) from None
    logging.info("this witness is %s", found.signer.verifier.vkey)
    app = create_app(found, files)
    try:
        uvicorn.run(
            app, host=host, port=port, access_log=False, log_config=None, server_header=False
        )
    finally:
        files.close()
