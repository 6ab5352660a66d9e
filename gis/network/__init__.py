"""Networks: roads and public transport of one year."""
