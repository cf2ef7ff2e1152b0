"""Tells its secret in every way that it can."""

import sys

from cog import BasePredictor, Secret


class Predictor(BasePredictor):
    def predict(self, token: Secret, fail: bool = False) -> str:
        value = token.get_secret_value()
        sys.stdout.write(f"the token is {value[:3]}")
        sys.stdout.flush()
        print(value[3:])
        if fail:
            raise ValueError(f"wrong token {value}")
        return "done"
