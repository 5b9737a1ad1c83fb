"""@exercise("09a") is an example."""


@exercise("00a", takes="number", wrong=[1])
def _good(answer):
    return None


@exercise("00b", takes="number", wrong=[1])
def _not_asked(answer):
    return None


@exercise("00c", takes="number", wrong=[1])
def _twice(answer):
    return None


@exercise("00d", takes="number", wrong=[1])
def _not_solved(answer):
    return None


@exercise("00e", takes="number", wrong=[1])
def _not_checked(answer):
    return None


@exercise("01a", takes="number", wrong=[1])
def _elsewhere(answer):
    return None
