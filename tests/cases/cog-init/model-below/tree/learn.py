class Trees:
    def predict(self, rows):
        return rows
