# Reliability and validity by semTools, psych and lavaan. Run in this folder: Rscript measurement.R
suppressPackageStartupMessages({
  library(lavaan)
  library(semTools)
  library(jsonlite)
})

read_data <- function(file) read.csv(file.path("data", paste0(file, ".csv")))
hs <- read_data("hs")
datcat <- read_data("datcat")

tight <- list(optim.method = "GN", optim.gn.tol.x = 1e-10, optim.gn.iter.max = 1000)
three <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
higher <- paste0(three, "\ng =~ visual + textual + speed")
correlated <- paste0(three, "\nx5 ~~ x6\nvisual =~ x9")
two <- "f1 =~ u1 + u2 + u3 + u4\nf2 =~ u5 + u6 + u7 + u8"
fitted <- function(model, data, ...) do.call("cfa", c(list(model, data = data, ...), tight))
table_of <- function(m) list(rows = rownames(m), cols = colnames(m), values = unclass(m))
quiet <- suppressWarnings

continuous <- fitted(three, hs)
second <- fitted(higher, hs)
# Gauss-Newton steps lead this one elsewhere.
crossed <- cfa(correlated, hs, control = list(rel.tol = 1e-14))
ordinal <- cfa(two, datcat, ordered = paste0("u", 1:8))

# Omega and AVE with standard errors: lavaan's own delta method on definitions.
defined <- paste(
  "visual =~ a*x1 + b*x2 + c*x3", "textual =~ NA*x4 + x5 + x6", "speed =~ NA*x7 + x8 + x9",
  "visual ~~ 1*visual\ntextual ~~ 1*textual\nspeed ~~ 1*speed",
  "x1 ~~ e1*x1\nx2 ~~ e2*x2\nx3 ~~ e3*x3",
  "omega := (a + b + c)^2 / ((a + b + c)^2 + e1 + e2 + e3)",
  "ave := (a^2 + b^2 + c^2) / (a^2 + b^2 + c^2 + e1 + e2 + e3)",
  "o := a^2 / e1 + b^2 / e2 + c^2 / e3", "h := o / (1 + o)", sep = "\n")
by_definition <- function(...) {
  found <- parameterEstimates(fitted(sub("a[*]x1", "NA*x1 + a*x1", defined), hs, ...))
  found <- found[found$op == ":=" & found$lhs != "o", c("lhs", "est", "se")]
  rownames(found) <- NULL
  found
}

# Alpha of a saturated model: lavaan's distribution-free and normal-theory standard errors.
saturated <- paste(
  "x1 ~~ v1*x1 + c12*x2 + c13*x3", "x2 ~~ v2*x2 + c23*x3", "x3 ~~ v3*x3",
  "alpha := 1.5 * (1 - (v1 + v2 + v3) / (v1 + v2 + v3 + 2*c12 + 2*c13 + 2*c23))", sep = "\n")
alpha_by <- function(...) {
  found <- parameterEstimates(lavaan(saturated, hs, ...))
  as.list(found[found$op == ":=", c("est", "se")])
}

# The same of incomplete cells, by full information on all nine items.
nine <- paste0("x", 1:9)
lines <- sapply(seq_along(nine)[-1], function(k) paste(nine[k], "~~", paste(nine[1:(k - 1)], collapse = " + ")))
keep <- !grepl("^x[23] ", lines)
saturated_nine <- paste(c(saturated, lines[keep], paste(nine, "~ 1"), paste(nine[4:9], "~~", nine[4:9])),
                        collapse = "\n")
alpha_incomplete <- function(...) {
  found <- parameterEstimates(lavaan(saturated_nine, read_data("hs_holes"), missing = "fiml",
                                     control = list(rel.tol = 1e-14), ...))
  as.list(found[found$op == ":=", c("est", "se")])
}

# Spearman-Brown of two items: a saturated model's distribution-free and normal-theory errors.
two_items <- paste("x1 ~~ v1*x1 + c12*x2", "x2 ~~ v2*x2", "r := c12 / sqrt(v1 * v2)",
                   "sb := 2 * r / (1 + r)", sep = "\n")
brown <- function(...) {
  found <- parameterEstimates(lavaan(two_items, hs, ...))
  as.list(found[found$lhs == "sb", c("est", "se")])
}

# Intervals on other scales: lavaan's own delta method on the transformed definitions.
transformed <- paste(sub("a[*]x1", "NA*x1 + a*x1", defined), "visual ~~ r*textual",
  "logit.omega := log(omega / (1 - omega))", "logit.ave := log(ave / (1 - ave))",
  "logit.h := log(h / (1 - h))", "fisher.r := 0.5 * log((1 + r) / (1 - r))", sep = "\n")
limits <- parameterEstimates(fitted(transformed, hs))
limits <- limits[grepl("logit|fisher", limits$lhs), c("lhs", "ci.lower", "ci.upper")]
back <- lapply(grepl("logit", limits$lhs), function(share) if (share) plogis else tanh)
limits <- data.frame(lhs = limits$lhs,
                     lower = mapply(function(f, x) f(x), back, limits$ci.lower),
                     upper = mapply(function(f, x) f(x), back, limits$ci.upper))

# A composite: weights, variance inflation, and its redundancy with one item, a regression.
formative <- "C <~ 1*x1 + start(0.2)*x2 + start(0.1)*x3\ntextual =~ x4 + x5 + x6\ntextual ~ start(0.3)*C"
composite <- sem(formative, hs, control = list(iter.max = 10000))
weights <- subset(parameterEstimates(composite, standardized = TRUE), op == "<~")
standard <- subset(standardizedSolution(composite), op == "<~")
redundant <- summary(lm(x9 ~ x1 + x2 + x3, hs))
reflective <- sem("C <~ 1*x1 + start(0.2)*x2 + start(0.1)*x3\nspeed =~ x7 + x8 + x9\nspeed ~ start(0.3)*C", hs,
                  control = list(iter.max = 10000))
path <- subset(standardizedSolution(reflective), lhs == "speed" & op == "~")

psych_alpha <- psych::alpha(hs[paste0("x", 1:3)])$total
pairs_of <- function(...) {
  found <- quiet(discriminantValidity(continuous, cutoff = .9, ...))
  data.frame(lhs = found$lhs, rhs = found$rhs, r = found$est, df = found$Df,
             chisq = found$Chisq, chisq_diff = found[["Chisq diff"]],
             df_diff = found[["Df diff"]], pvalue = found[["Pr(>Chisq)"]])
}

stored <- list(
  versions = list(lavaan = as.character(packageVersion("lavaan")),
                  semTools = as.character(packageVersion("semTools")),
                  psych = as.character(packageVersion("psych")), R = as.character(getRversion())),
  models = list(three = three, higher = higher, correlated = correlated, two = two),
  reliability = list(three = table_of(quiet(reliability(continuous))),
                     correlated = table_of(quiet(reliability(crossed))),
                     two = table_of(quiet(reliability(ordinal)))),
  second_order = as.list(quiet(reliabilityL2(second, "g"))),
  htmt = list(three = table_of(unclass(htmt(three, hs, htmt2 = FALSE))),
              two = table_of(unclass(htmt(two, datcat, ordered = paste0("u", 1:8), htmt2 = FALSE)))),
  htmt2 = list(three = table_of(unclass(htmt(three, hs, htmt2 = TRUE))),
               two = table_of(unclass(htmt(two, datcat, ordered = paste0("u", 1:8), htmt2 = TRUE)))),
  loadings = with(subset(standardizedSolution(continuous), op == "=~"),
                  data.frame(lhs, rhs, est = est.std, se, lower = ci.lower, upper = ci.upper)),
  correlations = with(subset(standardizedSolution(continuous), op == "~~" & lhs != rhs),
                      data.frame(lhs, rhs, est = est.std, se)),
  defined = list(ml = by_definition(), mlr = by_definition(estimator = "MLR")),
  alpha = list(normal = alpha_by(estimator = "ML"), adf = alpha_by(estimator = "ML", se = "robust.sem"),
               psych = list(est = psych_alpha$raw_alpha, ase = psych_alpha$ase)),
  incomplete = list(mlr = alpha_incomplete(estimator = "MLR"), ml = alpha_incomplete(estimator = "ML")),
  htmt_holes = table_of(unclass(htmt(three, read_data("hs_holes"), missing = "fiml", htmt2 = FALSE))),
  spearman_brown = list(normal = brown(estimator = "ML"), adf = brown(estimator = "ML", se = "robust.sem")),
  limits = limits,
  formative = list(
    weights = data.frame(item = weights$rhs, est = weights$est, se = weights$se, std = weights$std.all, std_se = standard$se),
    vif = diag(solve(cor(hs[paste0("x", 1:3)]))),
    redundancy = list(item = sqrt(redundant$r.squared), reflective = path$est.std, reflective_se = path$se)),
  discriminant = list(fixed = pairs_of(), merged = pairs_of(merge = TRUE))
)
write(toJSON(stored, digits = I(10), auto_unbox = TRUE, pretty = TRUE, na = "null"), "measurement.json")
