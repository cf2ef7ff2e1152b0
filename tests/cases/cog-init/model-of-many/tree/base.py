import cog


class Base:
    def predict(self) -> str:
        return ""
