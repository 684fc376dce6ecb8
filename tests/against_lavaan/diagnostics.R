# Modification indices, scaled residuals and factor scores, made by lavaan.
# Run in this folder: Rscript diagnostics.R
# Searches end by Gauss-Newton steps to their limit, where these find an end; see cases.R.
suppressPackageStartupMessages({
  library(lavaan)
  library(jsonlite)
})

read_data <- function(file) {
  found <- read.csv(file.path("data", paste0(file, ".csv")))
  names(found) <- gsub(".", "_", names(found), fixed = TRUE)
  found[complete.cases(found), ]
}

rows_of <- function(frame) lapply(seq_len(nrow(frame)), function(k) unname(as.list(frame[k, ])))
matrix_rows <- function(m) lapply(seq_len(nrow(m)), function(k) as.numeric(m[k, ]))

residual_of <- function(found) {
  names(found) <- sub("res.", "", names(found), fixed = TRUE) # given fixed predictors
  out <- list(names = colnames(found$cov), cov = matrix_rows(unclass(found$cov)))
  if (!is.null(found$int)) out$mean <- as.numeric(found$int)
  if (!is.null(found[["mean"]])) out$mean <- as.numeric(found[["mean"]])
  if (!is.null(found$th)) out$thresholds <- as.list(found$th)
  if (!is.null(found$slopes)) {
    slopes <- unclass(found$slopes)
    out$slopes <- list(names = I(colnames(slopes)), rows = matrix_rows(slopes))
  }
  out
}

case <- function(name, data, model, args = list(), tolerance = 1e-6,
                 scores = c(regression = "regression", bartlett = "Bartlett"),
                 kinds = c("raw", "cor", "cor.bentler", "normalized", "standardized")) {
  call <- c(list(model = model, data = read_data(data)), args)
  search <- list(optim.method = "GN", optim.gn.tol.x = 1e-10, optim.gn.iter.max = 1000)
  fitted <- do.call("sem", if (tolerance < 1e-5) c(call, search) else call)
  stopifnot(lavInspect(fitted, "converged"))
  single <- lavInspect(fitted, "ngroups") == 1
  by_group <- function(found, make) if (single) list(make(found)) else unname(lapply(found, make))
  indices <- as.data.frame(modindices(fitted))
  if (is.null(indices$group)) indices$group <- 1L
  columns <- c("lhs", "op", "rhs", "group", "mi", "epc", "sepc.lv", "sepc.all", "sepc.nox")
  residual <- lapply(setNames(kinds, kinds), function(kind) {
    found <- suppressWarnings(residuals(fitted, type = kind))
    if (!single) found <- found[lavInspect(fitted, "group.label")]
    by_group(found, residual_of)
  })
  names(args) <- gsub(".", "_", names(args), fixed = TRUE)
  out <- list(name = name, data = data, model = model, args = args, tolerance = tolerance,
              columns = gsub(".", "_", columns, fixed = TRUE),
              indices = rows_of(indices[, columns]), residuals = residual)
  if (length(scores)) out$scores <- lapply(scores, function(m)
    by_group(lavPredict(fitted, method = m), function(s) {
      s <- unclass(s)
      list(names = as.list(colnames(s)), rows = matrix_rows(s[1:5, , drop = FALSE]))
    }))
  if (!length(out$args)) out$args <- NULL
  out
}

holzinger <- "visual =~ x1 + x2 + x3
textual =~ x4 + x5 + x6
speed =~ x7 + x8 + x9"
mimic <- "visual ~ ageyr + sex
textual ~ ageyr + sex + grade
speed ~ grade"
two <- "textual =~ x4 + x5 + x6
speed =~ x7 + x8 + x9"
scalar <- "textual =~ x4 + c(c, c)*x5 + c(d, d)*x6
speed =~ x7 + c(e, e)*x8 + c(f, f)*x9
x4 ~ c(i4, i4)*1
x5 ~ c(i5, i5)*1
x6 ~ c(i6, i6)*1
x7 ~ c(i7, i7)*1
x8 ~ c(i8, i8)*1
x9 ~ c(i9, i9)*1
textual ~ c(0, NA)*1
speed ~ c(0, NA)*1"

# lavaan finds polychoric correlations to about 1e-7, which is what limits agreement.
ordinal <- function(name, data, model, args, ...) {
  case(name, data, model, c(list(ordered = I(args$ordered)), args[names(args) != "ordered"]),
       tolerance = 2e-5, scores = c(ebm = "EBM"), ...)
}
u <- paste0("u", 1:8)
o <- c("o1", "o2", "o3", "o4", "b1")
two_u <- "f1 =~ u1 + u2 + u3 + u4
f2 =~ u5 + u6 + u7 + u8"
one_u <- "f =~ u1 + u2 + u3 + u4 + u5 + u6 + u7 + u8"
mixed <- "F =~ c1 + c2 + o1 + o2
G =~ c3 + o3 + o4 + b1
G ~ F"
mixed_x <- "F =~ c1 + c2 + o1 + o2
G =~ c3 + o3 + o4 + b1
F ~ age + male
G ~ F + male"
plain <- c("raw", "cor", "cor.bentler")
cases <- list(
  case("factors", "hs", holzinger),
  case("orthogonal", "hs", holzinger, list(orthogonal = TRUE)),
  case("fixed covariances", "hs", paste(holzinger, "visual ~~ 0*speed", "visual ~~ 0.4*textual",
                                        sep = "\n"), list(std.lv = TRUE)),
  case("second order", "hs", paste0(holzinger, "\ng =~ visual + textual + speed")),
  case("single indicators", "hs", "TEXT =~ 1*x4
x4 ~~ 0.35*x4
AGE =~ 1*ageyr
ageyr ~~ 0*ageyr
speed =~ x7 + x8 + x9
speed ~ TEXT + AGE
TEXT ~ AGE"),
  case("fixed x", "hs", paste(holzinger, mimic, sep = "\n")),
  case("fixed x with means", "hs", paste(holzinger, mimic, sep = "\n"),
       list(meanstructure = TRUE)),
  case("random x", "hs", paste(holzinger, mimic, sep = "\n"), list(fixed.x = FALSE)),
  case("equal intercepts", "hs", paste(holzinger, "visual ~ ageyr", "x1 ~ m*1", "x2 ~ m*1",
                                       sep = "\n"), tolerance = 1e-4),
  # Scores of a model with observed outcomes are another matter; see test_scores.py.
  case("observed outcome", "hs", "speed =~ x7 + x8 + x9
grade ~ ageyr
speed ~ grade + sex", scores = NULL),
  case("observed only", "talor", "pmi ~ cond
import ~ cond
reaction ~ pmi + import", scores = NULL),
  case("indicator predicts", "hs", paste0(two, "\nspeed ~ textual + x4"), scores = NULL),
  case("equal labels", "polidem", "ind60 =~ x1 + x2 + x3
dem60 =~ y1 + a*y2 + b*y3 + c*y4
dem65 =~ y5 + a*y6 + b*y7 + c*y8
dem60 ~ ind60
dem65 ~ ind60 + dem60
y1 ~~ y5
y2 ~~ y4 + y6
y3 ~~ y7
y4 ~~ y8
y6 ~~ y8"),
  case("groups", "hs", "textual =~ x4 + x5 + x6
speed =~ x7 + c(a, a)*x8 + x9", list(group = "school")),
  case("scalar invariance", "hs", scalar, list(group = "school"), tolerance = 1e-4),
  ordinal("ordinal factors", "datcat", two_u, list(ordered = u)),
  ordinal("ordinal factors, theta", "datcat", two_u, list(ordered = u, parameterization = "theta")),
  ordinal("ordinal misfit", "datcat", one_u, list(ordered = u, std.lv = TRUE)),
  ordinal("ordinal, unweighted", "datcat", two_u, list(ordered = u, estimator = "ULSMV")),
  # lavaan divides errors of residuals in groups by all cases, and has none where continuous
  # variables stand beside ordinal ones.
  ordinal("ordinal groups", "datcat", two_u, list(ordered = u, group = "g"), kinds = plain),
  ordinal("ordinal scalar invariance", "datcat", two_u,
          list(ordered = u, group = "g", group.equal = c("thresholds", "loadings")),
          kinds = plain),
  ordinal("mixed", "sim_mixed", mixed, list(ordered = o), kinds = plain),
  ordinal("mixed, fixed x", "sim_mixed", mixed_x, list(ordered = o), kinds = plain)
)
write(toJSON(list(
  program = sprintf("lavaan %s, %s", packageVersion("lavaan"), R.version.string), cases = cases
), auto_unbox = TRUE, digits = I(10), na = "null", null = "null"), "diagnostics.json")
