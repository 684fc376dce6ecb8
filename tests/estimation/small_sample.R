# Witness of test_small_sample.py: Rscript tests/estimation/small_sample.R (from the project's root)
# lavaan: eigenvalues of U Gamma and Browne's statistic; semTools: factors for small samples.
suppressMessages({
  library(lavaan)
  library(semTools)
})
hs <- read.csv("tests/against_lavaan/data/hs.csv")
cfa_text <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
given_text <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nvisual ~ x7\ntextual ~ x8 + visual"
eigenvalues <- function(fit) {
  values <- sort(Re(eigen(lavInspect(fit, "UGamma"))$values), decreasing = TRUE)
  values[seq_len(fitMeasures(fit, "df"))]
}
one <- function(text, ...) {
  fit <- sem(text, hs, estimator = "MLM", ...)
  list(eigenvalues = eigenvalues(fit), df = unname(fitMeasures(fit, "df")))
}
factors <- function(likelihood) {
  fit <- cfa(cfa_text, hs, likelihood = likelihood)
  found <- suppressMessages(chisqSmallN(fit, smallN.method = "all"))
  lapply(found[-1], function(row) unname(row["smallN.factor"]))
}
rls <- function(...) {
  fit <- cfa(cfa_text, hs, test = "browne.residual.nt.model", ...)
  fit@test$browne.residual.nt.model$stat
}
out <- list(
  versions = list(lavaan = as.character(packageVersion("lavaan")),
                  semTools = as.character(packageVersion("semTools"))),
  factors = list(normal = factors("normal"), wishart = factors("wishart")),
  rls = list(one = rls(), groups = rls(group = "school")),
  cases = list(cfa = one(cfa_text), fixed_x = one(given_text),
               groups = one(cfa_text, group = "school", group.equal = "loadings"))
)
jsonlite::write_json(out, "tests/estimation/small_sample.json", auto_unbox = TRUE, digits = NA,
                     pretty = TRUE)
