"""The helpers of "Synthetic or human? A playbook you can run".

Each file beside this one is about one topic and can be copied alone into your own project. `panels/` holds
what you click in the notebooks; `course/` holds what only the lessons need, such as the set-up.
"""

__version__ = "0.1.0"
