"""The local identity provider. FOR LOCAL USE ONLY: it signs in as any persona without proof.

`keys` owns the signing key and the tokens, `grants` the two OAuth 2.0 grants, `assertions` how a
system proves who it is, `page` what the browser shows and `app` the routes. joserfc does the JOSE;
authlib's server grants are left aside, because they write issued tokens to the debug log and need
more adapting to FastAPI than the two grants are long.

Here is what needs no web framework, so that a token comes quickly.
"""

from deploy.local.identity.assertions import (
    ASSERTION_TYPE,
    SYSTEM_TOKEN_SECONDS,
    UnknownClient,
    assertion,
    jwks_file,
    key_file,
)
from deploy.local.identity.keys import (
    TOKEN_SECONDS,
    IdentitySettings,
    UnknownPersona,
    issue,
    load_key,
)

__all__ = [
    "ASSERTION_TYPE",
    "SYSTEM_TOKEN_SECONDS",
    "TOKEN_SECONDS",
    "IdentitySettings",
    "UnknownClient",
    "UnknownPersona",
    "assertion",
    "issue",
    "jwks_file",
    "key_file",
    "load_key",
]
