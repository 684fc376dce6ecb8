# The numbers in cases/, made by lavaan. Run in this folder: Rscript cases.R
source("witness.R")

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
  CEC =~ cec1 + cec2 + cec3 + cec4"
performance <- "
  SCRMP =~ scrmp1 + scrmp2 + scrmp3 + scrmp4 + scrmp5 + scrmp6"
paths <- "
  SMS ~ a1*CRO
  SMTU ~ b1*SMS + a2*CRO
  SCRMC ~ c1*SMTU + a3*CRO
  CEC ~ d1*SMTU + c2*SCRMC
  SCRMP ~ e1*CEC + c3*SCRMC"
mimic <- "
  visual ~ ageyr + sex
  textual ~ ageyr + sex + grade
  speed ~ grade"
talor <- "
  pmi ~ a*cond
  import ~ a2*cond
  reaction ~ b*pmi + b2*import + cp*cond
  pmi ~~ import
  ind1 := a*b
  ind2 := a2*b2
  diff := ind1 - ind2
  total := cp + ind1 + ind2"
thurstone <- "
  VC =~ Sentences + Vocabulary + Sent_Completion
  WF =~ First_Letters + Four_Letter_Words + Suffixes
  R =~ Letter_Series + Pedigrees + Letter_Group"

# What most users write.
case("hs_cfa_ml", "hs", holzinger)
case("hs_cfa_stdlv_fixedcov", "hs", paste(holzinger, "
  visual ~~ 0*speed
  visual ~~ 0.4*textual"), list(std.lv = TRUE))
case("hs_cfa_orthogonal", "hs", holzinger, list(orthogonal = TRUE))
case("hs_fixed_loadings", "hs", "
  visual =~ NA*x1 + 0.6*x2 + start(0.8)*x3
  textual =~ 1*x4 + 1.1*x5 + x6
  speed =~ NA*x7 + x8 + x9
  speed ~~ 1*speed
  x7 ~~ x8")
case("hs_higher_order", "hs", paste(holzinger, "
  g =~ visual + textual + speed"))
case("hs_mimic_fixedx", "hs", paste(holzinger, mimic))
case("hs_mimic_randomx", "hs", paste(holzinger, mimic), list(fixed.x = FALSE))
case("hs_single_indicator", "hs", "
  TEXT =~ 1*x4
  x4 ~~ 0.35*x4
  AGE =~ 1*ageyr
  ageyr ~~ 0*ageyr
  speed =~ x7 + x8 + x9
  speed ~ TEXT + AGE
  TEXT ~ AGE")
case("hs_small_n", "hs", holzinger, rows = 40)
case("polidem_sem_ml", "polidem", democracy)
case("scrm_cfa_ml", "scrm400", paste(social, performance))
case("scrm_sem_ml", "scrm400", paste(social, performance, paths, "
  ind_CRO_SMTU := a1*b1
  tot_CRO_SMTU := a2 + a1*b1
  ind_CRO_SCRMC := (a2 + a1*b1)*c1
  tot_CRO_SCRMC := a3 + (a2 + a1*b1)*c1
  ind_SMTU_CEC := c1*c2
  tot_SMTU_CEC := d1 + c1*c2
  ind_SCRMC_SCRMP := c2*e1
  tot_SCRMC_SCRMP := c3 + c2*e1
  serial_CRO_SCRMP := a1*b1*c1*c2*e1
  ratio := (c2*e1)/(c3 + c2*e1)"))
case("talor_mediation", "talor", talor)
case("thurstone_moments", "thurstone_cor", thurstone, n = 213)
case("nonrec_observed", "sim_nonrec", "
  y1 ~ x1 + x2 + b12*y2
  y2 ~ x3 + x4 + b21*y1
  y1 ~~ y2
  loop := b12*b21")

# Means.
case("hs_means", "hs", holzinger, list(meanstructure = TRUE))
case("hs_mimic_means", "hs", paste(holzinger, mimic), list(meanstructure = TRUE))
case("hs_mimic_means_randomx", "hs", paste(holzinger, mimic),
     list(meanstructure = TRUE, fixed.x = FALSE))
case("hs_equal_means", "hs", paste(holzinger, "
  x1 ~ m*1
  x2 ~ 6*1
  x4 ~ m2*1
  x6 ~ m2*1"))
case("scrm_growth", "scrm400", "
  level =~ 1*sms1 + 1*sms2 + 1*sms3 + 1*sms4
  slope =~ 0*sms1 + 1*sms2 + 2*sms3 + 3*sms4
  level ~ 1
  slope ~ 1
  sms1 ~ 0*1
  sms2 ~ 0*1
  sms3 ~ 0*1
  sms4 ~ 0*1
  level ~ cro1
  slope ~ cro1")
case("thurstone_moments_means", "thurstone_cor", paste(thurstone, "
  Sentences ~ m*1
  Vocabulary ~ m*1"), n = 213, mean = c(0.1, 0.2, -0.1, 0, 0.05, 0.3, -0.2, 0.15, 0))

# Several groups.
case("hs_groups", "hs", holzinger, list(group = "school"))
case("hs_groups_metric", "hs", "
  visual =~ x1 + c(a, a)*x2 + c(b, b)*x3
  textual =~ x4 + c(c, c)*x5 + c(d, d)*x6
  speed =~ x7 + c(e, e)*x8 + c(f, f)*x9", list(group = "school"))
case("hs_groups_scalar", "hs", "
  visual =~ x1 + c(a, a)*x2 + c(b, b)*x3
  textual =~ x4 + c(c, c)*x5 + c(d, d)*x6
  speed =~ x7 + c(e, e)*x8 + c(f, f)*x9
  x1 ~ c(i1, i1)*1
  x2 ~ c(i2, i2)*1
  x3 ~ c(i3, i3)*1
  x4 ~ c(i4, i4)*1
  x5 ~ c(i5, i5)*1
  x6 ~ c(i6, i6)*1
  x7 ~ c(i7, i7)*1
  x8 ~ c(i8, i8)*1
  x9 ~ c(i9, i9)*1
  visual ~ c(0, NA)*1
  textual ~ c(0, NA)*1
  speed ~ c(0, NA)*1", list(group = "school"))
case("hs_groups_no_means", "hs", "
  textual =~ x4 + c(l, l)*x5 + x6
  speed =~ x7 + x8 + x9
  textual ~~ c(0.3, NA)*speed", list(group = "school", meanstructure = FALSE, std.lv = TRUE))
case("hs_groups_mimic", "hs", "
  textual =~ x4 + x5 + x6
  textual ~ c(g1, g2)*ageyr + sex
  gap := g1 - g2", list(group = "school"))

# Constraints.
case("hs_equality_linear", "hs", "
  visual =~ x1 + a*x2 + b*x3
  textual =~ x4 + c*x5 + d*x6
  speed =~ x7 + e*x8 + f*x9
  a + b == 1.2
  c == 1.3*d
  e == f
  sum := a + c")
case("hs_equality_curved", "hs", "
  visual =~ x1 + a*x2 + b*x3
  textual =~ x4 + c*x5 + d*x6
  speed =~ x7 + x8 + x9
  a == b^2
  exp(c - 1) == d + 0.3", tolerance = 1e-4)
case("hs_inequality_active", "hs", "
  visual =~ x1 + a*x2 + b*x3
  textual =~ x4 + c*x5 + d*x6
  speed =~ x7 + x8 + x9
  a > 0.7
  d < 0.85", tolerance = 1e-4)
case("hs_inequality_inactive", "hs", "
  visual =~ x1 + a*x2 + b*x3
  textual =~ x4 + c*x5 + d*x6
  speed =~ x7 + x8 + x9
  a > 0.1
  d < 5
  x1 ~~ v*x1
  v > 0", tolerance = 1e-4)
case("hs_inequality_heywood", "hs", "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  speed =~ x7 + x8 + x9
  x3 ~~ v*x3
  v > 0.05", rows = 40, tolerance = 1e-4)
case("polidem_labels", "polidem", "
  ind60 =~ x1 + x2 + x3
  dem60 =~ y1 + a*y2 + b*y3 + c*y4
  dem65 =~ y5 + a*y6 + b*y7 + c*y8
  dem60 ~ p*ind60
  dem65 ~ q*ind60 + r*dem60
  y1 ~~ y5
  y2 ~~ e*y6
  y3 ~~ e*y7
  y4 ~~ e*y8
  ind := p*r
  share := p*r/(q + p*r)")
case("hs_equal_modifier", "hs", "
  visual =~ x1 + x2 + equal(\"visual=~x2\")*x3
  textual =~ x4 + x5 + x6")

# Shapes of models.
case("hs_cross_loadings", "hs", paste(holzinger, "
  visual =~ x9
  textual =~ x1
  x7 ~~ x8"))
case("hs_one_factor_stdlv", "hs", "
  textual =~ x4 + x5 + x6 + x1", list(std.lv = TRUE))
case("hs_observed_mediator", "hs", "
  speed =~ x7 + x8 + x9
  grade ~ a*ageyr
  speed ~ b*grade + c*ageyr + sex
  ind := a*b
  total := c + a*b")
case("hs_latent_with_observed", "hs", "
  textual =~ x4 + x5 + x6
  speed =~ x7 + x8 + x9
  textual ~~ ageyr
  speed ~ textual
  x4 ~~ x7")
case("hs_bifactor", "hs", "
  g =~ x4 + x5 + x6 + x7 + x8 + x9 + x1
  s =~ x7 + x8 + x9", list(orthogonal = TRUE, std.lv = TRUE))
case("hs_orthogonal_sem", "hs", paste(holzinger, "
  speed ~ visual + textual"), list(orthogonal = TRUE))
case("polidem_stdlv", "polidem", democracy, list(std.lv = TRUE))
case("talor_randomx", "talor", talor, list(fixed.x = FALSE))
case("talor_regression", "talor", "
  reaction ~ pmi + import + cond
  pmi ~ cond + age")
case("scrm_two_dimensions", "scrm400", paste(social, "
  FIRM =~ scrmp1 + scrmp2 + scrmp3
  RELATION =~ scrmp4 + scrmp5 + scrmp6
  SCRMP =~ FIRM + RELATION", paths))
case("scrm_two_performances", "scrm400", "
  SCRMC =~ scrmc1 + scrmc2 + scrmc3 + scrmc4
  CEC =~ cec1 + cec2 + cec3 + cec4
  FIRM =~ scrmp1 + scrmp2 + scrmp3
  RELATION =~ scrmp4 + scrmp5 + scrmp6
  CEC ~ SCRMC
  FIRM ~ CEC + SCRMC
  RELATION ~ CEC + SCRMC")
case("scrm_serial", "scrm400", paste(social, performance, paths, "
  SCRMP ~ cp*CRO
  long := a1*b1*c1*c2*e1
  short := a3*c3
  whole := cp + (a3 + (a2 + a1*b1)*c1)*(c3 + c2*e1) + (a2 + a1*b1)*d1*e1"))
case("scrm_loop_latent", "scrm400", "
  CRO =~ cro1 + cro2 + cro3 + cro4 + cro5
  SMS =~ sms1 + sms2 + sms3 + sms4
  SMTU =~ smtu1 + smtu2 + smtu3 + smtu4
  SCRMC =~ scrmc1 + scrmc2 + scrmc3 + scrmc4
  SMTU ~ SMS + f*SCRMC
  SCRMC ~ CRO + g*SMTU
  SMTU ~~ SCRMC
  loop := f*g")
