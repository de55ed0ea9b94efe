"""What a service with team policies is given: tables, use cases, models and routes (ADR 12).

The rules of dating and of two people are `shared.kernel.team_policy`.
"""
