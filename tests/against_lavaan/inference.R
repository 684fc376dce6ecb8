# Monte Carlo intervals of indirect effects, made by semTools from lavaan's estimates, and a
# bootstrap by lavaan. Run in this folder: Rscript inference.R
suppressPackageStartupMessages({
  library(lavaan)
  library(semTools)
  library(jsonlite)
})

stored <- function(name) fromJSON(file.path("cases", paste0(name, ".json")))

monte_carlo <- function(name, draws) {
  of <- stored(name)
  fitted <- sem(of$model, read.csv(file.path("data", paste0(of$data, ".csv"))))
  set.seed(20)
  found <- monteCarloCI(fitted, nRep = draws)
  list(case = name, draws = draws, names = rownames(found), est = found$est,
       ci_lower = found$ci.lower, ci_upper = found$ci.upper)
}

resample <- function(name, draws) {
  of <- stored(name)
  fitted <- sem(of$model, read.csv(file.path("data", paste0(of$data, ".csv"))), se = "bootstrap",
                bootstrap = draws, iseed = 20)
  found <- parameterEstimates(fitted, boot.ci.type = "perc")
  found <- found[found$op == ":=", ]
  list(case = name, draws = draws, names = found$lhs, est = found$est,
       ci_lower = found$ci.lower, ci_upper = found$ci.upper)
}

origin <- sprintf("semTools %s, lavaan %s, %s", packageVersion("semTools"),
                  packageVersion("lavaan"), R.version.string)
write(toJSON(list(
  program = origin,
  monte_carlo = list(monte_carlo("talor_mediation", 1e6), monte_carlo("scrm_serial", 3e5)),
  bootstrap = list(resample("talor_mediation", 4000))
), auto_unbox = TRUE, digits = I(10)), "inference.json")
