"""Published events: one module per producer. JSON Schemas and AsyncAPI are generated from these."""
