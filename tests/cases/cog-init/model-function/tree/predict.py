def load() -> str:
    return "hello"


def run(text: str) -> str:
    return f"{load()} {text}"
