"""What the ledger takes: appending, proofs, a person's timeline, and making it all again."""
