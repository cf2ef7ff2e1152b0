"""Reads what a model takes and gives, as an OpenAPI 3.0.2 document, from its source text alone.

Nothing of the user's is imported or run (module _ast), so it works on a machine without the
model's packages, in milliseconds; it runs on every build, from a wheel that Python compiles each
time, so that what few models need, and module typing, is imported where it is needed. What cannot
be known from the text is refused with its place and a fix, never guessed. The shape of the document
is that of Cog: paths, Input, Output, PredictionRequest, PredictionResponse, Status.

Codes of its messages, `predict.py:12:5: error: … [schema.type]`:

    schema.config      the cog/config-1 document cannot be read
    schema.reference   `predict: FILE:NAME` names no such file, class or function
    schema.syntax      the file is not Python
    schema.signature   predict() is missing, doubled, or has a parameter that cannot be an input
    schema.type        the type of an input or of a field is missing, unknown or not supported
    schema.output      the type of the output is missing or not supported
    schema.value       a default, bound, description or choice is not a constant that can be read
    schema.input       arguments of Input() that do not exist or do not fit the type or each other
"""

from cog.schema.document import read

__all__ = ["read"]
