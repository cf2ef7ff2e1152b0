"""As written for Cog 0.16: a health check, deprecated inputs, None and unions as outputs."""

from typing import Any, Dict, List, Union

from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def healthcheck(self) -> bool:
        return True

    def predict(
        self,
        what: Union[str, List[int]],
        old: str = Input(default="", deprecated=True),
        options: Dict[str, Any] = Input(default={}),
    ) -> Union[str, List[int], None]:
        return what or None
