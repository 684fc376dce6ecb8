# Effect sizes of paths, direct and indirect effects, and descriptions of items. Run in this folder:
# Rscript effects.R
suppressPackageStartupMessages({
  library(lavaan)
  library(psych)
  library(jsonlite)
})

read_data <- function(file) read.csv(file.path("data", paste0(file, ".csv")))
tight <- list(optim.method = "GN", optim.gn.tol.x = 1e-10, optim.gn.iter.max = 1000)
fitted <- function(model, data, ...) do.call("sem", c(list(model, data = data, ...), tight))

measured <- paste(
  "ind60 =~ x1 + x2 + x3", "dem60 =~ y1 + y2 + y3 + y4", "dem65 =~ y5 + y6 + y7 + y8", sep = "\n"
)
schools <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
cases <- list(
  polidem = list(
    data = "polidem", measured = measured,
    paths = c("dem60 ~ ind60", "dem65 ~ ind60", "dem65 ~ dem60")
  ),
  schools = list(
    data = "hs", measured = schools, group = "school",
    paths = c("speed ~ visual", "speed ~ textual")
  ),
  robust = list(
    data = "hs", measured = schools, estimator = "MLR",
    paths = c("textual ~ visual", "speed ~ visual", "speed ~ textual")
  )
)

# R² with each path, and with the path fixed at 0.
shares <- function(case) {
  more <- case[intersect(names(case), c("group", "estimator"))]
  of <- function(paths) {
    text <- paste(c(case$measured, paths), collapse = "\n")
    fit <- do.call(fitted, c(list(text, read_data(case$data)), more))
    r2 <- lavInspect(fit, "r2")
    if (is.list(r2)) r2 else list(r2)
  }
  whole <- of(case$paths)
  rows <- list()
  for (path in case$paths) {
    target <- trimws(strsplit(path, "~")[[1]][1])
    less <- of(c(setdiff(case$paths, path), sub("~ ", "~ 0*", path)))
    for (g in seq_along(whole)) {
      excluded <- unname(less[[g]][target])
      excluded <- if (is.na(excluded)) 0 else excluded
      included <- unname(whole[[g]][target])
      rows[[length(rows) + 1]] <- list(
        path = path, group = g, r2 = included, r2_excluded = excluded,
        f2 = (included - excluded) / (1 - included)
      )
    }
  }
  list(
    data = case$data, model = paste(c(case$measured, case$paths), collapse = "\n"),
    options = more, rows = rows
  )
}

# One indirect and one direct effect, by the delta method.
mediated <- function(data, model, labels) {
  fit <- fitted(model, read_data(data))
  est <- parameterEstimates(fit)
  pick <- function(name) {
    row <- if (name == "indirect") est[est$lhs == "indirect", ] else est[est$label == name, ]
    list(est = row$est, ci_lower = row$ci.lower, ci_upper = row$ci.upper, pvalue = row$pvalue)
  }
  list(data = data, indirect = pick("indirect"), direct = pick("c"))
}
mediations <- list(
  polidem = mediated(
    "polidem", paste0(measured, "\ndem60 ~ a*ind60\ndem65 ~ c*ind60 + b*dem60\nindirect := a*b")
  ),
  schools = mediated(
    "hs", paste0(schools, "\ntextual ~ a*visual\nspeed ~ c*visual + b*textual\nindirect := a*b")
  ),
  observed = mediated("talor", "import ~ a*cond\nreaction ~ c*cond + b*import\nindirect := a*b")
)

hs <- read_data("hs")[paste0("x", 1:9)]
told <- describe(hs, type = 1)
holes <- read_data("hs_holes")[paste0("x", 1:9)]
holes <- holes[rowSums(!is.na(holes)) > 0, ]
unrestricted <- lavCor(holes, missing = "fiml", output = "fit", meanstructure = TRUE)
implied <- lavInspect(unrestricted, "implied")
ordinal <- read_data("datcat")[paste0("u", 1:8)]
plain <- function(m) unname(unclass(as.matrix(m)))
descriptions <- list(
  hs = list(
    n = told$n, mean = told$mean, sd = told$sd, skewness = told$skew, kurtosis = told$kurtosis,
    cor = plain(cor(hs))
  ),
  hs_holes = list(
    n = unname(colSums(!is.na(holes))), mean = unname(unclass(implied$mean)),
    sd = unname(sqrt(diag(implied$cov) * nrow(holes) / (nrow(holes) - 1))),
    cor = plain(cov2cor(implied$cov))
  ),
  datcat = list(
    n = unname(colSums(!is.na(ordinal))), mean = unname(colMeans(ordinal)),
    sd = unname(sapply(ordinal, sd)),
    cor = plain(lavCor(ordinal, ordered = names(ordinal)))
  )
)
write(toJSON(list(
  lavaan = as.character(packageVersion("lavaan")), psych = as.character(packageVersion("psych")),
  R = as.character(getRversion()), shares = lapply(cases, shares), mediations = mediations,
  descriptions = descriptions
), auto_unbox = TRUE, digits = 12), "effects.json")
