"""What refers to something by its labels, its name or its ports."""

from collections.abc import Iterator

from tests.kubernetes.objects import Object, Pod, databases, named, namespace_of, of, pods, selects


def selectors(objects: list[Object]) -> list[str]:
    """Selectors that take nothing; of a workload, those that don't take its own pods."""
    found = []
    everything = [*pods(objects), *databases(objects)]
    for each in of(objects, "Deployment", "StatefulSet", "DaemonSet"):
        template = each["spec"]["template"]["metadata"].get("labels", {})
        if not selects(each["spec"]["selector"], template):
            found.append(f"{named(each)} doesn't select its own pods")
        if sum(selects(each["spec"]["selector"], pod.labels) for pod in everything) != 1:
            found.append(f"{named(each)} selects others' pods")
    for each, selector in _selecting(objects):
        if not any(selects(selector, pod.labels) for pod in everything):
            found.append(f"{named(each)} selects nothing")
    for each in of(objects, "ServiceMonitor"):
        services = of(objects, "Service")
        if not any(
            selects(each["spec"]["selector"], s["metadata"].get("labels", {})) for s in services
        ):
            found.append(f"{named(each)} selects nothing")
    return found


def _selecting(objects: list[Object]) -> Iterator[tuple[Object, Object]]:
    for each in of(objects, "Service"):
        yield each, {"matchLabels": each["spec"]["selector"]}
    for each in of(objects, "PodDisruptionBudget", "PodMonitor"):
        yield each, each["spec"]["selector"]
    for each in of(objects, "NetworkPolicy"):
        if each["spec"]["podSelector"]:
            yield each, each["spec"]["podSelector"]


def ports(objects: list[Object]) -> list[str]:
    """Ports that nobody listens on."""
    found = []
    for each in of(objects, "Service"):
        for pod in _behind(objects, each):
            for port in each["spec"]["ports"]:
                target = port.get("targetPort", port["port"])
                if target not in pod.ports and target not in pod.ports.values():
                    found.append(f"{named(each)}: {pod.name} has no port {target}")
    for each, service, port in _backends(objects):
        known = [s for s in of(objects, "Service") if s["metadata"]["name"] == service]
        if not known:
            found.append(f"{named(each)} leads to no service {service}")
        elif port not in {p[by] for p in known[0]["spec"]["ports"] for by in ("name", "port")}:
            found.append(f"{named(each)}: service {service} has no port {port}")
    for each in of(objects, "ServiceMonitor"):
        named_ports = {
            port["name"]
            for service in of(objects, "Service")
            if selects(each["spec"]["selector"], service["metadata"].get("labels", {}))
            for port in service["spec"]["ports"]
        }
        for endpoint in each["spec"]["endpoints"]:
            if endpoint["port"] not in named_ports:
                found.append(f"{named(each)}: no service has a port {endpoint['port']}")
    return found


def _behind(objects: list[Object], service: Object) -> list[Pod]:
    selector = {"matchLabels": service["spec"]["selector"]}
    return [pod for pod in pods(objects) if selects(selector, pod.labels)]


def _backends(objects: list[Object]) -> Iterator[tuple[Object, str, object]]:
    for each in of(objects, "HTTPRoute"):
        for rule in each["spec"]["rules"]:
            for backend in rule.get("backendRefs", []):
                yield each, backend["name"], backend["port"]
    for each in of(objects, "Ingress"):
        for rule in each["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                service = path["backend"]["service"]
                yield each, service["name"], next(iter(service["port"].values()))


def accounts(objects: list[Object]) -> list[str]:
    """Pods whose account isn't there."""
    known = {
        (namespace_of(each), each["metadata"]["name"]) for each in of(objects, "ServiceAccount")
    }
    return [
        f"{pod.name}: there is no account {pod.spec.get('serviceAccountName')}"
        for pod in pods(objects)
        if (pod.namespace, pod.spec.get("serviceAccountName")) not in known
    ]


def volumes(objects: list[Object]) -> list[str]:
    """Mounts of nothing, and volumes that nobody mounts."""
    found = []
    for pod in pods(objects):
        claimed = pod.owner["spec"].get("volumeClaimTemplates", [])
        there = {each["name"] for each in pod.spec.get("volumes", [])}
        there |= {each["metadata"]["name"] for each in claimed}
        used = {mount["name"] for each in pod.containers for mount in each.get("volumeMounts", [])}
        found += [f"{pod.name} mounts {name}, which it hasn't" for name in sorted(used - there)]
        found += [f"{pod.name} has {name} and mounts it nowhere" for name in sorted(there - used)]
        for each in pod.containers:
            paths = [mount["mountPath"] for mount in each.get("volumeMounts", [])]
            if len(paths) != len(set(paths)):
                found.append(f"{pod.name}: {each['name']} mounts two things at one place")
        claims = {each["metadata"]["name"] for each in of(objects, "PersistentVolumeClaim")}
        for volume in pod.spec.get("volumes", []):
            claim = volume.get("persistentVolumeClaim", {}).get("claimName")
            if claim and claim not in claims:
                found.append(f"{pod.name}: there is no claim {claim}")
    return found
