# Fits of lavaan without single cases, and its casewise log-likelihoods.
# Run in this folder: Rscript influence.R
suppressPackageStartupMessages({
  library(lavaan)
  library(jsonlite)
})

read_data <- function(file) read.csv(file.path("data", paste0(file, ".csv")))
tight <- list(optim.method = "GN", optim.gn.tol.x = 1e-10, optim.gn.iter.max = 1000)
# Gauss-Newton steps do not reach the maximum where cells are missing.
fitted <- function(model, data, ...) {
  how <- if (!"missing" %in% ...names()) tight else
    list(optim.force.converged = TRUE, control = list(rel.tol = 1e-12))
  do.call("sem", c(list(model, data = data, ...), how))
}

# The log-likelihood of all cases at the estimates of another fit.
likelihood_at <- function(of, data, ...) {
  table <- parTable(of)
  table$ustart <- table$est
  table$free <- 0L
  fixed <- table[, c("lhs", "op", "rhs", "group", "free", "ustart", "exo")]
  as.numeric(logLik(fitted(fixed, data, ...)))
}

scan <- function(model, file, cases, ...) {
  data <- read_data(file)
  whole <- fitted(model, data, ...)
  inverse <- solve(vcov(whole))
  one <- function(k) {
    without <- fitted(model, data[-k, ], ...)
    moved <- coef(whole) - coef(without)
    list(case = k, gcd = as.numeric(moved %*% inverse %*% moved),
         changes = as.numeric(moved / sqrt(diag(vcov(whole)))),
         d_chisq = as.numeric(fitMeasures(whole, "chisq") - fitMeasures(without, "chisq")),
         likelihood_distance = as.numeric(2 * (logLik(whole) - likelihood_at(without, data, ...))))
  }
  list(model = model, data = file, args = list(...), names = names(coef(whole)),
       loglik = as.numeric(lavInspect(whole, "loglik.casewise")), cases = lapply(cases, one))
}

three <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
democracy <- paste("ind60 =~ x1 + x2 + x3", "dem60 =~ y1 + y2 + y3 + y4",
                   "dem65 =~ y5 + y6 + y7 + y8", "dem60 ~ ind60", "dem65 ~ ind60 + dem60",
                   "y1 ~~ y5", sep = "\n")
out <- suppressWarnings(list(  # empty rows of hs_holes
  origin = sprintf("lavaan %s, %s", packageVersion("lavaan"), R.version.string),
  fits = list(
    complete = scan(three, "hs", c(1, 47, 105, 163, 180)),
    democracy = scan(democracy, "polidem", c(1, 8, 75)),
    holes = scan(three, "hs_holes", c(2, 47, 180), missing = "fiml")
  )
))
write(toJSON(out, auto_unbox = TRUE, digits = NA), "influence.json")
