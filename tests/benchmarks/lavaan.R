# lavaan's side of the benchmarks. Reads "<what> <times>" a line from stdin, answers with the CPU
# seconds (user and system) that one such piece of work took, or one resample of a bootstrap.
# Usage: Rscript lavaan.R <model text> <data csv> <the same with holes, csv>
suppressWarnings(suppressPackageStartupMessages(library(lavaan)))

given <- commandArgs(trailingOnly = TRUE)
model <- paste(readLines(given[1]), collapse = "\n")
data <- read.csv(given[2])
holes <- read.csv(given[3])

whole <- function(estimator, data, ...) {
  fit <- sem(model, data, estimator = estimator, ...)
  parameterEstimates(fit, standardized = TRUE)
  fitMeasures(fit)
}
known <- sem(model, data)
root <- chol(cor(data))
cuts <- seq(-1.9, 1.9, length.out = 6) - 0.35
# A replicate of a power study: draw, cut, fit, Wald tests, test of fit.
replicate_of <- function(estimator) {
  x <- matrix(rnorm(length(root[1, ]) * nrow(data)), nrow(data)) %*% root
  drawn <- as.data.frame(matrix(findInterval(x, cuts) + 1, nrow(data), dimnames = list(NULL, names(data))))
  fit <- sem(model, drawn, estimator = estimator)
  parameterEstimates(fit)
  fitMeasures(fit, if (estimator == "ML") c("pvalue", "rmsea.pvalue") else c("pvalue.scaled", "rmsea.pvalue.scaled"))
}
work <- list(
  ML = function(times) for (i in seq_len(times)) whole("ML", data),
  MLR = function(times) for (i in seq_len(times)) whole("MLR", data),
  FIML = function(times) for (i in seq_len(times)) whole("ML", holes, missing = "fiml"),
  powerML = function(times) for (i in seq_len(times)) replicate_of("ML"),
  powerMLR = function(times) for (i in seq_len(times)) replicate_of("MLR"),
  bootstrap = function(times) bootstrapLavaan(known, R = times, iseed = 1)
)
seconds <- function(what, times) {
  before <- proc.time()
  suppressWarnings(work[[what]](times))
  spent <- proc.time() - before
  (spent[["user.self"]] + spent[["sys.self"]]) / times
}

cat(
  "lavaan ", as.character(packageVersion("lavaan")), ", R ", as.character(getRversion()),
  ", ", basename(extSoftVersion()[["BLAS"]]), "\n", sep = ""
)
input <- file("stdin", "r")
while (length(line <- readLines(input, 1)) > 0) {
  asked <- strsplit(line, " ")[[1]]
  cat(format(seconds(asked[1], as.integer(asked[2])), digits = 6), "\n", sep = "")
  flush(stdout())
}
