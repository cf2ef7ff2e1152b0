SIZES = ["c", "d"]
DEFAULT = "d"
