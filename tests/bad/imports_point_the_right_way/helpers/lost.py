"""Count things, and say how many there are.

Stop using it for large things (go to a package).

Sources: none.
Needs: numpy, scikit-learn. Licence: MIT.

Three lines:

    import lost
    things = [1, 2]
    print(lost.count(things))
"""

import math

import pandas
from sklearn.svm import SVC

from .good import count

# as in helpers.course
