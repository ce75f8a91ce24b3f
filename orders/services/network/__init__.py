"""What a received envelope becomes: one module per document, registered in `OrdersConfig.ready`."""
