"""What stands before a trainer on AWS Batch, which synchronises nothing: docs/training-engines.md."""
