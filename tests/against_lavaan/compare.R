# Nested models compared by lavaan's lavTestLRT(). Run in this folder: Rscript compare.R
# As in cases.R a second search makes the estimates those of the minimum: Gauss-Newton steps, and
# BFGS where these find no end.
suppressPackageStartupMessages({
  library(lavaan)
  library(jsonlite)
})

searches <- list(
  list(optim.method = "GN", optim.gn.tol.x = 1e-10, optim.gn.iter.max = 1000),
  list(optim.method = "BFGS", control = list(reltol = 1e-20, abstol = -Inf, maxit = 5000))
)

read_data <- function(file) {
  found <- read.csv(file.path("data", paste0(file, ".csv")))
  names(found) <- gsub(".", "_", names(found), fixed = TRUE)
  found
}

fitted_by <- function(of, data) {
  call <- c(list(model = of$model, data = data), of$args)
  first <- suppressWarnings(do.call("sem", call))
  # lavaan finds polychoric correlations to about 1e-7: a second search would add nothing.
  if (!is.null(of$args$ordered)) return(first)
  for (search in searches) {
    second <- suppressWarnings(do.call("sem", c(call, search)))
    if (lavInspect(second, "converged") && chisq(second) < chisq(first) + 1e-6) return(second)
  }
  stop("no second search ended at the minimum")
}

chisq <- function(fitted) unname(fitMeasures(fitted, "chisq"))

# `fits` is a named list of list(model, args); all of them go into every test, which is a list of
# lavTestLRT's arguments.
sequence <- function(name, data, fits, tests, tolerance = 1e-6) {
  frame <- read_data(data)
  message(name)
  fitted <- unname(lapply(fits, fitted_by, data = frame))
  tables <- lapply(tests, function(test) {
    args <- c(fitted, test, list(model.names = names(fits)))
    table <- suppressWarnings(do.call("lavTestLRT", args))
    list(args = pythonic(test), model = rownames(table), df = table$Df, aic = table$AIC,
         bic = table$BIC, chisq = table$Chisq, chisq_diff = table[["Chisq diff"]],
         df_diff = table[["Df diff"]], pvalue = table[["Pr(>Chisq)"]], rmsea_d = table$RMSEA)
  })
  list(name = name, data = data, tolerance = tolerance,
       fits = unname(Map(function(of, label) list(name = label, model = of$model,
                                                  args = pythonic(of$args)), fits, names(fits))),
       tests = tables)
}

pythonic <- function(args) {
  if (!length(args)) return(setNames(list(), character()))
  setNames(args, gsub(".", "_", names(args), fixed = TRUE))
}

of <- function(model, ...) list(model = model, args = list(...))
default <- list()
sb2001 <- list(method = "satorra.bentler.2001")
sb2010 <- list(method = "satorra.bentler.2010")
s2000 <- list(method = "satorra.2000")
unshifted <- list(method = "satorra.2000", scaled.shifted = FALSE)
scaled <- list(default, sb2010, s2000, unshifted)
adjusted <- list(default, unshifted)

holzinger <- "visual =~ x1 + x2 + x3
textual =~ x4 + x5 + x6
speed =~ x7 + x8 + x9"
crossed <- paste0(holzinger, "\nvisual =~ x9")
democracy <- "ind60 =~ x1 + x2 + x3
dem60 =~ y1 + %1$sy2 + %2$sy3 + %3$sy4
dem65 =~ y5 + %1$sy6 + %2$sy7 + %3$sy8
dem60 ~ ind60
dem65 ~ ind60 + dem60
y1 ~~ y5
y2 ~~ y4 + y6
y3 ~~ y7
y4 ~~ y8
y6 ~~ y8"
free <- sprintf(democracy, "", "", "")
equal <- sprintf(democracy, "a*", "b*", "c*")
talor <- "pmi ~ cond
import ~ %s*cond
reaction ~ pmi + import + %s*cond
pmi ~~ import"

polidem <- function(estimator, tests) {
  sequence(paste0("polidem_", estimator), "polidem",
           list(free = of(free, estimator = estimator), equal = of(equal, estimator = estimator)),
           tests)
}

one_group <- function(estimator, tests) {
  sequence(paste0("hs_", estimator), "hs",
           list(crossed = of(crossed, estimator = estimator),
                three = of(holzinger, estimator = estimator),
                orthogonal = of(holzinger, estimator = estimator, orthogonal = TRUE)), tests)
}

informed <- function(estimator, information, tests, group = NULL) {
  args <- list(estimator = estimator, information = information)
  if (!is.null(group)) args$group <- group
  sequence(paste(c("hs", estimator, information, group), collapse = "_"), "hs",
           list(crossed = list(model = crossed, args = args),
                three = list(model = holzinger, args = args)), tests)
}

schools <- function(estimator, tests, ...) {
  levels <- list(configural = character(), metric = "loadings",
                 scalar = c("loadings", "intercepts"),
                 strict = c("loadings", "intercepts", "residuals"),
                 means = c("loadings", "intercepts", "residuals", "means"))
  fits <- lapply(levels, function(equal) {
    out <- of(holzinger, estimator = estimator, group = "school", ...)
    if (length(equal)) out$args$group.equal <- I(equal)
    out
  })
  sequence(paste(c("hs_schools", estimator, ...), collapse = "_"), "hs", fits, tests)
}

partial <- sequence("hs_partial", "hs", list(
  metric = of(holzinger, group = "school", group.equal = I("loadings")),
  partial = of(holzinger, group = "school", group.equal = I(c("loadings", "intercepts")),
               group.partial = I(c("x3~1", "x7~1")))
), list(default))

saturated <- function(estimator, tests) {
  sequence(paste0("talor_", estimator), "talor", list(
    saturated = of(sprintf(talor, "NA", "NA"), estimator = estimator, fixed.x = FALSE),
    indirect = of(sprintf(talor, "NA", "0"), estimator = estimator, fixed.x = FALSE),
    none = of(sprintf(talor, "0", "0"), estimator = estimator, fixed.x = FALSE)
  ), tests)
}

fixed_x <- function(estimator, tests) {
  mimic <- paste0(holzinger, "\nvisual ~ ageyr + sex\ntextual ~ ageyr + %1$ssex\nspeed ~ %1$sageyr")
  sequence(paste0("hs_mimic_", estimator), "hs",
           list(free = of(sprintf(mimic, ""), estimator = estimator),
                fixed = of(sprintf(mimic, "0*"), estimator = estimator)), tests)
}

scaling <- sequence("hs_scaling", "hs", list(
  unit_variances = of(crossed, estimator = "MLM", std.lv = TRUE),
  markers = of(holzinger, estimator = "MLM")
), list(sb2001, s2000))

ordinal_groups <- function(estimator, tests, ...) {
  two <- "f1 =~ u1 + u2 + u3 + u4\nf2 =~ u5 + u6 + u7 + u8"
  levels <- list(configural = character(), thresholds = "thresholds",
                 scalar = c("thresholds", "loadings"),
                 means = c("thresholds", "loadings", "means"))
  fits <- lapply(levels, function(equal) {
    out <- of(two, estimator = estimator, group = "g", ordered = paste0("u", 1:8), ...)
    if (length(equal)) out$args$group.equal <- I(equal)
    out
  })
  # Residual variances that are free beside equal thresholds make the bottom flat under theta.
  sequence(paste(c("datcat_groups", estimator, ...), collapse = "_"), "datcat", fits, tests,
           tolerance = if (length(list(...))) 2e-4 else 5e-5)
}

ordinal <- function(estimator, tests, ...) {
  labels <- function(label) sprintf("F =~ c1 + c2 + %1$so1 + %1$so2\nG =~ c3 + %1$so3 + o4 + b1\nG ~ F", label)
  fits <- lapply(c(free = "", equal = "a*"), function(label) {
    of(labels(label), estimator = estimator, ordered = c("o1", "o2", "o3", "o4", "b1"), ...)
  })
  fits$apart <- of(sub("G ~ F", "G ~ 0*F", labels("a*"), fixed = TRUE), estimator = estimator,
                   ordered = c("o1", "o2", "o3", "o4", "b1"), ...)
  sequence(paste0("mixed_", estimator), "sim_mixed", fits, tests, tolerance = 5e-5)
}

origin <- sprintf("lavaan %s, %s", packageVersion("lavaan"), R.version.string)
write(toJSON(list(program = origin, sequences = list(
  polidem("ML", list(default)), polidem("MLM", scaled), polidem("MLR", scaled),
  one_group("ML", list(default)), one_group("MLM", scaled), one_group("MLR", scaled),
  one_group("MLMV", adjusted), one_group("MLMVS", adjusted), one_group("GLS", list(default)),
  schools("ML", list(default)), schools("ML", list(default), likelihood = "wishart"),
  schools("MLM", scaled), schools("MLR", scaled), schools("MLMV", adjusted),
  schools("MLMVS", adjusted), partial,
  saturated("ML", list(default)), saturated("MLM", scaled), saturated("MLR", scaled),
  saturated("MLMV", adjusted), scaling,
  fixed_x("ML", list(default)), fixed_x("MLM", scaled), fixed_x("MLR", scaled),
  fixed_x("MLMV", adjusted),
  informed("MLR", "expected", scaled), informed("MLR", "expected", scaled, "school"),
  informed("MLM", "observed", scaled), informed("MLMV", "observed", adjusted),
  ordinal_groups("WLSMV", adjusted), ordinal_groups("WLSMV", adjusted, parameterization = "theta"),
  ordinal_groups("WLSM", list(default, s2000, unshifted)), ordinal_groups("ULSMV", adjusted),
  ordinal("WLSMV", adjusted), ordinal("WLSM", list(default, s2000, unshifted)),
  ordinal("WLSMVS", adjusted)
)), auto_unbox = TRUE, digits = I(10), na = "null", null = "null"), "compare.json")
