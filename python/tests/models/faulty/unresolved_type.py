from diffusers import Output
from numpy.typing import NDArray

def predict(image: NDArray, other: "list[Output]", plain: Nope) -> Output: ...
