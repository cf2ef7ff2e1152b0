CURRENCIES = [code.upper() for code in ("eur", "usd")]
