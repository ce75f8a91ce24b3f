"""The rules of keeping books elsewhere in step: pure, without database or network."""
