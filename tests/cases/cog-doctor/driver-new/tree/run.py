class Predictor:
    def run(self, text: str) -> str:
        return text
