from pathlib import Path

Answer = int | Path

def predict(text: str) -> Answer: ...
