"""What templates can say about accounts."""
