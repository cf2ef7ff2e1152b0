class Limits:
    MAX = 10 * 2
