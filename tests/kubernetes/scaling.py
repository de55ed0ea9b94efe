"""How many pods there are, where they are put, and how many may go at once."""

from tests.kubernetes.objects import Object, Pod, named, of, pods, selects


def autoscalers(objects: list[Object]) -> list[str]:
    """Autoscalers without room, of nothing, or against the number their workload gives itself."""
    found = []
    workloads = {named(each): each for each in of(objects, "Deployment", "StatefulSet")}
    for each in of(objects, "HorizontalPodAutoscaler"):
        spec, target = each["spec"], each["spec"]["scaleTargetRef"]
        workload = workloads.get(f"{target['kind']} {target['name']}")
        if not 1 <= spec["minReplicas"] <= spec["maxReplicas"]:
            found.append(f"{named(each)}: from {spec['minReplicas']} to {spec['maxReplicas']}")
        if workload is None:
            found.append(f"{named(each)} scales nothing")
            continue
        if "replicas" in workload["spec"]:
            found.append(f"{named(workload)} sets its number back at each apply")
        for pod in pods([workload]):
            if any("cpu" not in c.get("resources", {}).get("requests", {}) for c in pod.containers):
                found.append(f"{named(each)}: its use of processors is a share of nothing")
    return found


def least(objects: list[Object], pod: Pod) -> int:
    """How few pods of a workload there may be."""
    for each in of(objects, "HorizontalPodAutoscaler"):
        target = each["spec"]["scaleTargetRef"]
        if f"{target['kind']} {target['name']}" == pod.name:
            return int(each["spec"]["minReplicas"])
    return int(pod.owner["spec"].get("replicas", 1))


def budgets(objects: list[Object]) -> list[str]:
    """Budgets that no drain could keep, and workloads of several pods that may all go at once."""
    found = []
    for each in of(objects, "PodDisruptionBudget"):
        spec = each["spec"]
        for pod in pods(objects):
            if selects(spec["selector"], pod.labels) and _may_go(spec, least(objects, pod)) < 1:
                found.append(f"{named(each)} holds up every drain: none of {pod.name} may go")
    for pod in pods(objects):
        several = pod.owner["kind"] in ("Deployment", "StatefulSet") and least(objects, pod) > 1
        covering = [
            b
            for b in of(objects, "PodDisruptionBudget")
            if selects(b["spec"]["selector"], pod.labels)
        ]
        if several and len(covering) != 1:
            found.append(f"{pod.name} has {len(covering)} disruption budgets")
        found += [
            f"{named(budget)} lets all of {pod.name} go at once"
            for budget in covering
            if several and _may_go(budget["spec"], least(objects, pod)) >= least(objects, pod)
        ]
    return found


def _may_go(spec: Object, replicas: int) -> int:
    if "maxUnavailable" in spec:
        return int(spec["maxUnavailable"])
    return replicas - int(spec["minAvailable"])


def spread(objects: list[Object]) -> list[str]:
    """Pods that may all be on one node; and rules of spreading that a drain or a roll-out would
    wait for: those that count nodes which take nothing, or the pods of the last release."""
    found = []
    for pod in pods(objects):
        rules = pod.spec.get("topologySpreadConstraints", [])
        for rule in rules:
            where = f"{pod.name}, by {rule['topologyKey']}:"
            if not selects(rule.get("labelSelector"), pod.labels):
                found.append(f"{where} spreads others' pods")
            if rule.get("nodeTaintsPolicy") != "Honor":
                found.append(f"{where} counts nodes that are drained")
            by_release = "pod-template-hash" in rule.get("matchLabelKeys", [])
            if by_release != (pod.owner["kind"] == "Deployment"):
                found.append(f"{where} a roll-out counts as one with the last")
        if least(objects, pod) > 1 and pod.owner["kind"] in ("Deployment", "StatefulSet"):
            keys = {rule["topologyKey"] for rule in rules} | _apart(pod)
            for key in {"kubernetes.io/hostname", "topology.kubernetes.io/zone"} - keys:
                found.append(f"{pod.name} is not spread by {key}")
    return found


def _apart(pod: Pod) -> set[str]:
    rules = pod.spec.get("affinity", {}).get("podAntiAffinity", {})
    required = rules.get("requiredDuringSchedulingIgnoredDuringExecution", [])
    return {each["topologyKey"] for each in required if selects(each["labelSelector"], pod.labels)}


def roll_outs(objects: list[Object]) -> list[str]:
    """Roll-outs that go below what is there, or that can't go at all."""
    found = []
    for each in of(objects, "Deployment"):
        strategy = each["spec"].get("strategy", {})
        rolling = strategy.get("rollingUpdate", {})
        if strategy.get("type") == "Recreate":
            if each["spec"].get("replicas", 1) != 1:
                found.append(f"{named(each)} is away at each roll-out")
        elif not strategy and each["spec"].get("replicas") == 1:
            continue  # a quarter of one, rounded down, is none
        elif rolling.get("maxUnavailable") != 0 or not rolling.get("maxSurge"):
            found.append(f"{named(each)} rolls out by {rolling}")
        if each["spec"].get("revisionHistoryLimit", 10) > 5:
            found.append(f"{named(each)} keeps every old revision")
    return found


OTHERS = 20
"""Connections of a leading worker, a migration, replication, metrics and whoever looks in."""


def connections(objects: list[Object], pool: int) -> list[str]:
    """Databases that could not take all pods of their service at once, each with its pool and its
    writer: in a roll-out one more than usual."""
    found = []
    for each in of(objects, "Cluster"):
        service = each["metadata"]["name"].partition("-db")[0]
        most = sum(
            _most(objects, pod) + 1
            for pod in pods(objects)
            if pod.owner["kind"] == "Deployment"
            and pod.labels.get("app.kubernetes.io/name") == service
        ) * (pool + 1)
        given = (
            each["spec"].get("postgresql", {}).get("parameters", {}).get("max_connections", "100")
        )
        if most > int(given) - OTHERS:
            found.append(f"{named(each)} takes {given} connections, and its service up to {most}")
    return found


def _most(objects: list[Object], pod: Pod) -> int:
    for each in of(objects, "HorizontalPodAutoscaler"):
        if each["spec"]["scaleTargetRef"]["name"] == pod.owner["metadata"]["name"]:
            return int(each["spec"]["maxReplicas"])
    return int(pod.owner["spec"].get("replicas", 1))
