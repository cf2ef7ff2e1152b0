import os
import subprocess

command = ["git", "clone", "https://example.com/x"]
subprocess.run(command, check=True)
for tool in ["curl"]:
    subprocess.run([tool])
text = "wget"
text = text + " x"
os.system(text)
from cog import BasePredictor


class Predictor(BasePredictor):
    def predict(self, text: str) -> str:
        return text
