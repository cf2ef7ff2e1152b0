from cog import Input
SET = {"a", "b"}

def predict(
    a: str = Input(choices=[]),
    b: str = Input(choices=[1, 2]),
    c: str = Input(choices=["a", "b"], default="c"),
    d: float = Input(choices=[1.5, 2.5]),
    e: str = Input(choices=SET),
    f: str = Input(choices=list(SET)),
    g: str = Input(choices="ab"),
    h: str = Input(choices=()),
    i: bool = Input(choices=[True, False]),
    j: str = Input(choices=[["a"], ["b"]]),
) -> str: ...
