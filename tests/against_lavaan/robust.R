# The numbers in robust/, made by lavaan: corrected errors and tests, other divisors, equality
# across groups, and shapes of data that strain a search. Run in this folder: Rscript robust.R
source("witness.R")

robust <- function(...) case(..., folder = "robust")

holzinger <- "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  speed =~ x7 + x8 + x9"
democracy <- "
  ind60 =~ x1 + x2 + x3
  dem60 =~ y1 + y2 + y3 + y4
  dem65 =~ y5 + y6 + y7 + y8
  dem60 ~ ind60
  dem65 ~ ind60 + dem60
  y1 ~~ y5
  y2 ~~ y4 + y6
  y3 ~~ y7
  y4 ~~ y8
  y6 ~~ y8"
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
  ind_CRO_SMTU := a1*b1
  tot_CRO_SMTU := a2 + a1*b1
  ind_CRO_SCRMC := (a2 + a1*b1)*c1
  tot_CRO_SCRMC := a3 + (a2 + a1*b1)*c1
  ind_SMTU_CEC := c1*c2
  tot_SMTU_CEC := d1 + c1*c2
  ind_SCRMC_SCRMP := c2*e1
  tot_SCRMC_SCRMP := c3 + c2*e1
  serial_CRO_SCRMP := a1*b1*c1*c2*e1
  ratio := (c2*e1)/(c3 + c2*e1)"
mimic <- "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  visual ~ ageyr + sex
  textual ~ ageyr"
saturated <- "
  textual =~ x4 + x5 + x6"
curved <- "
  visual =~ x1 + a*x2 + b*x3
  textual =~ x4 + c*x5 + d*x6
  speed =~ x7 + x8 + x9
  a == b^2
  exp(c - 1) == d + 0.3"
linear <- "
  visual =~ x1 + a*x2 + b*x3
  textual =~ x4 + c*x5 + d*x6
  speed =~ x7 + e*x8 + f*x9
  a + b == 1.2
  c == 1.3*d
  e == f
  sum := a + c"

# One group, by estimator.
for (name in c("MLM", "MLMV", "MLMVS", "MLR", "MLF")) {
  low <- tolower(name)
  robust(paste0("hs_cfa_", low), "hs", holzinger, list(estimator = name))
  robust(paste0("hs_cfa_means_", low), "hs", holzinger,
         list(estimator = name, meanstructure = TRUE))
  robust(paste0("hs_linear_", low), "hs", linear, list(estimator = name))
  if (name != "MLF") {
    robust(paste0("hs_saturated_", low), "hs", saturated, list(estimator = name))
  }
}
robust("polidem_mlr", "polidem", democracy, list(estimator = "MLR"))
robust("polidem_mlmv", "polidem", democracy, list(estimator = "MLMV", std.lv = TRUE))
robust("scrm_sem_mlr", "scrm400", social, list(estimator = "MLR"))
robust("hs_curved_mlr", "hs", curved, list(estimator = "MLR"), tolerance = 1e-4)
robust("dat2way_interaction_mlr", "dat2way_products", "
  f1 =~ x1 + x2 + x3
  f2 =~ x4 + x5 + x6
  f12 =~ x1_x4 + x2_x5 + x3_x6
  f3 =~ x7 + x8 + x9
  f3 ~ f1 + f2 + f12
  f12 ~~ 0*f1 + 0*f2
  x1 ~ 0*1
  x4 ~ 0*1
  x1_x4 ~ 0*1
  x7 ~ 0*1
  f1 ~ NA*1
  f2 ~ NA*1
  f12 ~ NA*1
  f3 ~ NA*1", list(meanstructure = TRUE, estimator = "MLR"))

# Errors, test and information apart from the estimator.
robust("hs_sandwich", "hs", holzinger, list(se = "robust.huber.white"))
robust("hs_sandwich_expected", "hs", holzinger,
       list(se = "robust.huber.white", information = "expected"))
robust("hs_robust_sem", "hs", holzinger, list(se = "robust.sem"))
robust("hs_observed", "hs", holzinger, list(information = "observed"))
robust("hs_first_order", "hs", holzinger, list(information = "first.order"))
robust("hs_mimic_first_order", "hs", mimic, list(information = "first.order"))
robust("hs_ml_satorra_bentler", "hs", holzinger, list(test = "satorra.bentler"))
robust("hs_ml_yuan_bentler", "hs", holzinger, list(test = "yuan.bentler.mplus"))
robust("hs_ml_scaled_shifted", "hs", holzinger, list(test = "scaled.shifted"))
robust("hs_mlr_expected", "hs", holzinger, list(estimator = "MLR", information = "expected"))
robust("hs_mlr_robust_sem", "hs", holzinger, list(estimator = "MLR", se = "robust.sem"))
robust("hs_mlm_standard_errors", "hs", holzinger, list(estimator = "MLM", se = "standard"))
robust("hs_mlr_standard_errors", "hs", holzinger, list(estimator = "MLR", se = "standard"))

# Observed predictors, given or random.
for (name in c("MLM", "MLMV", "MLMVS", "MLR")) for (fixed in c(TRUE, FALSE)) {
  low <- paste0(tolower(name), if (fixed) "_fixedx" else "_randomx")
  robust(paste0("hs_mimic_", low), "hs", mimic, list(estimator = name, fixed.x = fixed))
  robust(paste0("hs_mimic_means_", low), "hs", mimic,
         list(estimator = name, fixed.x = fixed, meanstructure = TRUE))
}
robust("hs_mimic_robust_sem", "hs", mimic, list(se = "robust.sem"))
robust("talor_mlr", "talor", "
  pmi ~ a*cond
  import ~ a2*cond
  reaction ~ b*pmi + b2*import + cp*cond
  pmi ~~ import
  ind := a*b + a2*b2", list(estimator = "MLR"))
robust("talor_incomplete_graph_mlm", "talor", "
  pmi ~ cond + age
  reaction ~ pmi
  import ~ reaction + age", list(estimator = "MLM"))

# Wishart likelihood. lavaan weighs groups by n instead of n - 1 there, hence the tolerance.
robust("hs_cfa_wishart", "hs", holzinger, list(likelihood = "wishart"))
robust("hs_means_wishart", "hs", holzinger, list(likelihood = "wishart", meanstructure = TRUE))
robust("hs_groups_wishart", "hs", holzinger,
       list(likelihood = "wishart", group = "school", group.equal = "loadings"),
       tolerance = 1e-4)
robust("hs_groups_no_means_wishart", "hs", holzinger,
       list(likelihood = "wishart", group = "school", meanstructure = FALSE),
       tolerance = 1e-4)
robust("hs_mimic_wishart", "hs", mimic, list(likelihood = "wishart"))
robust("thurstone_wishart", "thurstone_cor", "
  VC =~ Sentences + Vocabulary + Sent_Completion
  WF =~ First_Letters + Four_Letter_Words + Suffixes
  R =~ Letter_Series + Pedigrees + Letter_Group", list(likelihood = "wishart"), n = 213)

# Groups: the ladder of invariance.
ladder <- list(
  configural = NULL, metric = "loadings", scalar = c("loadings", "intercepts"),
  strict = c("loadings", "intercepts", "residuals"),
  means = c("loadings", "intercepts", "residuals", "means"))
for (step in names(ladder)) for (name in c("ML", "MLR")) {
  robust(paste0("hs_", step, "_", tolower(name)), "hs", holzinger,
         c(list(group = "school"), if (name != "ML") list(estimator = name),
           if (length(ladder[[step]])) list(group.equal = ladder[[step]])))
}
robust("hs_partial_scalar", "hs", holzinger,
       list(group = "school", group.equal = c("loadings", "intercepts"),
            group.partial = c("x3~1", "x7~1")))
robust("hs_group_labels", "hs", "
  visual =~ x1 + c(a, a)*x2 + c(b1, b2)*x3
  textual =~ x4 + x5 + x6
  visual ~~ c(r1, r2)*textual
  diff := r1 - r2
  b1 == b2", list(group = "school"))
robust("hs_group_labels_mlm", "hs", "
  visual =~ x1 + c(a, a)*x2 + c(b1, b2)*x3
  textual =~ x4 + x5 + x6
  visual ~~ c(r1, r2)*textual
  diff := r1 - r2
  b1 == b2", list(group = "school", estimator = "MLM"))
robust("hs_equal_residual_covariances", "hs", paste(holzinger, "
  x7 ~~ x8
  x1 ~~ x4"), list(group = "school", group.equal = c("residual.covariances", "residuals")))
robust("hs_equal_latent_covariances", "hs", holzinger,
       list(group = "school", group.equal = c("loadings", "lv.variances", "lv.covariances")))
robust("hs_equal_regressions", "hs", paste(holzinger, "
  speed ~ visual + textual
  visual ~ ageyr"), list(group = "school", group.equal = c("loadings", "regressions")))
robust("hs_equal_loadings_std_lv", "hs", holzinger,
       list(group = "school", group.equal = "loadings", std.lv = TRUE))
robust("hs_groups_linear_mlr", "hs", linear, list(group = "school", estimator = "MLR"))
robust("hs_metric_mlf", "hs", holzinger,
       list(group = "school", group.equal = "loadings", estimator = "MLF"))

# Groups under other corrections.
for (name in c("MLM", "MLMV", "MLMVS")) {
  low <- tolower(name)
  robust(paste0("hs_scalar_", low), "hs", holzinger,
         list(group = "school", estimator = name, group.equal = c("loadings", "intercepts")))
  robust(paste0("hs_groups_no_means_", low), "hs", holzinger,
         list(group = "school", estimator = name, meanstructure = FALSE))
}
for (name in c("MLM", "MLMV", "MLR")) for (fixed in c(TRUE, FALSE)) {
  low <- paste0(tolower(name), if (fixed) "_fixedx" else "_randomx")
  robust(paste0("hs_groups_mimic_", low), "hs", mimic,
         list(group = "school", estimator = name, fixed.x = fixed, group.equal = "regressions"))
}

# Corrected tests, and the sandwich of Browne, on observed information.
for (name in c("MLM", "MLMV", "MLMVS")) {
  low <- paste0(tolower(name), "_observed")
  observed <- list(estimator = name, information = "observed")
  robust(paste0("hs_cfa_", low), "hs", holzinger, observed)
  robust(paste0("hs_linear_", low), "hs", linear, observed)
  robust(paste0("hs_scalar_", low), "hs", holzinger,
         c(observed, list(group = "school", group.equal = c("loadings", "intercepts"))))
  robust(paste0("hs_groups_no_means_", low), "hs", holzinger,
         c(observed, list(group = "school", meanstructure = FALSE)))
  robust(paste0("hs_equal_means_", low), "hs", paste(holzinger, "
  x5 ~ m*1
  x7 ~ m*1"), observed)
  for (fixed in c(TRUE, FALSE)) for (means in c(TRUE, FALSE)) {
    robust(paste0("hs_mimic_", if (means) "means_", low, if (fixed) "_fixedx" else "_randomx"),
           "hs", mimic, c(observed, list(fixed.x = fixed, meanstructure = means)))
  }
}
for (test in c("satorra.bentler", "mean.var.adjusted", "scaled.shifted")) {
  low <- gsub(".", "_", test, fixed = TRUE)
  sandwich <- list(se = "robust.huber.white", test = test, information = "observed")
  robust(paste0("hs_sandwich_", low), "hs", holzinger, sandwich)
  robust(paste0("polidem_sandwich_", low), "polidem", democracy, sandwich)
}
robust("hs_means_sandwich_satorra_bentler", "hs", holzinger,
       list(se = "robust.huber.white", test = "satorra.bentler", information = "observed",
            meanstructure = TRUE))
robust("hs_robust_sem_observed", "hs", holzinger,
       list(se = "robust.sem", information = "observed"))
robust("hs_metric_robust_sem_observed", "hs", holzinger,
       list(se = "robust.sem", information = "observed", group = "school",
            group.equal = "loadings"))

# What strains a search, or a reader.
robust("polidem_equal_labels", "polidem", "
  ind60 =~ x1 + x2 + x3
  dem60 =~ y1 + a*y2 + b*y3 + c*y4
  dem65 =~ y5 + a*y6 + b*y7 + c*y8
  dem60 ~ ind60
  dem65 ~ ind60 + dem60
  y1 ~~ y5
  y2 ~~ y4 + y6
  y3 ~~ y7
  y4 ~~ y8
  y6 ~~ y8")
robust("simparcel_parcels", "simparcel_parcels", "
  f1 =~ p1 + p2 + p3
  f2 =~ q1 + q2 + q3")
robust("reise_bifactor", "reise_cor", "
  g =~ phone + routine + illness + listen + explain + respect + time + courtesy + helpful + happy + referral + necessary + delay + problem + help + paperwork
  s1 =~ phone + routine + illness
  s2 =~ listen + explain + respect + time
  s3 =~ courtesy + helpful + happy
  s4 =~ referral + necessary + delay
  s5 =~ problem + help + paperwork", list(orthogonal = TRUE, std.lv = TRUE), n = 1000)
robust("heywood_sim", "sim_heywood", "
  f =~ y1 + y2 + y3 + y4")
robust("heywood_sim_mlr", "sim_heywood", "
  f =~ y1 + y2 + y3 + y4", list(estimator = "MLR"))

# Noise, of which lavaan finds no solution.
noise <- "f1 =~ w1 + w2 + w3\nf2 =~ w4 + w5 + w6"
fitted <- suppressWarnings(sem(noise, read_data("sim_noise")))
write(toJSON(list(program = origin, model = noise, data = "sim_noise",
                  converged = lavInspect(fitted, "converged")), auto_unbox = TRUE),
      "not_found.json")
