"""A SageMaker serving container for ONNX classifiers on tabular data."""
