from cog import BaseModel, Input
from pydantic import BaseModel as Pydantic, Field

TEXT = input()

class Output(BaseModel):
    label: str = Input(description="The label")

class Other(Pydantic):
    label: str = Field(description=TEXT)
    output: Output

def predict(text: str) -> Other: ...
