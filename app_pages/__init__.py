"""Pages of the app: controls -> frozen view -> cached data -> drawing."""
