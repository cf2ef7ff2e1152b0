from . import sibling
from parts import absent
from parts.broken import Size
from parts.circle import Circle
from parts.missing import Type

def predict(a: sibling.Type, b: absent, c: Size, d: Circle, e: Type) -> str: ...
