"""Tasks that come with the trainer."""
