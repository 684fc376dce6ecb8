# Parameter tables of lavaan's sem() with group.equal and group.partial, as an outside witness.
# Each model is fitted, so that npar and df are fitMeasures()' own.
# Run in this folder: Rscript groups.R     (writes groups.json)
suppressMessages(library(lavaan))

data <- HolzingerSwineford1939
data$three <- rep(c("a", "b", "c"), length.out = nrow(data))

one <- "f =~ x1 + x2 + x3 + x4"
two <- "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6"
errors <- paste0(two, "\nx2 ~~ x1\nx6 ~~ f")
paths <- paste0(two, "\nx7 ~ f + ageyr + agemo\ng ~ f\nx8 ~ f\nx4 ~~ x9")
higher <- "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6\nh =~ x7 + x8 + x9\nt =~ f + g + h"
strong <- c("loadings", "intercepts")
all <- c(strong, "means", "residuals", "residual.covariances", "lv.variances", "lv.covariances",
         "regressions")

cases <- list(
  list(two, "loadings"), list(two, strong), list(two, "intercepts"), list(two, "means"),
  list(two, "loadings", std.lv = TRUE), list(two, strong, std.lv = TRUE),
  list(two, c(strong, "means")), list(two, c("loadings", "means")),
  list(two, c("loadings", "lv.variances"), std.lv = TRUE), list(two, c(strong, "residuals")),
  list(two, "loadings", meanstructure = FALSE), list(two, "intercepts", meanstructure = FALSE),
  list(two, "means", meanstructure = FALSE),
  list(errors, "residual.covariances"), list(errors, c("loadings", "lv.covariances")),
  list(two, c("loadings", "lv.covariances"), orthogonal = TRUE),
  list(paths, "regressions"), list(paths, all), list(paths, all, fixed.x = FALSE),
  list(paths, "residual.covariances"), list(paths, "lv.covariances", fixed.x = FALSE),
  list("x7 ~ x8 + ageyr\nx8 ~ ageyr\nx9 ~ x8", all),
  list("f =~ x1 + x2 + x3\nx7 ~ f + ageyr + agemo\nageyr ~~ ageyr + x1\nx8 ~~ f + x7\nx8 ~ 1",
       c("residuals", "residual.covariances", "intercepts")),
  list("f =~ x1 + x2 + x3\nx7 ~ f + ageyr\nageyr ~ 1", c("intercepts", "residuals")),
  list(higher, c("loadings", "means")), list(higher, all),
  list(higher, c("loadings", "lv.variances"), std.lv = TRUE),
  list("f =~ x1\ng =~ x4 + x5 + x6\ng ~ f", c("loadings", "residuals")),
  list("f =~ x1\ng =~ x4 + x5 + x6\ng ~ f", strong, std.lv = TRUE),
  # What the user wrote
  list("f =~ x1 + a*x2 + c(b, b)*x3 + c(d, e)*x4\nq := d - e", strong),
  list("f =~ x1 + a*x2 + b*x3 + x4\na == b", "loadings"),
  list("f =~ NA*x1 + x2 + x3 + x4\nf ~~ 1*f", "loadings"),
  list("f =~ x1 + c(NA, 1)*x2 + c(1, NA)*x3 + 1*x4", strong),
  list("f =~ c(NA, 1)*x1 + x2 + x3 + x4", "loadings"),
  list(paste0(one, "\nf ~~ f"), "loadings", std.lv = TRUE),
  list(paste0(one, "\nf ~~ c(1, NA)*f"), "loadings", std.lv = TRUE),
  list(paste0(one, "\nf ~~ c(1, NA)*f"), c("loadings", "lv.variances"), std.lv = TRUE),
  list(paste0(one, "\nf ~ 0*1"), strong), list(paste0(one, "\nf ~ c(0, NA)*1"), strong),
  list(paste0(one, "\nf ~ c(0, NA)*1"), c(strong, "means")),
  list(paste0(one, "\nf ~ NA*1\nx1 ~ 0*1"), c(strong, "means")),
  list(paste0(one, "\nx1 ~ 1\nx2 ~ 0*1\nx3 ~ c(i, j)*1"), strong),
  list("f =~ x1 + x2 + equal('f=~x2')*x3 + x4", strong),
  list("f =~ x1 + start(c(.5, .7))*x2 + x3 + start(.9)*x4", "loadings"),
  list("f =~ start(2)*x1 + start(2)*x2 + c(a, a)*x3 + a*x4", "loadings"),
  # Exceptions
  list(two, strong, c("f=~x2", " x2 ~ 1 ")), list(two, strong, c("f =~ x1", "x3 ~ 1", "f~1")),
  list(errors, c("residual.covariances", "lv.covariances"), c("x1 ~~ x2", "f~~g")),
  list(paths, c("regressions", "residuals", "lv.variances"), c("x7~f", "x4 ~~ x4", "g~~g")),
  list(paste0(one, "\nf ~ c(0, NA)*1"), c(strong, "means"), "f~1"),
  list(two, "loadings", c("f=~x1", "f=~x2"), std.lv = TRUE),
  # Three groups
  list(one, strong, groups = 3), list(one, strong, groups = 3, std.lv = TRUE),
  list("f =~ x1 + c(a, b, a)*x2 + c(NA, NA, 1)*x3 + c(p, p, q)*x4", "loadings", groups = 3),
  list(two, all, "x5~1", groups = 3), list(two, "regressions", groups = 3)
)

table_of <- function(case) {
  partial <- Filter(is.character, case[-(1:2)])
  options <- case[setdiff(names(case), c("", "groups"))]
  options$group.equal <- case[[2]]
  if (length(partial)) options$group.partial <- partial[[1]]
  group <- if (is.null(case$groups)) "school" else "three"
  fit <- suppressWarnings(do.call("sem", c(list(case[[1]], data, group = group), options)))
  stopifnot(lavInspect(fit, "converged"))
  t <- as.data.frame(parTable(fit))
  shown <- lapply(options, function(v) if (is.character(v)) I(v) else v)
  list(text = case[[1]], options = c(shown, list(ngroups = max(t$group))),
       npar = fitMeasures(fit, "npar")[[1]], df = fitMeasures(fit, "df")[[1]],
       ov = I(lavNames(t, "ov")), ov_x = I(lavNames(t, "ov.x")), lv = I(lavNames(t, "lv")),
       rows = lapply(seq_len(nrow(t)), function(i) {
         list(t$lhs[i], t$op[i], t$rhs[i], t$group[i], t$free[i], t$label[i],
              signif(t$ustart[i], 12), t$exo[i], t$user[i])
       }))
}

json <- jsonlite::toJSON(list(
  program = paste("lavaan", packageVersion("lavaan")),
  columns = c("lhs", "op", "rhs", "group", "free", "label", "ustart", "exo", "user"),
  cases = lapply(cases, table_of)
), auto_unbox = TRUE, na = "null", digits = 12)
json <- gsub("\"rows\":", "\n \"rows\":", gsub("{\"text\"", "\n{\"text\"", json, fixed = TRUE))
writeLines(json, "groups.json")
