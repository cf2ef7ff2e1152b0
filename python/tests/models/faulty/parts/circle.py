from parts.round import Circle
