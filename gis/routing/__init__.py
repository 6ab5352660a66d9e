"""Searches over arrays: quickest paths in road graphs and journeys in timetables."""
