# The numbers in fiml/, made by lavaan from incomplete data; the data's holes are made by holes.R.
# Run in this folder: Rscript fiml.R
source("witness.R")

# The EM algorithm for the unrestricted model goes to its end.
tight <- list(em.h1.tol = 1e-12, em.h1.iter.max = 20000)
fiml <- function(name, data, model, args = list(), missing = "fiml", ...) {
  case(name, data, model, c(list(missing = missing), args), folder = "fiml", only = tight, ...)
}

# Modification indices, residuals and factor scores of the first rows.
followed <- function(fitted) {
  found <- as.data.frame(modindices(fitted))
  if (is.null(found$group)) found$group <- 1L
  found <- found[, c("lhs", "op", "rhs", "group", "mi", "epc", "sepc.all")]
  kinds <- c("raw", "cor", "cor.bentler", "normalized", "standardized")
  scores <- lavPredict(fitted)
  out <- list(
    modindices = lapply(seq_len(nrow(found)), function(k) unname(as.list(found[k, ]))),
    residuals = lapply(setNames(kinds, kinds), function(kind) {
      by_group(fitted, residuals(fitted, type = kind), function(x) moments(x[-1]))
    })
  )
  if (!is.list(scores)) out$scores <- unname(asplit(unclass(scores)[1:40, ], 1))
  out
}

holzinger <- "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  speed =~ x7 + x8 + x9"
mimic <- "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  visual ~ ageyr + sex
  textual ~ ageyr"
linear <- "
  visual =~ x1 + a*x2 + b*x3
  textual =~ x4 + c*x5 + d*x6
  speed =~ x7 + e*x8 + f*x9
  a + b == 1.2
  c == 1.3*d
  e == f
  sum := a + c"
curved <- "
  visual =~ x1 + a*x2 + b*x3
  textual =~ x4 + c*x5 + d*x6
  speed =~ x7 + x8 + x9
  a == b^2
  exp(c - 1) == d + 0.3"
bounded <- "
  visual =~ x1 + a*x2 + b*x3
  textual =~ x4 + x5 + x6
  a > 0.2
  b < 0.9"
social3 <- "
  CRO =~ cro1 + cro2 + cro3 + cro4 + cro5
  SMS =~ sms1 + sms2 + sms3 + sms4
  SMTU =~ smtu1 + smtu2 + smtu3 + smtu4
  SMS ~ a*CRO
  SMTU ~ b*SMS + cp*CRO
  ind := a*b
  total := cp + a*b"
social <- "
  CRO =~ cro1 + cro2 + cro3 + cro4 + cro5
  SMS =~ sms1 + sms2 + sms3 + sms4
  SMTU =~ smtu1 + smtu2 + smtu3 + smtu4
  SCRMC =~ scrmc1 + scrmc2 + scrmc3 + scrmc4
  CEC =~ cec1 + cec2 + cec3 + cec4
  SCRMP =~ scrmp1 + scrmp2 + scrmp3 + scrmp4 + scrmp5 + scrmp6
  SMS ~ a1*CRO
  SMTU ~ b1*SMS + a2*CRO
  SCRMC ~ c1*SMTU + a3*CRO
  CEC ~ d1*SMTU + c2*SCRMC
  SCRMP ~ e1*CEC + c3*SCRMC
  serial := a1*b1*c1*c2*e1"
media <- "
  pmi ~ a*cond
  import ~ a2*cond
  reaction ~ b*pmi + b2*import + cp*cond + age
  pmi ~~ import
  ind := a*b + a2*b2"

for (name in c("ML", "MLR", "MLF")) {
  low <- tolower(name)
  more <- if (name == "MLF") NULL else followed
  fiml(paste0("hs_", low), "hs_holes", holzinger, list(estimator = name), more = more)
  fiml(paste0("hs_linear_", low), "hs_holes", linear, list(estimator = name))
  fiml(paste0("hs_groups_", low), "hs_holes", holzinger,
       list(estimator = name, group = "school"), more = more)
  fiml(paste0("hs_scalar_", low), "hs_holes", holzinger,
       list(estimator = name, group = "school", group.equal = c("loadings", "intercepts")))
  fiml(paste0("hs_mimic_", low), "hs_holes", mimic, list(estimator = name), more = more)
  fiml(paste0("hs_mimic_groups_", low), "hs_holes", mimic,
       list(estimator = name, group = "school", group.equal = "regressions"))
  fiml(paste0("hs_mimic_keptx_", low), "hs_holes", mimic, list(estimator = name), "fiml.x")
  # lavaan's search for the baseline model ends early.
  fiml(paste0("hs_mimic_groups_keptx_", low), "hs_holes", mimic,
       list(estimator = name, group = "school", group.equal = "regressions"), "fiml.x",
       tolerance = 9e-6)
  # A predictor with two values has a variance that its mean determines: no first-order errors.
  if (name != "MLF") {
    fiml(paste0("hs_mimic_randomx_", low), "hs_holes", mimic,
         list(estimator = name, fixed.x = FALSE))
    fiml(paste0("talor_", low), "talor_holes", media, list(estimator = name))
    fiml(paste0("talor_keptx_", low), "talor_holes", media, list(estimator = name), "fiml.x",
         tolerance = 9e-6)
  }
}
fiml("hs_expected", "hs_holes", holzinger, list(information = "expected"))
fiml("hs_groups_expected", "hs_holes", holzinger, list(information = "expected", group = "school"))
fiml("hs_mlr_expected", "hs_holes", holzinger, list(information = "expected", estimator = "MLR"))
fiml("hs_sandwich", "hs_holes", holzinger, list(se = "robust.huber.white"))
fiml("hs_std_lv", "hs_holes", holzinger, list(std.lv = TRUE))
fiml("hs_saturated", "hs_holes", "textual =~ x4 + x5 + x6")
fiml("hs_saturated_mlr", "hs_holes", "textual =~ x4 + x5 + x6", list(estimator = "MLR"))
fiml("hs_curved", "hs_holes", curved, tolerance = 1e-4)
fiml("hs_bounded", "hs_holes", bounded, tolerance = 1e-4)
fiml("hs_complete", "hs", holzinger, more = followed)
fiml("hs_complete_mlr", "hs", holzinger, list(estimator = "MLR"))
fiml("scrm3_mlr", "scrm400_mcar", social3, list(estimator = "MLR"))
fiml("scrm_sem", "scrm400_mcar", social, more = followed)
