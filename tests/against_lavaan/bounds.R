# The numbers in bounds/, made by lavaan: lower() and upper(). Run in this folder: Rscript bounds.R
# Only the first search knows bounds, hence the tolerance.
source("witness.R")

bounds <- function(...) case(..., tolerance = 1e-5, folder = "bounds")

two <- "
  visual =~ x1 + %sx2 + %sx3
  speed =~ x7 + x8 + x9"

bounds("hs_inactive", "hs", sprintf(two, "lower(0)*", "upper(2)*"))
bounds("hs_lower", "hs", sprintf(two, "lower(0.7)*", ""))
bounds("hs_upper", "hs", sprintf(two, "upper(0.4)*", ""))
bounds("hs_several", "hs", paste(sprintf(two, "lower(0.7)*", "upper(0.8)*"), "
  x1 ~~ lower(0)*x1
  visual ~~ upper(0.1)*speed"))
bounds("hs_between", "hs", sprintf(two, "lower(0.1)*x2 + upper(0.3)*", "a*"))
bounds("hs_linear", "hs", paste(sprintf(two, "lower(0.7)*x2 + a*", "b*"), "
  b == 1.3*a"))
bounds("hs_means", "hs", paste(sprintf(two, "", ""), "
  x1 ~ upper(4.8)*1"))
bounds("hs_robust", "hs", sprintf(two, "lower(0.7)*", ""), list(estimator = "MLR"))
bounds("hs_groups", "hs", sprintf(two, "lower(c(0.8, 0.1))*", ""), list(group = "school"))
bounds("hs_shared", "hs", sprintf(two, "lower(0.7)*x2 + c(a, a)*", ""), list(group = "school"))
bounds("heywood", "sim_heywood", "
  f =~ y1 + y2 + y3 + y4
  y1 ~~ lower(0)*y1
  y2 ~~ lower(0)*y2
  y3 ~~ lower(0)*y3
  y4 ~~ lower(0)*y4")
bounds("hs_variances", "hs", "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  speed =~ x7 + x8 + x9
  x1 ~~ lower(0)*x1
  x2 ~~ lower(0)*x2
  x3 ~~ lower(0)*x3", rows = 40)
