# The numbers in ordinal/, made by lavaan: thresholds, polychoric and polyserial correlations, least
# squares on them. Run in this folder: Rscript ordinal.R
source("witness.R")

# lavaan finds polychoric correlations to about 1e-7, which is what limits agreement.
ordinal <- function(..., tolerance = 2e-5) case(..., folder = "ordinal", tolerance = tolerance)

u <- paste0("u", 1:8)
o <- c("o1", "o2", "o3", "o4", "b1")
two <- "
  f1 =~ u1 + u2 + u3 + u4
  f2 =~ u5 + u6 + u7 + u8"
one <- "
  f =~ u1 + u2 + u3 + u4 + u5 + u6 + u7 + u8"
mixed <- "
  F =~ c1 + c2 + o1 + o2
  G =~ c3 + o3 + o4 + b1
  G ~ F"
mimic <- "
  F =~ c1 + c2 + o1 + o2
  G =~ c3 + o3 + o4 + b1
  F ~ age + male
  G ~ F + male"
paths <- "
  F =~ c1 + c2 + c3
  o1 ~ a*F
  o2 ~ b*o1 + c*F
  ind := a*b"

# Answers emptied at random, for pairwise deletion.
holes <- function(name, columns, seed) {
  found <- read.csv(file.path("data", paste0(name, ".csv")))
  set.seed(seed)
  for (column in columns) found[runif(nrow(found)) < 0.12, column] <- NA
  write.csv(found, file.path("data", paste0(name, "_holes.csv")), row.names = FALSE, na = "")
}
holes("datcat", u, 11)
holes("sim_mixed", c(o, "c1", "c2", "c3"), 12)

for (estimator in c("WLSMV", "WLSM", "WLSMVS", "DWLS", "ULS", "ULSM", "ULSMV", "ULSMVS")) {
  ordinal(paste0("two_", tolower(estimator)), "datcat", two,
          list(ordered = u, estimator = estimator))
}
ordinal("two_default", "datcat", two, list(ordered = u))
ordinal("two_std_lv", "datcat", two, list(ordered = u, std.lv = TRUE))
ordinal("two_theta", "datcat", two, list(ordered = u, parameterization = "theta"))
ordinal("two_theta_dwls", "datcat", two,
        list(ordered = u, parameterization = "theta", estimator = "DWLS", std.lv = TRUE))
ordinal("two_labels", "datcat", "
  f1 =~ u1 + a*u2 + a*u3 + u4
  f2 =~ u5 + b*u6 + u7 + c*u8
  u2 ~~ u3
  b == c
  gap := a - b", list(ordered = u))
ordinal("two_thresholds", "datcat", "
  f1 =~ u1 + u2 + u3 + u4
  u1 | a*t1 + t2
  u2 | a*t1", list(ordered = u[1:4]))
ordinal("one_misfit", "datcat", one, list(ordered = u))
ordinal("one_wls", "datcat", "
  f =~ u1 + u2 + u3 + u4", list(ordered = u[1:4], estimator = "WLS"))
ordinal("one_pairwise", "datcat_holes", one, list(ordered = u, missing = "pairwise"))
ordinal("one_listwise", "datcat_holes", one, list(ordered = u))
ordinal("two_orthogonal", "datcat", two, list(ordered = u, orthogonal = TRUE))

groups <- function(name, ..., args = list(ordered = u, group = "g")) {
  ordinal(paste0("groups_", name), "datcat", two, c(args, list(...)))
}
groups("configural")
groups("loadings", group.equal = "loadings")
groups("thresholds", group.equal = "thresholds")
# Residual variances that are free beside equal thresholds make the bottom flat.
ordinal("groups_thresholds_theta", "datcat", two, list(
  ordered = u, group = "g", group.equal = "thresholds", parameterization = "theta"
), tolerance = 1e-4)
groups("scalar", group.equal = c("thresholds", "loadings"))
groups("scalar_theta", group.equal = c("thresholds", "loadings"), parameterization = "theta")
groups("scalar_std_lv", group.equal = c("thresholds", "loadings"), std.lv = TRUE,
       parameterization = "theta")
groups("strict_theta", group.equal = c("thresholds", "loadings", "residuals"),
       parameterization = "theta")
groups("partial", group.equal = c("thresholds", "loadings"), group.partial = c("u1|t1", "f1=~u2"))
groups("ulsmv", estimator = "ULSMV")
groups("means", group.equal = c("thresholds", "loadings", "means"))

ordinal("mixed", "sim_mixed", mixed, list(ordered = o))
ordinal("mixed_theta", "sim_mixed", mixed, list(ordered = o, parameterization = "theta"))
ordinal("mixed_pairwise", "sim_mixed_holes", mixed, list(ordered = o, missing = "pairwise"))
ordinal("mixed_ulsmv", "sim_mixed", mixed, list(ordered = o, estimator = "ULSMV"))
ordinal("mimic", "sim_mixed", mimic, list(ordered = o))
ordinal("mimic_theta", "sim_mixed", mimic, list(ordered = o, parameterization = "theta"))
ordinal("mimic_wlsm", "sim_mixed", mimic, list(ordered = o, estimator = "WLSM"))
ordinal("mimic_pairwise", "sim_mixed_holes", mimic, list(ordered = o, missing = "pairwise"))
ordinal("mimic_ordinal_only", "sim_mixed", "
  F =~ o1 + o2 + o3 + o4 + b1
  F ~ age", list(ordered = o))
ordinal("paths_theta", "sim_mixed", paths,
        list(ordered = c("o1", "o2"), parameterization = "theta"))
# Under delta lavaan 0.6-14 forgets that an ordinal mediator's residual variance follows from the rest.
ordinal("paths_x_theta", "sim_mixed", "
  o1 ~ age + male
  o2 ~ o1 + age
  c1 ~ o2 + male", list(ordered = c("o1", "o2"), parameterization = "theta"))
ordinal("continuous_wlsmv", "sim_mixed", "
  F =~ c1 + c2 + c3 + age", list(estimator = "WLSMV"))
ordinal("continuous_dwls_means", "sim_mixed", "
  F =~ c1 + c2 + c3 + age", list(estimator = "DWLS", meanstructure = TRUE))
ordinal("continuous_ulsmv", "sim_mixed", "
  F =~ c1 + c2 + c3 + age", list(estimator = "ULSMV"))
ordinal("social", "scrm1000_ord5", "
  CRO =~ cro1 + cro2 + cro3 + cro4 + cro5
  SMS =~ sms1 + sms2 + sms3 + sms4
  SMTU =~ smtu1 + smtu2 + smtu3 + smtu4
  SMS ~ a*CRO
  SMTU ~ b*SMS + c*CRO
  ind := a*b", list(ordered = TRUE))
