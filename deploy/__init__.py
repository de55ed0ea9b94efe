"""How Countersign is run: the Kubernetes manifests and the one-machine stack."""
