'''
class Predictor: ...
'''
# class Predictor
def make():
    class Predictor: ...

class Other:
    class Predictor: ...
x.Predictor = 1
Predictor: type
