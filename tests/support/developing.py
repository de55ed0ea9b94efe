"""Development plans and themes over HTTP, as a persona works with them."""

from typing import Any

from tests.support.client import Answer, Client, Json, day
from tests.support.supervising import agreed, held, introduced, on_agreement, scheduled

AT_QUARTERS_END = {"supervision-themes-released"}
NAMED = {
    "development-plan-agreed", "development-objective-added", "development-progress-recorded",
    "development-plan-reviewed", *AT_QUARTERS_END,
}  # fmt: skip
"""The events of these."""
PLANS = "/v1/supervision/development-plans"
THEMES = "/v1/supervision/themes"


def planned(client: Client, worker_id: str, by: str | None = None, **changes: Any) -> Answer:
    """A plan with one objective, drawn up by the worker unless it is said."""
    key = changes.pop("key", None)
    body = {
        "worker_id": worker_id,
        "review_on": day(ago=-90),
        "objectives": [{"objective": "Lead a group session alone."}],
        **changes,
    }
    return client.post("supervision", PLANS, by or worker_id, body, key=key)


def on_plan(client: Client, plan: Answer, command: str, by: str, **body: Any) -> Answer:
    """A command on the version of a plan that an answer showed."""
    if_match, key = body.pop("if_match", plan.etag), body.pop("key", None)
    path = f"{PLANS}/{plan.body['id']}/{command}"
    return client.post("supervision", path, by, body, if_match=if_match, key=key)


def progress(client: Client, plan: Answer, by: str, **changes: Any) -> Answer:
    """How far the first objective of a plan has come."""
    path = f"objectives/{plan.body['objectives'][0]['id']}/progress"
    return on_plan(client, plan, path, by, **{"status": "met", "progress": "Led two.", **changes})


def reviewed(client: Client, plan: Answer, by: str, **changes: Any) -> Answer:
    body = {"outcome": "ended", "findings": "All of it is done.", **changes}
    return on_plan(client, plan, "reviews", by, **body)


def plan_steps(client: Client, **words: str) -> str:
    """A plan as far as it goes, of a worker of its own, whose id is returned."""
    said = {name: f"Some {name}." for name in ("aim", "further", "progress", "findings")} | words
    worker = introduced(client, "developing-1", "str_worker", "developing-cmht")
    made = planned(client, worker, objectives=[{"objective": said["aim"]}])
    more = on_plan(client, made, "objectives", worker, objective=said["further"])
    moved = progress(client, more, worker, progress=said["progress"])
    ended = reviewed(client, moved, worker, findings=said["findings"])
    for step in (made, more, moved, ended):
        assert step.status == 201, step.body
    return worker


def one_record(client: Client) -> None:
    """One that the clock finds when the quarter has ended."""
    worker = introduced(client, "themed-alone", "str_worker", "themed-alone-cmht")
    guide = introduced(client, "theming-alone", "supervisor", "themed-alone-cmht")
    recorded(client, worker, guide, "endings")


def recorded(client: Client, worker_id: str, supervisor_id: str, *themes: str) -> Answer:
    """A record of a session of a worker's with a supervisor, which named some themes."""
    agreement = agreed(client, worker_id, supervisor_id, kind="ad_hoc", interval_weeks=None)
    assert agreement.status == 201, agreement.body
    session = held(client, scheduled(client, agreement), themes=themes)
    assert session.status == 201, session.body
    ended = on_agreement(client, agreement, "endings", supervisor_id, reason="Held once.")
    assert ended.status == 201, ended.body
    return session


def told(client: Client, team_id: str, by: str) -> dict[str, Json]:
    """What is told of a team's themes, by quarter."""
    items = client.every("supervision", f"{THEMES}?team_id={team_id}", by)
    return {item["quarter"]: item for item in items}
