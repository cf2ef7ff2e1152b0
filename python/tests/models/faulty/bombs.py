from typing import Union
from cog import BaseModel
from parts.fork import LEAF

class A0(BaseModel): x: int
class A1(BaseModel): a: A0; b: A0; c: A0; d: A0
class A2(BaseModel): a: A1; b: A1; c: A1; d: A1
class A3(BaseModel): a: A2; b: A2; c: A2; d: A2
class A4(BaseModel): a: A3; b: A3; c: A3; d: A3
class A5(BaseModel): a: A4; b: A4; c: A4; d: A4
class A6(BaseModel): a: A5; b: A5; c: A5; d: A5
class A7(BaseModel): a: A6; b: A6; c: A6; d: A6

def predict(a: int = LEAF) -> A7: ...
