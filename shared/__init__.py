"""What the four services share: kernel, contracts, event store and platform."""
