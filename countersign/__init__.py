"""The command line: runs services, the local stack, and what operators do to them."""
