import torch


def predict(text: str) -> str:
    return str(torch.ones(1).to("cuda"))
