"""The typed tables of ``seeds/``: documents, zones, projects, goals, registers, parameters."""
