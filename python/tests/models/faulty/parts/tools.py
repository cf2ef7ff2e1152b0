def hides(function):
    def wrapper(**values):
        return function(**values)
    return wrapper
