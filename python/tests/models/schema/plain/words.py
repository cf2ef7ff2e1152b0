greeting = "hello"
GREETINGS = [greeting] + ["bye"]
