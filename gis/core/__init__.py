"""What every other package stands on: errors, text, units, CRS, column names, files."""
