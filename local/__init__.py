"""The local cloud: emulators behind one loopback endpoint, so that a CDK app deploys and runs without an account."""
