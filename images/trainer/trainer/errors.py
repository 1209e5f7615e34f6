"""How the trainer refuses: one exception, whose message is the reason that SageMaker shows."""


class TrainingError(Exception):
    """Training cannot start or go on; the message is written to output/failure."""
