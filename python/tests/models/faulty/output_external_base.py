from transformers.utils import ModelOutput

class Output(ModelOutput):
    text: str

def predict(text: str) -> Output: ...
