"""What tests stand on: servers, databases, processes, a browser."""
