"""Indices against published tables and printed output of other programs, and by identities."""

import math
from itertools import product

import pytest

from scrm_model.survey.content import indices, sorting

# Polit, Beck and Owen (2007), table of I-CVIs: experts, agreeing, I-CVI, p_c, κ*, reading. They
# compute from the rounded numbers; p_c of 5 of 5 is printed .041 and is left out.
POLIT = [
    (3, 3, 1.00, 0.125, 1.00, "excellent"),
    (3, 2, 0.67, 0.375, 0.47, "fair"),
    (4, 4, 1.00, 0.063, 1.00, "excellent"),
    (4, 3, 0.75, 0.250, 0.67, "good"),
    (5, 4, 0.80, 0.156, 0.76, "excellent"),
    (6, 6, 1.00, 0.016, 1.00, "excellent"),
    (6, 5, 0.83, 0.094, 0.81, "excellent"),
    (6, 4, 0.67, 0.234, 0.57, "fair"),
    (7, 7, 1.00, 0.008, 1.00, "excellent"),
    (7, 6, 0.86, 0.055, 0.85, "excellent"),
    (7, 5, 0.71, 0.164, 0.65, "good"),
    (8, 8, 1.00, 0.004, 1.00, "excellent"),
    (8, 7, 0.88, 0.031, 0.88, "excellent"),
    (8, 6, 0.75, 0.109, 0.72, "good"),
    (9, 9, 1.00, 0.002, 1.00, "excellent"),
    (9, 8, 0.89, 0.020, 0.89, "excellent"),
    (9, 7, 0.78, 0.070, 0.76, "excellent"),
]


@pytest.mark.parametrize(("n", "agreeing", "i_cvi", "chance", "kappa", "reading"), POLIT)
def test_modified_kappa_of_polit_beck_and_owen(n, agreeing, i_cvi, chance, kappa, reading):
    # Half a unit of the last digit printed; p_c of 8 of 9, .0176, is printed .020.
    assert indices.chance_agreement(n, agreeing) == pytest.approx(
        chance, abs=0.0025 if (n, agreeing) == (9, 8) else 5.1e-4
    )
    assert agreeing / n == pytest.approx(i_cvi, abs=0.0051)
    # Their arithmetic on the printed numbers gives their κ*; exact numbers differ by .01 at most.
    assert (i_cvi - chance) / (1 - chance) == pytest.approx(kappa, abs=0.0051)
    assert indices.modified_kappa(n, agreeing) == pytest.approx(kappa, abs=0.0095)
    assert indices.kappa_reading(indices.modified_kappa(n, agreeing)) == reading


# Ayre and Scally (2014), table of critical values: experts, experts needed, CVR.
AYRE = [
    (5, 5, 1.000), (6, 6, 1.000), (7, 7, 1.000), (8, 7, 0.750), (9, 8, 0.778), (10, 9, 0.800),
    (11, 9, 0.636), (12, 10, 0.667), (13, 10, 0.538), (14, 11, 0.571), (15, 12, 0.600),
    (16, 12, 0.500), (17, 13, 0.529), (18, 13, 0.444), (19, 14, 0.474), (20, 15, 0.500),
    (21, 15, 0.429), (22, 16, 0.455), (23, 16, 0.391), (24, 17, 0.417), (25, 18, 0.440),
    (26, 18, 0.385), (27, 19, 0.407), (28, 19, 0.357), (29, 20, 0.379), (30, 20, 0.333),
    (31, 21, 0.355), (32, 22, 0.375), (33, 22, 0.333), (34, 23, 0.353), (35, 23, 0.314),
    (36, 24, 0.333), (37, 24, 0.297), (38, 25, 0.316), (39, 26, 0.333), (40, 26, 0.300),
]  # fmt: skip


@pytest.mark.parametrize(("n", "count", "cvr"), AYRE)
def test_critical_cvr_of_ayre_and_scally(n, count, cvr):
    assert indices.critical_count(n) == count
    assert indices.critical_cvr(n) == pytest.approx(cvr, abs=5.1e-4)


def test_a_panel_can_be_too_small_for_a_critical_value():
    assert indices.critical_count(4) is None
    assert indices.critical_cvr(4) is None
    assert sorting.critical_p_sa(4) is None
    assert sorting.critical_c_sv(4) is None
    assert indices.critical_count(4, alpha=0.10) == 4


def test_cvr_is_one_zero_and_minus_one():
    assert [indices.content_validity_ratio(10, k) for k in (0, 5, 10)] == [-1, 0, 1]


# Printed by contentvalidR 0.7 (its page on expert panels): CVR and exact p of 12, 8 and 9 experts.
@pytest.mark.parametrize(
    ("n", "essential", "cvr", "p"),
    [(12, 10, 0.67, 0.019), (12, 8, 0.33, 0.194), (12, 6, 0.00, 0.613), (12, 11, 0.833, 0.003),
     (8, 8, 1.00, 0.004), (8, 5, 0.25, 0.363), (9, 8, 0.78, 0.020), (9, 7, 0.56, 0.090)],
)  # fmt: skip
def test_cvr_and_its_p_as_another_program_prints_them(n, essential, cvr, p):
    assert indices.content_validity_ratio(n, essential) == pytest.approx(cvr, abs=0.005)
    assert indices.binomial_tail(n, essential) == pytest.approx(p, abs=5.1e-4)


# Aiken (1985), table 1: raters, points, smallest V with a right-tail probability up to .05, its p.
AIKEN = [
    (5, 4, 0.87, 0.021), (7, 4, 0.76, 0.045), (8, 4, 0.75, 0.040), (10, 4, 0.73, 0.032),
    (5, 5, 0.80, 0.040), (6, 5, 0.79, 0.029), (8, 5, 0.75, 0.030), (10, 5, 0.70, 0.047),
]  # fmt: skip


def panel(n, points, total):
    """Ratings of n experts that are `total` above the lowest point altogether."""
    step = points - 1
    given = [1 + min(step, max(0, total - step * k)) for k in range(n)]
    assert sum(given) == n + total
    return given


@pytest.mark.parametrize(("n", "points", "v", "p"), AIKEN)
def test_smallest_significant_v_of_aiken(n, points, v, p):
    totals = range(n * (points - 1) + 1)
    found = next(t for t in totals if indices.aiken_p(panel(n, points, t), (1, points)) <= 0.05)
    ratings = panel(n, points, found)
    assert indices.aiken_v(ratings, (1, points)) == pytest.approx(v, abs=0.0051)
    assert indices.aiken_p(ratings, (1, points)) == pytest.approx(p, abs=5.1e-4)


def test_p_of_v_by_counting_every_panel():
    every = list(product((1, 2, 3), repeat=4))
    for total in range(9):
        share = sum(sum(panel_) - 4 >= total for panel_ in every) / len(every)
        assert indices.aiken_p(panel(4, 3, total), (1, 3)) == pytest.approx(share, rel=1e-12)


def test_with_two_points_v_is_a_share_and_its_p_binomial():
    ratings = [1, 1, 1, 0, 1, 0]
    assert indices.aiken_v(ratings, (0, 1)) == pytest.approx(4 / 6)
    assert indices.aiken_p(ratings, (0, 1)) == pytest.approx(indices.binomial_tail(6, 4))


# Printed by contentvalidR 0.7: V with the interval of Penfield and Giacobbi, and I-CVI with its
# score interval; 6 and 4 experts, ratings 1 to 4.
@pytest.mark.parametrize(
    ("ratings", "v", "low", "high"),
    [([4, 4, 4, 4, 4, 4], 1.00, 0.82, 1.00), ([4, 4, 4, 3, 4, 4], 0.94, 0.74, 0.99),
     ([4, 3, 4, 4, 3, 4], 0.89, 0.67, 0.97), ([3, 3, 4, 3, 2, 3], 0.67, 0.44, 0.84),
     ([4, 4, 3, 4], 0.92, 0.65, 0.99), ([3, 3, 4, 4], 0.83, 0.55, 0.95)],
)  # fmt: skip
def test_interval_of_v_as_another_program_prints_it(ratings, v, low, high):
    found = indices.aiken_v(ratings)
    interval = indices.score_interval(found, 3 * len(ratings))
    assert (found, *interval) == pytest.approx((v, low, high), abs=0.0051)


def test_interval_of_penfield_and_giacobbi_by_their_formula():
    n, k, v, z = 10, 4, 0.80, 1.959963984540054
    root = math.sqrt(4 * n * k * v * (1 - v) + z**2)
    low = (2 * n * k * v + z**2 - z * root) / (2 * (n * k + z**2))
    high = (2 * n * k * v + z**2 + z * root) / (2 * (n * k + z**2))
    assert indices.score_interval(v, n * k) == pytest.approx((low, high), rel=1e-12)


def test_ends_of_a_score_interval_reject_the_share_just_so():
    low, high = indices.score_interval(0.7, 20, level=0.9)
    for end in (low, high):
        z = (0.7 - end) / math.sqrt(end * (1 - end) / 20)
        assert abs(z) == pytest.approx(1.6448536269514722, rel=1e-10)
    assert indices.score_interval(1.0, 5)[1] == 1.0
    assert indices.score_interval(0.0, 5)[0] == 0.0


# Printed by contentvalidR 0.7 (its reporting examples): 20 judges, three constructs.
@pytest.mark.parametrize(
    ("counts", "p_sa", "c_sv", "p", "low", "high", "rivals"),
    [({"A": 18, "B": 1, "C": 1}, 0.90, 0.85, 0.0002, 0.70, 0.97, ("B", "C")),
     ({"A": 15, "B": 3, "C": 2}, 0.75, 0.60, 0.021, 0.53, 0.89, ("B",)),
     ({"A": 17, "B": 2, "C": 1}, 0.85, 0.75, 0.001, 0.64, 0.95, ("B",)),
     ({"A": 13, "B": 5, "C": 2}, 0.65, 0.40, 0.132, 0.43, 0.82, ("B",)),
     ({"A": 14, "B": 4, "C": 2}, 0.70, 0.50, 0.058, 0.48, 0.85, ("B",))],
)  # fmt: skip
def test_sorting_as_another_program_prints_it(counts, p_sa, c_sv, p, low, high, rivals):
    found = sorting.sorted_item(counts, "A")
    assert (found.p_sa, found.c_sv) == pytest.approx((p_sa, c_sv))
    assert found.pvalue == pytest.approx(p, abs=5.1e-4)
    assert indices.score_interval(found.p_sa, found.n) == pytest.approx((low, high), abs=0.0051)
    assert found.rivals == rivals


def test_critical_values_of_the_sorting():
    # Anderson and Gerbing (1991): with 20 judges c_sv must reach .50; Howard and Melloy (2016): 15.
    assert sorting.critical_c_sv(20) == 0.50
    assert sorting.critical_p_sa(20) == 0.75
    for n in range(5, 60):
        # With two constructs the two tests are one.
        assert sorting.critical_c_sv(n) == pytest.approx(2 * sorting.critical_p_sa(n) - 1)


def test_an_item_nobody_gets_wrong_has_no_rival():
    found = sorting.sorted_item({"A": 7, "B": 0}, "A")
    assert (found.rivals, found.rival, found.c_sv) == ((), 0, 1.0)
    elsewhere = sorting.sorted_item({"B": 6, "A": 1}, "A")
    assert elsewhere.c_sv == pytest.approx(-5 / 7)


def test_tails_keep_their_digits():
    assert indices.binomial_tail(60, 60) == pytest.approx(0.5**60, rel=1e-12)
    assert indices.binomial_tail(60, 0) == 1.0
    assert indices.aiken_p([4] * 30) == pytest.approx(0.25**30, rel=1e-12)
