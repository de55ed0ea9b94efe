"""`python -m countersign`."""

from countersign.cli import app

if __name__ == "__main__":
    app()
