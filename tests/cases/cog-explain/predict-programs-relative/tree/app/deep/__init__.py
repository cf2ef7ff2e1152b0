from ..far import y
