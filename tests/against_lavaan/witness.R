# How the numbers in cases/, robust/ and ordinal/ are made with lavaan; cases.R, robust.R and
# ordinal.R use it.
# lavaan's default optimiser stops at a gradient of about 1e-6. A second search, by Gauss-Newton
# steps to their limit, makes the estimates those of the minimum to 1e-9 or so; where these steps
# find no end, or (with restricted means) end elsewhere, BFGS serves. Neither knows curved
# constraints: cases that have some keep the first search, and state a tolerance of their own.
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

# One case: a model, a data file and lavaan's arguments. `rows` keeps the first rows only; with
# `n` the file is a covariance matrix and `mean` the means. `tolerance` is relative, or absolute
# for numbers below 1.
# `only` are arguments for lavaan alone, `more` makes what else is stored.
case <- function(name, data, model, args = list(), rows = NULL, n = NULL, mean = NULL,
                 tolerance = 1e-6, folder = "cases", only = list(), more = NULL) {
  model <- gsub("^\\s+|\\s+$", "", gsub("\n\\s+", "\n", model))
  found <- read_data(data)
  if (!is.null(rows)) found <- found[seq_len(rows), ]
  input <- if (is.null(n)) {
    list(data = found)
  } else {
    cov <- as.matrix(found)
    rownames(cov) <- colnames(cov)
    c(list(sample.cov = cov, sample.nobs = n),
      if (!is.null(mean)) list(sample.mean = setNames(mean, colnames(cov))))
  }
  call <- c(list(model = model), input, args, only)
  first <- fitted <- suppressWarnings(do.call("sem", call))
  if (tolerance < 1e-5) for (search in searches) {
    fitted <- suppressWarnings(do.call("sem", c(call, search)))
    if (lavInspect(fitted, "converged") && chisq(fitted) < chisq(first) + 1e-6) break
  }
  stopifnot(lavInspect(fitted, "converged"), chisq(fitted) < chisq(first) + 1e-6)
  fitted@baseline <- first@baseline # the second search is of no use there
  python <- setNames(args, gsub(".", "_", names(args), fixed = TRUE))
  several <- intersect(names(python), c("group_equal", "group_partial", "ordered"))
  python[several] <- lapply(python[several], function(x) if (isTRUE(x)) x else I(x)) # lists in JSON, of one text too
  out <- list(
    name = name, program = origin, model = model, data = data, args = python,
    rows = rows, n = n, mean = mean, tolerance = tolerance,
    parameters = parameters_of(fitted),
    measures = as.list(fitMeasures(fitted)),
    test = corrected_test(fitted),
    r2 = by_group(fitted, lavInspect(fitted, "r2"), as.list),
    implied = by_group(fitted, lavInspect(fitted, "implied"), moments),
    more = if (!is.null(more)) more(fitted)
  )
  out <- out[!vapply(out, is.null, logical(1))]
  if (!length(out$args)) out$args <- NULL
  write(toJSON(out, auto_unbox = TRUE, digits = I(10), na = "null", null = "null"),
        file.path(folder, paste0(name, ".json")))
  cat(sprintf("%-28s chisq %10.5f  df %3d  %s moved %.1e\n", name, out$measures$chisq,
              as.integer(out$measures$df), lavInspect(fitted, "options")$optim.method,
              max(abs(coef(fitted) - coef(first)))), file = stderr())
}

chisq <- function(fitted) unname(fitMeasures(fitted, "chisq"))
origin <- sprintf("lavaan %s, %s", packageVersion("lavaan"), R.version.string)
columns <- c("lhs", "op", "rhs", "group", "label", "est", "se", "z", "pvalue", "ci.lower",
             "ci.upper", "std.lv", "std.all")

# The corrected test statistic, if there is one.
corrected_test <- function(fitted) {
  found <- lavInspect(fitted, "test")
  if (length(found) < 2) return(NULL)
  kept <- c("test", "stat", "df", "pvalue", "scaling.factor", "shift.parameter", "trace.UGamma")
  found <- found[[2]][intersect(kept, names(found[[2]]))]
  found$shift.parameter <- sum(found$shift.parameter) # of all groups
  found
}

parameters_of <- function(fitted) {
  found <- as.data.frame(parameterEstimates(fitted, standardized = TRUE))
  if (is.null(found$group)) found$group <- ifelse(found$op == ":=", 0L, 1L)
  if (is.null(found$label)) found$label <- ""
  found <- found[, columns]
  names(found) <- gsub(".", "_", names(found), fixed = TRUE)
  list(columns = names(found),
       rows = lapply(seq_len(nrow(found)), function(k) unname(as.list(found[k, ]))))
}

by_group <- function(fitted, found, make) {
  if (lavInspect(fitted, "ngroups") == 1) list(make(found)) else unname(lapply(found, make))
}

moments <- function(found) {
  names(found) <- sub("res.", "", names(found), fixed = TRUE) # given fixed predictors
  cov <- unclass(found$cov)
  out <- list(names = colnames(cov), lower = t(cov)[upper.tri(cov, diag = TRUE)])
  if (!is.null(found$int)) out$mean <- as.numeric(found$int)
  if (!is.null(found[["mean"]])) out$mean <- as.numeric(found[["mean"]])
  if (!is.null(found$th)) out$thresholds <- as.list(found$th)
  if (!is.null(found$slopes)) out$slopes <- lapply(as.data.frame(unclass(found$slopes)), as.list)
  out
}
