"""What the three sandboxes share: server, store, clock, faults, limits, ledger, control, pages."""
