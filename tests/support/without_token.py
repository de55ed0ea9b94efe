"""The routes that anybody may call. One that isn't here needs a row of an access table."""

_LEDGER = "/v1/audit/ledger"
WITHOUT_TOKEN = {
    "audit": {
        _LEDGER,
        f"{_LEDGER}/checkpoint",
        f"{_LEDGER}/tile/{{level}}/{{path}}",
        f"{_LEDGER}/{{shard}}/checkpoint",
        f"{_LEDGER}/{{shard}}/tile/{{level}}/{{path}}",
    }
}
