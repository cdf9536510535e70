"""Emergency access: one case, a reason, sixty minutes, told at once and reviewed (45 CFR 164.312(a)(2)(ii))."""
