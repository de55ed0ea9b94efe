"""Whether the service in this container is ready: what the image's health check runs.

Kubernetes doesn't: it asks the service itself.
"""

import os
import sys
import urllib.error
import urllib.request

WITHIN = 4.0
"""Seconds: less than the health check waits."""


def main() -> int:
    port = int(os.environ.get("COUNTERSIGN_LISTEN_PORT", "8000"))
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=WITHIN).close()
    except urllib.error.HTTPError as error:
        print(error.read().decode(errors="replace"))
        return 1
    except OSError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
