import torch
from cog import BaseModel, Input

class Inner(BaseModel):
    tensor: torch.Tensor

class Output(BaseModel):
    inner: list[Inner]

def predict(text: str) -> Output: ...
