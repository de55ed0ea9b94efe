"""What several tests need: real engines, a client that speaks as a persona, builders."""
