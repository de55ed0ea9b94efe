"""The pages a browser sees: the personas to pick from, and why a sign-in cannot start."""

import base64
import hashlib
from html import escape

from fastapi.responses import HTMLResponse

from deploy.local.identity.grants import Asked
from deploy.local.personas import PERSONAS, Persona

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}

_STYLE = """
:root { color-scheme: light; }
body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif; color: #212b32; background: #f0f4f5; }
header { background: #005eb8; color: #fff; padding: 1rem; font-weight: 600; }
header p, main { max-width: 60rem; margin: 0 auto; }
main { padding: 1rem 1rem 3rem; }
.notice { background: #fff; border-left: .5rem solid #005eb8; padding: .75rem 1rem; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); }
li { display: grid; }
button { font: inherit; color: inherit; text-align: left; padding: .75rem 1rem; cursor: pointer;
  background: #fff; border: 1px solid #4c6272; border-radius: .25rem; }
button:hover { background: #e8f1fa; border-color: #005eb8; }
button:focus-visible { outline: 3px solid #212b32; outline-offset: 2px; background: #ffeb3b; }
button span { display: block; }
.name { font-weight: 600; }
.roles { color: #425563; }
button:focus-visible .roles { color: inherit; }
code { overflow-wrap: anywhere; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
# form-action is left open: browsers apply it to the redirect back to the client as well.
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


def page(title: str, content: str, status: int = 200) -> HTMLResponse:
    html = f"""<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} - Countersign (local)</title><style>{_STYLE}</style></head>
<body><header><p>Countersign: local identity provider</p></header>
<main><h1>{escape(title)}</h1>
<p class="notice"><strong>For local use only.</strong> There are no passwords here and everyone is
invented. A real deployment signs people in with the organisation's own identity provider.</p>
{content}</main></body></html>"""
    return HTMLResponse(html, status, NO_STORE | _HEADERS)


def _persona_item(persona: Persona) -> str:
    roles = ", ".join(role.replace("_", " ") for role in persona.roles)
    return f"""<li><button name="persona" value="{escape(persona.sub)}">
<span class="name">{escape(persona.name)}</span> <span class="roles">{escape(roles)}</span>
<span>{escape(persona.description)}</span> <code>{escape(persona.sub)}</code></button></li>"""


def picker(asked: Asked) -> HTMLResponse:
    teams = dict.fromkeys(team for persona in PERSONAS for team in persona.teams)
    sections = "".join(
        f'<section aria-labelledby="{escape(team)}"><h2 id="{escape(team)}">Team {escape(team)}'
        f"</h2><ul>{''.join(_persona_item(each) for each in PERSONAS if team in each.teams)}"
        "</ul></section>"
        for team in teams
    )
    # Without an action the form posts to this very address, so its query is checked again there.
    return page(
        "Choose who to sign in as",
        f"<p><code>{escape(asked.client_id)}</code> asks you to sign in. You will go back to "
        f'<code>{escape(asked.redirect_uri)}</code>.</p><form method="post">{sections}</form>',
    )
