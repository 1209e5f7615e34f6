"""A SageMaker training container: distributed PyTorch that survives interruption."""
