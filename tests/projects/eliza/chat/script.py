"""The rules, the most particular first."""

MOODS = {"calm": "", "curious": "Interesting. ", "formal": "I see. "}
DEFAULT = list(MOODS)[0]
REFLECTIONS = {"i": "you", "my": "your", "me": "you", "am": "are", "you": "I", "your": "my"}
RULES = [
    (r"\bi need (.+)", ["Why do you need {0}?", "Would it really help you to get {0}?"]),
    (r"\bi am (.+)", ["How long have you been {0}?", "Why are you {0}?"]),
    (r"\bmy (\w+)", ["Tell me more about your {0}."]),
]
