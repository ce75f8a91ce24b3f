"""What accounting hooks into lower floors, by concern; called once from `AppConfig.ready`."""
