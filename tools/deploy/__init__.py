"""The whole template on an emulator of AWS."""
