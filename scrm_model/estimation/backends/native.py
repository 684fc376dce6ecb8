"""Our own engine behind the common door."""

from scrm_model.estimation.discrepancy.contract import FIML
from scrm_model.estimation.optimise.constraints import Constraints
from scrm_model.estimation.optimise.incomplete import solve_incomplete
from scrm_model.estimation.optimise.problem import Problem
from scrm_model.estimation.optimise.solve import Solution, solve
from scrm_model.estimation.optimise.start import Starts


def solve_problem(problem: Problem, constraints: Constraints, starts: Starts) -> Solution:
    """Find the minimum of F by Newton steps or by what it takes, or from that of complete data.

    Parameters
    ----------
    problem : Problem
        A stack of one.
    constraints : Constraints
    starts : Starts

    Returns
    -------
    Solution
    """
    if problem.discrepancy is FIML:
        return solve_incomplete(problem, constraints, starts)
    return solve(problem, constraints, starts)
