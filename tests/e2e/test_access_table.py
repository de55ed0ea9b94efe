"""The access tables as a whole: every operation, every role, with and without a relationship.

What must be answered is stated here, and not read from the code. Roles stand in the order of
`ROLES`: `+` allowed, `-` refused for the role, `n` refused for want of a relationship, an engagement, a
scope, or something else that one is or isn't to what is asked for.
"""

from dataclasses import dataclass
from typing import Any

import pytest

from countersign.access import routes
from shared.contracts.system import SERVICES
from tests.support.client import Answer, Client, note_body
from tests.support.confidences import confided_bodies, confided_table
from tests.support.developing import planned
from tests.support.elsewhere import agency, onward, unmet
from tests.support.exports import exported
from tests.support.issues import raised
from tests.support.stack import NMC
from tests.support.supervision_steps import supervised_bodies, supervised_table
from tests.support.supporting import BODIES, kept
from tests.support.tokens import signed

pytestmark = pytest.mark.anyio
OBJECTIVE = {"objective": "Lead a group session alone."}
ROLES = (
    "str_worker", "registered_practitioner", "care_coordinator", "team_manager", "supervisor",
    "auditor", "ig_lead", "ehr_system",
)  # fmt: skip
STAFF = ROLES[:5]


@dataclass(frozen=True)
class Row:
    """`status` is what an allowed one gets: 428 where a command lacks If-Match, 409 where nothing
    would change.

    `tied`: in the person's team and registered; the auditor within an engagement; the system with
    the scope. `untied`: in another team and registered, or without any of those.
    """

    operation: str
    service: str
    request: str
    status: int
    tied: str
    untied: str
    body: str | None = None


TABLE = """
operation             service   answer  tied      untied    body        request
record_note           notes       201  +++-----  +++-----  note        POST /v1/notes
list_notes            notes       200  ++++++-+  nnnnnn-n  -           GET  /v1/notes?service_user_id={person}
read_note             notes       200  +++++-n+  nnnnn-nn  -           GET  /v1/notes/{note}
read_history          notes       200  ++++++n+  nnnnnnnn  -           GET  /v1/notes/{note}/history
amend_note            notes       428  nnn-----  nnn-----  amendment   POST /v1/notes/{note}/amendments
countersign_note      notes       428  +++++---  nnnnn---  signature   POST /v1/notes/{note}/countersignatures
return_note           notes       428  +++++---  nnnnn---  question    POST /v1/notes/{note}/returns
answer_note           notes       428  nnn-----  nnn-----  answer      POST /v1/notes/{note}/answers
reassign_note         notes       428  ---+----  ---n----  duty        POST /v1/notes/{note}/reassignments
add_addendum          notes       428  n++-----  nnn-----  addendum    POST /v1/notes/{note}/addenda
give_late_reason      notes       428  nnn-----  nnn-----  ending      POST /v1/notes/{note}/late-reasons
retract_note          notes       428  nnn+--n-  nnnn--n-  retraction  POST /v1/notes/{note}/retractions
confirm_retraction    notes       428  -+++--+-  -nnn--+-  nothing     POST /v1/notes/{note}/confirmations
read_worklist         notes       200  -+++-+--  -nnn-n--  -           GET  /v1/countersignatures/worklist?team_id=north-cmht
hold_group_session    notes       201  +++-----  +++-----  session     POST /v1/group-sessions
read_group_session    notes       200  +++++---  nnnnn---  -           GET  /v1/group-sessions/{session}
list_group_sessions   notes       200  ++++++--  nnnnnn--  -           GET  /v1/group-sessions?team_id=north-cmht
read_boundary_query   notes       200  nnn+----  nnnn----  -           GET  /v1/boundary-queries/{query}
read_boundary_queries notes       200  ++++-+--  +++n-n--  -           GET  /v1/boundary-queries?team_id=north-cmht
answer_boundary_query notes       428  ---+----  ---n----  answer      POST /v1/boundary-queries/{query}/answers
read_summary          notes       200  -+++-+--  -nnn-n--  -           GET  /v1/record-keeping/summary?team_id=north-cmht
break_glass           notes       201  n++-----  n++-----  glass       POST /v1/access-overrides
read_overrides        notes       200  +++---+-  +++---+-  -           GET  /v1/access-overrides
review_override       notes       428  ------+-  ------+-  review      POST /v1/access-overrides/{override}/reviews
raise_concern         notes       201  +++++---  +++++---  concern     POST /v1/concerns
list_concerns         notes       200  ++++++-+  nnnnnn-n  -           GET  /v1/concerns?service_user_id={person}
read_concern          notes       200  +++++--+  nnnnn--n  -           GET  /v1/concerns/{concern}
read_concern_history  notes       200  ++++++-+  nnnnnn-n  -           GET  /v1/concerns/{concern}/history
alert                 notes       428  +++++---  nnnnn---  alert       POST /v1/concerns/{concern}/alerts
acknowledge_concern   notes       428  nnnnn---  nnnnn---  plan        POST /v1/concerns/{concern}/acknowledgements
escalate_concern      notes       428  +++++---  nnnnn---  ending      POST /v1/concerns/{concern}/escalations
upgrade_concern       notes       428  +++++---  nnnnn---  ending      POST /v1/concerns/{concern}/upgrades
close_concern         notes       428  nnn+n---  nnnnn---  outcome     POST /v1/concerns/{concern}/closures
reopen_concern        notes       428  +++++---  nnnnn---  ending      POST /v1/concerns/{concern}/reopenings
read_policy           notes       200  +++++++-  +++++++-  -           GET  /v1/policies/record-keeping/north-cmht
put_policy            notes       409  ---+----  ---n----  rules       PUT  /v1/policies/record-keeping/north-cmht
decide_on_policy      notes       428  ---+--+-  ---+--+-  approval    POST /v1/policies/record-keeping/table-cmht/approvals
read_feed             notes       200  -------+  -------n  -           GET  /v1/feeds/notes?wait=0&limit=1
register_service_user referrals   201  ---+---+  ---+---n  person      POST /v1/service-users
read_service_user     referrals   200  +++++--+  nnnnn--n  -           GET  /v1/service-users/{person}
update_service_user   referrals   428  ++++---+  nnnn---n  particulars PATCH /v1/service-users/{person}
read_service_user_history referrals 200 +++++--+ nnnnn--n -           GET  /v1/service-users/{person}/history
search_service_users  referrals   200  -+++---+  -+++---n  search      POST /v1/service-users/searches
restrict              referrals   428  ------+-  ------+-  restriction POST /v1/service-users/{person}/restrictions
read_restriction      referrals   200  ------+-  ------+-  -           GET  /v1/service-users/{person}/restrictions
merge                 referrals   428  ---+--++  ---n--+n  merge       POST /v1/service-users/{person}/merges
separate              referrals   428  ---+--++  ---n--+n  ending      POST /v1/service-users/{person}/separations
refer                 referrals   201  -+++---+  -+++---n  referral    POST /v1/referrals
read_referral         referrals   200  +++++--+  nnnnn--n  -           GET  /v1/referrals/{referral}
read_referral_history referrals   200  +++++--+  nnnnn--n  -           GET  /v1/referrals/{referral}/history
list_referrals        referrals   200  +++++--+  nnnnn--n  -           GET  /v1/referrals?service_user_id={person}
decide                referrals   428  nnn+----  nnnn----  decision    POST /v1/referrals/{referral}/decisions
assess                referrals   428  n+++----  nnnn----  findings    POST /v1/referrals/{referral}/assessments
give_information      referrals   428  -+++---+  -nnn---n  information POST /v1/referrals/{referral}/information
withdraw_referral     referrals   428  -+++---+  -nnn---n  withdrawal  POST /v1/referrals/{referral}/withdrawals
review_waiting        referrals   428  -+++----  -nnn----  findings    POST /v1/referrals/{referral}/reviews
read_waiting_list     referrals   200  +++++---  nnnnn---  -           GET  /v1/waiting-list?team_id=north-cmht
allocate              referrals   428  n--+----  n--n----  allocation  POST /v1/referrals/{referral}/allocations
transfer              referrals   428  ---+----  ---n----  transfer    POST /v1/referrals/{referral}/transfers
answer_handover       referrals   428  nnn-----  nnn-----  handover    POST /v1/referrals/{referral}/handovers
close                 referrals   428  n-n+----  n-nn----  closure     POST /v1/referrals/{referral}/closures
read_caseload         referrals   200  nnn++---  nnnnn---  -           GET  /v1/caseloads/str-worker-1
read_feed             referrals   200  -------+  -------n  -           GET  /v1/feeds/referrals?wait=0&limit=1
list_reallocations    referrals   200  --+++---  --nnn---  -           GET  /v1/reallocations?team_id=north-cmht
read_referral_policy  referrals   200  +++++++-  +++++++-  -           GET  /v1/policies/referrals/north-cmht
put_referral_policy   referrals   409  ---+----  ---n----  rules       PUT  /v1/policies/referrals/north-cmht
decide_on_referral_policy referrals 428 ---+--+- ---+--+-  approval    POST /v1/policies/referrals/table-cmht/approvals
put_agency            referrals   428  ---+----  ---+----  agency      PUT  /v1/agencies/table-advice
read_agency           referrals   200  +++++--+  +++++--n  -           GET  /v1/agencies/table-advice
list_agencies         referrals   200  +++++--+  +++++--n  -           GET  /v1/agencies
refer_onward          referrals   201  ++++----  nnnn----  onward      POST /v1/onward-referrals
read_onward_referral  referrals   200  +++++--+  nnnnn--n  -           GET  /v1/onward-referrals/{onward}
read_onward_history   referrals   200  +++++--+  nnnnn--n  -           GET  /v1/onward-referrals/{onward}/history
list_onward_referrals referrals   200  +++++--+  nnnnn--n  -           GET  /v1/onward-referrals?service_user_id={person}
acknowledge_onward_referral referrals 428 ++++---- nnnn---- onward_known POST /v1/onward-referrals/{onward}/acknowledgements
record_onward_outcome referrals   428  ++++----  nnnn----  onward_end  POST /v1/onward-referrals/{onward}/outcomes
record_unmet_need     referrals   201  ++++----  nnnn----  unmet       POST /v1/unmet-needs
read_unmet_need       referrals   200  +++++--+  nnnnn--n  -           GET  /v1/unmet-needs/{unmet}
list_unmet_needs      referrals   200  +++++--+  nnnnn--n  -           GET  /v1/unmet-needs?service_user_id={person}
resolve_unmet_need    referrals   428  ++++----  nnnn----  met         POST /v1/unmet-needs/{unmet}/resolutions
read_decisions_report referrals   200  ---+--+-  ---n--+-  -           GET  /v1/reports/decisions?team_id=north-cmht&from=2026-01-01&to=2026-01-31
read_unmet_needs_report referrals 200  ---+--+-  ---n--+-  -           GET  /v1/reports/unmet-needs?team_id=north-cmht&from=2026-01-01&to=2026-01-31
extract_mhsds         referrals   200  ---+--++  ---n--+n  -           GET  /v1/extracts/mhsds?team_id=north-cmht&from=2026-01-01&to=2026-01-31
register_plan         referrals   201  -+++---+  -nnn---n  plan_made   POST /v1/service-users/{person}/plans
review_plan           referrals   428  -+++---+  -nnn---n  plan_review POST /v1/service-users/{person}/plans/{plan}/reviews
read_plans            referrals   200  +++++--+  nnnnn--n  -           GET  /v1/service-users/{person}/plans/{plan}
set_goal              referrals   201  ++++----  nnnn----  goal        POST /v1/service-users/{person}/goals
record_progress       referrals   428  ++++----  nnnn----  progress    POST /v1/service-users/{person}/goals/{goal}/progress
read_goals            referrals   200  +++++--+  nnnnn--n  -           GET  /v1/service-users/{person}/goals
record_carer          referrals   201  ++++----  nnnn----  carer       POST /v1/service-users/{person}/carers
update_carer          referrals   428  ++++----  nnnn----  main_carer  PATCH /v1/service-users/{person}/carers/{carer}
read_carers           referrals   200  +++++--+  nnnnn--n  -           GET  /v1/service-users/{person}/carers
record_sharing_preference referrals 201 ++++---- nnnn----  sharing     POST /v1/service-users/{person}/sharing-preferences
read_sharing_preferences referrals 200 +++++--+  nnnnn--n  -           GET  /v1/service-users/{person}/sharing-preferences
set_visit_alert       referrals   201  ++++----  nnnn----  visit_alert POST /v1/service-users/{person}/visit-alerts
review_visit_alert    referrals   428  ++++----  nnnn----  alert_over  POST /v1/service-users/{person}/visit-alerts/{alert}/reviews
read_visit_alerts     referrals   200  +++++--+  nnnnn--n  -           GET  /v1/service-users/{person}/visit-alerts
put_worker            supervision 428  ---+---+  ---n---n  worker      PUT  /v1/workers/str-worker-1
put_workers           supervision 200  ---+---+  ---+---n  workers     PUT  /v1/workers
read_worker           supervision 200  +++++-++  +++++-+n  -           GET  /v1/workers/str-worker-1
read_learning         supervision 200  n++++-+-  n++++-+-  -           GET  /v1/workers/str-worker-1/learning
list_learning         supervision 200  --+++++-  --nnnn+-  -           GET  /v1/learning?team_id=north-cmht
record_training       supervision 428  ---++---  ---nn---  training    POST /v1/workers/str-worker-1/training
withdraw_training     supervision 428  ---++---  ---nn---  revocation  POST /v1/workers/str-worker-1/training/record_keeping/withdrawals
sign_off_competence   supervision 428  -++-----  -nn-----  competence  POST /v1/workers/str-worker-1/competences
revoke_competence     supervision 428  -+++----  -nnn----  revocation  POST /v1/workers/str-worker-1/competences/record_keeping/revocations
put_duty              supervision 428  ---+----  ---n----  rota        PUT  /v1/duty/north-cmht
read_duty             supervision 200  +++++---  +++++---  -           GET  /v1/duty/north-cmht
read_supervision_policy supervision 200 +++++++- +++++++-  -           GET  /v1/policies/supervision/north-cmht
put_supervision_policy supervision 409 ---+---- ---n----  rules       PUT  /v1/policies/supervision/north-cmht
decide_on_supervision_policy supervision 428 ---+--+- ---+--+- approval POST /v1/policies/supervision/table-cmht/approvals
raise_issue           supervision 201  +++++---  nnnnn---  issue       POST /v1/supervision/issues
read_issue            supervision 200  +++++++-  nnnnnn+-  -           GET  /v1/supervision/issues/{issue}
list_issues           supervision 200  +++++++-  nnnnnn+-  -           GET  /v1/supervision/issues?team_id=north-cmht
answer_issue          supervision 428  --n+----  --nn----  answer      POST /v1/supervision/issues/{issue}/responses
route_issue           supervision 428  --n+----  --nn----  other_route POST /v1/supervision/issues/{issue}/routings
close_issue           supervision 428  nnn+n---  nnnnn---  ending      POST /v1/supervision/issues/{issue}/closures
agree_supervision     supervision 409  ---++---  ---nn---  agreement   POST /v1/supervision/agreements
list_agreements       supervision 200  nnn++++-  nnnnnn+-  -           GET  /v1/supervision/agreements?team_id=north-cmht
read_agreement        supervision 200  n+n++nn-  nnnnnnn-  -           GET  /v1/supervision/agreements/{agreement}
accept_agreement      supervision 428  n+nn+nn-  nnnnnnn-  -           POST /v1/supervision/agreements/{agreement}/acceptances
end_agreement         supervision 428  nnn++nn-  nnnnnnn-  ending      POST /v1/supervision/agreements/{agreement}/endings
schedule_session      supervision 201  nnnn+nn-  nnnnnnn-  to_schedule POST /v1/supervision/sessions
record_session        supervision 428  nnnn+nn-  nnnnnnn-  record      POST /v1/supervision/sessions/{supervision}/records
amend_session         supervision 428  nnnn+nn-  nnnnnnn-  put_right   POST /v1/supervision/sessions/{supervision}/amendments
miss_session          supervision 428  nnnn+nn-  nnnnnnn-  ending      POST /v1/supervision/sessions/{supervision}/non-attendances
reschedule_session    supervision 428  n+nn+nn-  nnnnnnn-  moved       POST /v1/supervision/sessions/{supervision}/reschedulings
cancel_session        supervision 428  n+nn+nn-  nnnnnnn-  ending      POST /v1/supervision/sessions/{supervision}/cancellations
sign_session          supervision 428  n+nn+nn-  nnnnnnn-  signed      POST /v1/supervision/sessions/{supervision}/signatures
update_supervision_action supervision 428 n+nn+nn- nnnnnnn- action_done POST /v1/supervision/sessions/{supervision}/actions/{supervision_action}/updates
list_supervision_actions supervision 200 +++++++- +++++++-  -           GET  /v1/supervision/actions
hold_group_supervision supervision 409 nnnn+nn-  nnnnnnn-  group       POST /v1/supervision/group-sessions
read_group_supervision supervision 200 nnn++++-  nnnnnn+-  -           GET  /v1/supervision/group-sessions/{supervision_group}
list_group_supervisions supervision 200 nnn+n++- nnnnnn+-  -           GET  /v1/supervision/group-sessions?team_id=north-cmht
read_chart            supervision 200  +++++++-  nnnnnn+-  -           GET  /v1/supervision/chart?team_id=north-cmht
read_compliance       supervision 200  ---++++-  ---nnn+-  -           GET  /v1/supervision/compliance?team_id=north-cmht
read_session          supervision 200  nnnnnnn-  nnnnnnn-  -           GET  /v1/supervision/sessions/{confided}
read_session_history  supervision 200  nnnnnnn-  nnnnnnn-  -           GET  /v1/supervision/sessions/{confided}/history
list_sessions         supervision 200  nnn++++-  nnnnnn+-  -           GET  /v1/supervision/sessions?team_id=north-cmht
disclose              supervision 201  nnnnnn+-  nnnnnn+-  disclosure  POST /v1/supervision/sessions/{confided}/disclosures
read_disclosures      supervision 200  nnnnnn+-  nnnnnn+-  -           GET  /v1/supervision/disclosures/{disclosure}
tell_of_disclosure    supervision 428  nnnnnn+-  nnnnnn+-  -           POST /v1/supervision/disclosures/{disclosure}/tellings
review_disclosure     supervision 428  ------+-  ------+-  review      POST /v1/supervision/disclosures/{disclosure}/reviews
decide_case           supervision 428  nnnnnnn-  nnnnnnn-  case        POST /v1/supervision/sessions/{confided}/case-decisions
read_case_decision    supervision 200  +++++--+  nnnnn--n  -           GET  /v1/supervision/case-decisions/{decided}
list_case_decisions   supervision 200  ++++++-+  nnnnnn-n  -           GET  /v1/supervision/case-decisions?service_user_id={person}
retract_case_decision supervision 428  nnnnnnn-  nnnnnnn-  retraction  POST /v1/supervision/case-decisions/{decided}/retractions
agree_development_plan supervision 409 +nn+n---  nnnnn---  develop     POST /v1/supervision/development-plans
list_development_plans supervision 200 +nn+n++-  nnnnnn+-  -           GET  /v1/supervision/development-plans?worker_id=tied-str_worker&team_id=north-cmht
read_development_plan supervision 200  +nnnnnn-  nnnnnnn-  -           GET  /v1/supervision/development-plans/{development}
change_development_plan supervision 428 +nnnn--- nnnnn---  objective   POST /v1/supervision/development-plans/{development}/objectives
read_themes           supervision 200  ---+----  ---n----  -           GET  /v1/supervision/themes?team_id=north-cmht
read_feed             supervision 200  -------+  -------n  -           GET  /v1/feeds/supervision?wait=0&limit=1
read_events           audit       200  -----++-  -----n+-  -           GET  /v1/audit/events?limit=1
read_timeline         audit       200  -----++-  -----n+-  -           GET  /v1/audit/service-users/{person}/timeline
read_accesses         audit       200  -----++-  -----n+-  -           GET  /v1/audit/service-users/{person}/accesses
read_access_rights    audit       200  -----++-  -----n+-  -           GET  /v1/audit/access-rights?service_user_id={person}
read_note_readers     audit       200  -----++-  -----n+-  -           GET  /v1/audit/notes/{note}/readers
read_note_as_of       audit       200  -----++-  -----n+-  -           GET  /v1/audit/notes/{note}
read_worker_as_of     audit       200  -----++-  -----n+-  -           GET  /v1/audit/workers/nurse-1
read_record_gaps      audit       200  -----++-  -----n+-  -           GET  /v1/audit/record-keeping/gaps?team_id=north-cmht&limit=1
read_break_glass      audit       200  -----++-  -----n+-  -           GET  /v1/audit/governance/break-glass
read_completeness     audit       200  -----++-  -----n+-  -           GET  /v1/audit/completeness
read_proofs           audit       200  -----++-  -----n+-  -           GET  /v1/audit/ledger/proofs/consistency?first=1
read_ledger_entries   audit       200  ++++++++  nnnnnnnn  -           GET  /v1/audit/ledger/tile/entries/000.p/1
read_disagreements    audit       200  -----++-  -----n+-  -           GET  /v1/audit/completeness/disagreements?limit=1
read_alerts           audit       200  ------+-  ------+-  -           GET  /v1/audit/alerts
agree_engagement      audit       201  ------+-  ------+-  engagement  POST /v1/audit/engagements
end_engagement        audit       428  ------+-  ------+-  ending      POST /v1/audit/engagements/{engagement}/endings
read_engagements      audit       200  -----++-  -----++-  -           GET  /v1/audit/engagements
request_export        audit       201  -----++-  -----n+-  export      POST /v1/audit/exports
read_exports          audit       200  -----++-  -----n+-  -           GET  /v1/audit/exports/{export}
fetch_export          audit       200  -----++-  -----n+-  -           GET  /v1/audit/exports/{export}/content
cancel_export         audit       428  -----++-  -----n+-  nothing     POST /v1/audit/exports/{export}/cancellations
read_feed             audit       200  -------+  -------n  -           GET  /v1/feeds/audit?wait=0&limit=1
"""


def _row(line: str) -> Row:
    operation, service, status, tied, untied, body, request = line.split(None, 6)
    return Row(
        operation, service, request, int(status), tied, untied, None if body == "-" else body
    )


ROWS = [_row(line) for line in TABLE.strip().splitlines()[1:]]


@dataclass(frozen=True)
class Case:
    """The things asked for, and the bodies that go with them."""

    client: Client
    ids: dict[str, str]
    bodies: dict[str, Any]

    def asked(self, row: Row, role: str, tied: bool) -> Answer:
        method, path = row.request.split()
        body = self.bodies[row.body] if row.body else None
        by = _probe(role, tied)
        return self.client.call(method, row.service, path.format(**self.ids), by, body)


def _probe(role: str, tied: bool) -> str:
    return f"{'tied' if tied else 'untied'}-{role}"


@pytest.fixture(scope="module")
def case(client: Client) -> Case:
    for tied, team in ((True, "north-cmht"), (False, "west-cmht")):
        for role in ROLES:
            scope = "system/*.cruds ledger.read" if tied else ""
            probe = _probe(role, tied)
            client.tokens[probe] = signed(
                client, sub=probe, roles=[role], teams=[], scope=scope, exp=2_000_000_000
            )
            if role in STAFF:
                assert client.put_worker(probe, teams=[team], registrations=NMC).status == 201
    engagement = _engagement(client, _probe("auditor", True))
    assert client.on_duty("north-cmht", []).status in (200, 201)
    client.tokens["table-manager"] = signed(
        client, sub="table-manager", roles=["team_manager"], teams=["table-cmht"]
    )
    assert client.put_policy("table-cmht", "table-manager", late_after_hours=12).status == 201
    places = "/v1/policies/referrals/table-cmht"
    fewer = client.call("PUT", "referrals", places, "table-manager", {"caseload_limit": 10})
    assert fewer.status == 201, fewer.body
    kinds = "/v1/policies/supervision/table-cmht"
    sooner = client.call("PUT", "supervision", kinds, "table-manager", {"sign_within_days": 7})
    assert sooner.status == 201, sooner.body
    person, other = client.service_user(), client.service_user()
    referral = client.referral(person)
    note = client.note(person)
    glass = {"service_user_id": other, "reason_code": "emergency", "reason": "Found unwell."}
    override = client.post("notes", "/v1/access-overrides", "nurse-9", glass)
    outside = [{"boundary": "counselling", "class": "outside_role"}]
    crossed = client.note(person, boundary_activities=outside).body["id"]
    queries = client.get("notes", f"/v1/boundary-queries?note_id={crossed}", "str-worker-1")
    session = client.post("notes", "/v1/group-sessions", "str-worker-1", _session(person))
    ids = {
        **supervised_table(
            client, _probe("registered_practitioner", True), _probe("supervisor", True)
        ),
        "query": queries.body["items"][0]["id"],
        "session": session.body["id"],
        "person": person,
        "note": note.body["id"],
        "concern": client.concern(person).body["id"],
        "referral": referral.body["id"],
        "override": override.body["id"],
        "engagement": engagement.body["id"],
        "onward": onward(client, person, by="nurse-1").body["id"],
        "unmet": unmet(client, person, by="nurse-1").body["id"],
        "issue": raised(client, "str-worker-1").body["id"],
        **confided_table(client, person),
        **{
            name: kept(client, person, kind).body["id"]
            for name, kind in (
                ("plan", "plans"), ("goal", "goals"), ("carer", "carers"),
                ("alert", "visit-alerts"),
            )
        },
    }  # fmt: skip
    ids["development"] = planned(client, _probe("str_worker", True)).body["id"]
    assert agency(client, "table-advice").status == 201
    bodies = _bodies(person, note.body["digest"], glass, engagement)
    bodies |= supervised_bodies(ids)
    bodies["export"] = {"kind": "person", "service_user_id": person, "purpose": "audit"}
    ids["export"] = exported(client, _probe("auditor", True), **bodies["export"]).body["id"]
    bodies["merge"] = {"into": other, "reason": "Registered twice."}
    return Case(client, ids, bodies)


def _engagement(client: Client, auditor_id: str) -> Answer:
    body = {
        "auditor_id": auditor_id,
        "purpose": "Quarterly record-keeping audit.",
        "approver_id": "ig-lead-2",
        "ends_at": "2027-06-30T00:00:00Z",
    }
    made = client.post("audit", "/v1/audit/engagements", "ig-lead-1", body)
    assert made.status == 201, made.body
    return made


def _session(person: str) -> dict[str, Any]:
    entry = {"service_user_id": person, "attendance": "attended", "narrative": "Painted."}
    return {
        "activity": "arts",
        "occurred_at": "2026-11-19T14:00:00Z",
        "setting": "community",
        "functions": ["ordinary_lives"],
        "entries": [entry],
    }


def _bodies(
    person: str, digest: str, glass: dict[str, str], engagement: Answer
) -> dict[str, dict[str, Any]]:
    worker = {"name": "x", "job_title": "x", "employer": "x", "teams": ["north-cmht"]}
    asked = ("auditor_id", "purpose", "approver_id", "ends_at")
    return {
        "note": note_body(person),
        "concern": {
            "service_user_id": person, "kind": "risk", "urgency": "routine",
            "description": "Gas left on.",
        },
        "alert": {"service_user_told": False, "not_told_reason": "Can't be found."},
        "plan": {"plan": "Visit today."},
        "outcome": {"outcome": "Seen."},
        "amendment": {"reason": "A slip.", "duration_minutes": 20},
        "signature": {"basis": "validated", "digest": digest},
        "question": {"question": "Which letter was it?"},
        "answer": {"answer": "The one about rent."},
        "duty": {"duty": "countersign", "staff_id": "nurse-1", "reason": "On leave."},
        "addendum": {"text": "The letter was dated the 2nd."},
        "retraction": {"kind": "entered_in_error", "reason": "It did not happen."},
        "nothing": {},
        "session": _session(person),
        "glass": glass,
        "rules": {},
        "approval": {"decision": "approved"},
        "review": {"outcome": "justified", "reason": "As it was told."},
        "person": {
            "name": {"given": ["Service User"], "family": "One"},
            "date_of_birth": "1985-04-12",
            "team_id": "north-cmht",
        },
        "particulars": {"ethnicity": "Z"},
        "plan_made": BODIES["plans"],
        "plan_review": {"outcome": "continued"},
        "goal": BODIES["goals"],
        "progress": {"progress": "achieved"},
        "carer": BODIES["carers"],
        "main_carer": {"main_carer": True},
        "sharing": BODIES["sharing-preferences"],
        "visit_alert": BODIES["visit-alerts"],
        "alert_over": {"outcome": "ended"},
        "search": {"nhs_number": "9990000026"},
        "restriction": {
            "restricted": True, "named_staff": [], "excluded_staff": [], "reason": "Asked for.",
        },
        "referral": {
            "service_user_id": person,
            "received_at": "2026-11-19T09:00:00Z",
            "source": "cmht",
            "reason": "Wants help to keep the tenancy.",
            "needs": ["housing"],
            "goals": [],
            "urgency": "routine",
            "referrer": {"name": "A referrer"},
        },
        "decision": {"outcome": "accepted", "rationale": "Fits the team."},
        "findings": {"findings": "Two visits."},
        "information": {"information": "Since May."},
        "withdrawal": {"reason_code": "moved", "reason": "Has moved."},
        "allocation": {"worker_id": "str-worker-1"},
        "transfer": {"worker_id": "str-worker-1", "handover": "Prefers to be called first."},
        "handover": {"decision": "accepted"},
        "closure": {"outcome": "goals_met", "summary": "Keeps the tenancy."},
        "agency": {"name": "Table Advice", "kinds": ["citizens_advice"]},
        "onward": {
            "service_user_id": person, "agency": {"name": "The allotment", "kind": "other"},
            "reason": "Wants to grow things.", "consent": True,
        },
        "onward_known": {"acknowledged_on": "2026-11-19"},
        "onward_end": {"outcome": "support_received", "known_on": "2026-11-19"},
        "unmet": {"service_user_id": person, "need": "transport", "why": "no_service"},
        "met": {"met_on": "2026-11-19"},
        "worker": worker,
        "workers": {"items": [{"staff_id": "str-worker-1", **worker}]},
        "training": {
            "course": "record_keeping", "completed_on": "2026-01-05", "evidence": "Seen.",
        },
        "competence": {
            "activity": "record_keeping", "assessed_on": "2026-01-05", "basis": "Read together.",
        },
        "revocation": {"reason": "Not kept up."},
        "rota": {"shifts": []},
        **confided_bodies(person),
        "engagement": {
            **{name: engagement.body[name] for name in asked}, "auditor_id": "auditor-7",
        },
        "ending": {"reason": "Done."},
        "objective": OBJECTIVE,
        "develop": {
            "worker_id": "tied-str_worker", "review_on": "2099-01-31", "objectives": [OBJECTIVE],
        },
        "issue": {"team_id": "north-cmht", "description": "Visits are booked back to back."},
        "other_route": {"route": "care_coordination", "reason": "Theirs."},
    }  # fmt: skip


def test_the_table_has_a_row_for_every_operation() -> None:
    known = {
        (service, operation.name)
        for service in SERVICES
        for _, operation in routes(service)
        if operation
    }
    assert sorted((row.service, row.operation) for row in ROWS) == sorted(known)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.service} {row.operation}")
async def test_who_may(case: Case, row: Row) -> None:
    for tied, stated in ((True, row.tied), (False, row.untied)):
        found = "".join(_sign(case.asked(row, role, tied), row) for role in ROLES)
        assert found == stated, f"{row.operation}, {'tied' if tied else 'untied'}"


def _sign(answer: Answer, row: Row) -> str:
    if answer.status == row.status:
        return "+"
    assert answer.status == 403, (answer.status, answer.body)
    return "-" if answer.code == "role_not_permitted" else "n"
