# The numbers in least_squares.json, made by lavaan. Run in this folder: Rscript least_squares.R
# lavaan stops its search early: its estimates are those of the minimum to about 1e-5.
suppressPackageStartupMessages({
  library(lavaan)
  library(jsonlite)
})

holzinger <- read.csv(file.path("data", "hs.csv"))
factors <- "visual =~ x1 + x2 + x3
textual =~ x4 + x5 + x6
speed =~ x7 + x8 + x9"
causes <- paste0(factors, "\nvisual ~ ageyr + sex\nspeed ~ ageyr + visual")

out <- list(program = paste("lavaan", packageVersion("lavaan"), "under", R.version.string), cases = list())
case <- function(name, model, ...) {
  fitted <- suppressWarnings(sem(model, holzinger, ...))
  stopifnot(lavInspect(fitted, "converged"))
  args <- list(...)
  names(args) <- gsub(".", "_", names(args), fixed = TRUE)
  estimates <- parameterEstimates(fitted, standardized = TRUE)
  keep <- intersect(c("lhs", "op", "rhs", "group", "est", "se", "std.lv", "std.all"), names(estimates))
  estimates <- estimates[estimates$op %in% c("=~", "~", "~~", "~1"), keep]
  out$cases[[name]] <<- list(model = model, args = args, parameters = estimates,
                             measures = as.list(fitMeasures(fitted)))
}
for (estimator in c("GLS", "ULS", "WLS")) {
  case(paste0(estimator, "_factors"), factors, estimator = estimator)
  case(paste0(estimator, "_means"), factors, estimator = estimator, meanstructure = TRUE)
  case(paste0(estimator, "_causes"), causes, estimator = estimator)
  case(paste0(estimator, "_metric"), factors, estimator = estimator, group = "school",
       group.equal = "loadings")
  case(paste0(estimator, "_scalar"), factors, estimator = estimator, group = "school",
       group.equal = c("loadings", "intercepts"))
}
write(toJSON(out, auto_unbox = TRUE, digits = I(10), na = "null", null = "null"),
      "least_squares.json")
