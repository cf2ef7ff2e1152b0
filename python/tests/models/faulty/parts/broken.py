class Size(
