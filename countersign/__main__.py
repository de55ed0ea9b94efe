"""`python -m countersign`, and the command that is installed."""

from countersign.cli import app


def main() -> None:
    """Run a command. What it needs and can't reach is said in words."""
    try:
        app()
    except Exception as error:
        if words := _unreachable(error):
            raise SystemExit(words) from None
        raise


def _unreachable(error: Exception) -> str:
    """What could not be reached; nothing where that isn't what went wrong."""
    # Imported here, since all of it takes longer than most commands do.
    import psycopg
    from nats.errors import NoServersError
    from sqlalchemy.exc import OperationalError

    cause = error.orig if isinstance(error, OperationalError) else error
    if isinstance(cause, psycopg.OperationalError):
        return f"The database: {str(cause).strip()}"
    if isinstance(error, NoServersError | ConnectionError):
        return f"The broker can't be reached: {str(error).strip()}"
    return ""


if __name__ == "__main__":
    main()
