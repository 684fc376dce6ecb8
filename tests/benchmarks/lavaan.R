# lavaan's side of the benchmarks. Reads "<what> <times>" a line from stdin, answers with the CPU
# seconds (user and system) that one such piece of work took, or one resample of a bootstrap.
# Usage: Rscript lavaan.R <folder with model.lav, data.csv, holes.csv and points5.csv>
suppressWarnings(suppressPackageStartupMessages(library(lavaan)))

given <- commandArgs(trailingOnly = TRUE)
model <- paste(readLines(file.path(given, "model.lav")), collapse = "\n")
data <- read.csv(file.path(given, "data.csv"))
holes <- read.csv(file.path(given, "holes.csv"))
points5 <- read.csv(file.path(given, "points5.csv"))

whole <- function(estimator, data, ...) {
  fit <- sem(model, data, estimator = estimator, ...)
  parameterEstimates(fit, standardized = TRUE)
  fitMeasures(fit)
}
known <- sem(model, data)
root <- chol(cor(data))
cuts <- list(ML = seq(-1.9, 1.9, length.out = 6) - 0.35, WLSMV = seq(-1.5, 1.5, length.out = 4) - 0.35)
cuts$MLR <- cuts$ML
# A replicate of a power study: draw, cut, fit, Wald tests, test of fit.
replicate_of <- function(estimator, n = nrow(data), ...) {
  x <- matrix(rnorm(length(root[1, ]) * n), n) %*% root
  answers <- findInterval(x, cuts[[estimator]]) + 1
  drawn <- as.data.frame(matrix(answers, n, dimnames = list(NULL, names(data))))
  fit <- sem(model, drawn, estimator = estimator, ...)
  parameterEstimates(fit)
  fitMeasures(fit, if (estimator == "ML") c("pvalue", "rmsea.pvalue") else c("pvalue.scaled", "rmsea.pvalue.scaled"))
}
work <- list(
  ML = function(times) for (i in seq_len(times)) whole("ML", data),
  MLR = function(times) for (i in seq_len(times)) whole("MLR", data),
  FIML = function(times) for (i in seq_len(times)) whole("ML", holes, missing = "fiml"),
  WLSMV = function(times) for (i in seq_len(times)) whole("WLSMV", points5, ordered = TRUE),
  powerML = function(times) for (i in seq_len(times)) replicate_of("ML"),
  powerMLR = function(times) for (i in seq_len(times)) replicate_of("MLR"),
  powerWLSMV = function(times) {
    for (i in seq_len(times)) replicate_of("WLSMV", 300, ordered = TRUE)
  },
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
