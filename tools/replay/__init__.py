"""The built functions in AWS's runtime interface emulator: single events, sam local, and the README's tour."""
