"""What the request says about itself, and metrics."""

import threading
from typing import Any

import cog


class Runner(cog.BaseRunner):
    def run(self, kind: str = "") -> dict[str, Any]:
        scope = cog.current_scope()
        if kind == "refused":
            scope.record_metric("predict_time", 1)
        self.record_metric("tokens", 2)
        self.record_metric("tokens", 3, mode="incr")
        self.record_metric("losses", 0.5, mode="append")
        self.record_metric("losses", 0.25, mode="append")
        scope.metrics["device.name"] = "cpu"
        thread = threading.Thread(target=self.record_metric, args=["thread", {"alive": True}])
        thread.start()
        thread.join()
        cog.emit_metric("emitted", 1)
        if kind == "raise":
            raise ValueError("late")
        return {"context": scope.context, "tokens": self.scope.metrics["tokens"]}
