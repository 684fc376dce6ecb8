# Quantiles of fit indices where a three-factor model is right, and where it leaves one or two
# loadings out: the populations and fits are lavaan's. Run in this folder: Rscript dynamic.R
suppressPackageStartupMessages({
  library(lavaan)
  library(jsonlite)
})

hs <- read.csv("data/hs.csv")
model <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
fitted <- cfa(model, hs)
std <- standardizedSolution(fitted)
items <- paste0("x", 1:9)
factors <- c("visual", "textual", "speed")
loadings <- sapply(factors, function(f) sapply(items, function(i) {
  found <- std$est.std[std$op == "=~" & std$lhs == f & std$rhs == i]
  if (length(found)) found else 0
}))
between <- lavInspect(fitted, "cor.lv")[factors, factors]
# The weakest items of the two factors that are less reliable than textual, on that factor, as
# large as their own loadings; unit variances, what is left is residual.
weakest <- sapply(c("visual", "speed"), function(f) {
  own <- loadings[loadings[, f] > 0, f]
  own[which.min(own)]
})
names(weakest) <- sub(".*[.]", "", names(weakest))
weakest <- sort(weakest)
correlations <- function(count) {
  for (i in names(weakest)[seq_len(count)]) loadings[i, "textual"] <- weakest[[i]]
  r <- loadings %*% between %*% t(loadings)
  diag(r) <- 1
  r
}
indices <- function(r, draws = 500) {
  root <- chol(r)
  t(replicate(draws, {
    x <- matrix(rnorm(301 * 9), 301) %*% root
    colnames(x) <- colnames(r)
    fitMeasures(suppressWarnings(cfa(model, as.data.frame(x))), c("srmr", "rmsea", "cfi"))
  }))
}

set.seed(7)
out <- lapply(0:2, function(count) {
  r <- correlations(count)
  list(correlations = r, quantiles = apply(indices(r), 2, quantile, c(0.05, 0.10, 0.5, 0.90, 0.95)))
})
write(toJSON(list(
  origin = sprintf("lavaan %s, %s", packageVersion("lavaan"), R.version.string),
  probabilities = c(0.05, 0.10, 0.5, 0.90, 0.95), added = as.list(weakest), levels = out
), auto_unbox = TRUE, digits = NA), "dynamic.json")
