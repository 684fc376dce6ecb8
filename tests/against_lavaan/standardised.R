# Standardised solutions with errors and intervals. Run in this folder: Rscript standardised.R
suppressPackageStartupMessages({
  library(lavaan)
  library(jsonlite)
})

polidem <- read.csv(file.path("data", "polidem.csv"))
hs <- read.csv(file.path("data", "hs.csv"))
tight <- list(optim.method = "GN", optim.gn.tol.x = 1e-10, optim.gn.iter.max = 1000)

democracy <- "
  ind60 =~ x1 + x2 + x3
  dem60 =~ y1 + y2 + y3 + y4
  dem65 =~ y5 + y6 + y7 + y8
  dem60 ~ a*ind60
  dem65 ~ ind60 + b*dem60
  y1 ~~ y5
  y2 ~~ y4 + y6
  y3 ~~ y7
  y4 ~~ y8
  y6 ~~ y8
  ab := a*b
"
three <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"

rows_of <- function(fit, level) {
  found <- standardizedSolution(fit, level = level)
  found <- found[found$op != "~1", ]
  keep <- intersect(c("lhs", "op", "rhs", "group", "est.std", "se", "ci.lower", "ci.upper"),
                    names(found))
  as.list(found[keep])
}

out <- list(
  lavaan = as.character(packageVersion("lavaan")),
  R = R.version.string,
  democracy = rows_of(do.call("sem", c(list(democracy, polidem), tight)), 0.95),
  robust = rows_of(do.call("sem", c(list(democracy, polidem, estimator = "MLR"), tight)), 0.90),
  schools = rows_of(do.call("cfa", c(list(three, hs, group = "school"), tight)), 0.95)
)
write(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "standardised.json")
