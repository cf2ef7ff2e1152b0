def predict(text: str) -> str:
    return "é" text
