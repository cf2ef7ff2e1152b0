from parts.circle import Circle
