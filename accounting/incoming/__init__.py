"""What comes in from the accounting system: each object is taken over here by the verbs of Wharf.

`handlers` hands out by kind; beside it one module for each kind of thing, and `taking_over`, which
all of them share.
"""
