# Method bias by lavaan. Run in this folder: Rscript method.R
suppressPackageStartupMessages({
  library(lavaan)
  library(jsonlite)
})

read_data <- function(file) read.csv(file.path("data", paste0(file, ".csv")))
marked <- read_data("sim_marker")
constructs <- list(A = paste0("a", 1:4), B = paste0("b", 1:4), C = paste0("c", 1:3))
items <- unlist(constructs, use.names = FALSE)
marker <- paste0("m", 1:3)
of <- function(f, x) paste(f, "=~", paste(x, collapse = " + "))
three <- paste(mapply(of, names(constructs), constructs), collapse = "\n")
apart <- "M ~~ 0*A + 0*B + 0*C"

go <- function(model, ...) cfa(paste(model, collapse = "\n"), marked, std.lv = TRUE, ...)
est <- function(f, lhs, op, rhs, column = "est") {
  p <- parameterEstimates(f)
  mapply(function(a, b) p[p$lhs == a & p$op == op & p$rhs == b, column], lhs, rhs, USE.NAMES = FALSE)
}
fixed <- function(lhs, op, rhs, value) paste(sprintf("%s %s %.12g*%s", lhs, op, value, rhs), collapse = "\n")

phases <- function(...) {
  cfa_ <- go(c(three, of("M", marker)), ...)
  base <- c(three, fixed("M", "=~", marker, est(cfa_, "M", "=~", marker)),
            fixed(marker, "~~", marker, est(cfa_, marker, "~~", marker)), apart)
  c_ <- paste("M =~", paste0("k*", items, collapse = " + "))
  u_ <- of("M", items)
  baseline <- go(base, ...)
  pairs <- combn(names(constructs), 2)
  held <- fixed(pairs[1, ], "~~", pairs[2, ], est(baseline, pairs[1, ], "~~", pairs[2, ]))
  u <- go(c(base, u_), ...)
  at <- function(z) {
    e <- est(u, "M", "=~", items)
    go(c(base, fixed("M", "=~", items, e + sign(e) * z * est(u, "M", "=~", items, "se"))), ...)
  }
  fits <- list("CFA" = cfa_, Baseline = baseline, "Method-C" = go(c(base, c_), ...), "Method-U" = u,
               "Method-R" = go(c(base, u_, held), ...), "Method-S(.05)" = at(qnorm(.975)),
               "Method-S(.01)" = at(qnorm(.995)))
  list(fits = lapply(fits, function(f) as.list(fitMeasures(f, c("chisq", "df", "cfi", "rmsea", "srmr")))),
       correlations = lapply(fits, function(f) est(f, pairs[1, ], "~~", pairs[2, ])),
       loadings = list(est = est(u, "M", "=~", items), se = est(u, "M", "=~", items, "se")),
       standardised = {
         s <- standardizedSolution(u)
         s <- s[s$op %in% c("=~", "~~"), c("lhs", "op", "rhs", "est.std")]
         rownames(s) <- NULL
         s
       },
       baseline_standardised = {
         s <- standardizedSolution(baseline)
         s <- s[s$op %in% c("=~", "~~"), c("lhs", "op", "rhs", "est.std")]
         rownames(s) <- NULL
         s
       },
       difference = if (length(list(...)) == 0) NULL else {
         t <- lavTestLRT(fits[["Method-C"]], fits[["Baseline"]])
         list(chisq_diff = t[["Chisq diff"]][2], pvalue_diff = t[["Pr(>Chisq)"]][2])
       })
}

method_equal <- go(c(three, paste("M =~", paste0("k*", items, collapse = " + ")), apart))
method_free <- go(c(three, of("M", items), apart))
one <- go(of("ONE", items))
plain <- go(three)
share <- function(f, lhs) {
  s <- standardizedSolution(f)
  sum(s$est.std[s$op == "=~" & s$lhs %in% lhs]^2) / length(items)
}
means <- data.frame(lapply(c(constructs, list(MARKER = marker)), function(x) rowMeans(marked[x])))
vif_by_lm <- sapply(names(constructs), function(f) {
  1 / (1 - summary(lm(reformulate(setdiff(names(constructs), f), f), means))$r.squared)
})
measures <- function(f) as.list(fitMeasures(f, c("chisq", "df", "cfi", "rmsea", "srmr")))

stored <- list(
  versions = list(lavaan = as.character(packageVersion("lavaan")), R = as.character(getRversion())),
  phases = list(ml = phases(), mlr = phases(estimator = "MLR")),
  ulmc = list(constructs = measures(plain), equal = measures(method_equal), free = measures(method_free),
              shares = list(equal = share(method_equal, "M"), free = share(method_free, "M"),
                            constructs_equal = share(method_equal, names(constructs)))),
  harman = list(one = measures(one), share = share(one, "ONE"),
                eigenvalues = eigen(cor(marked[items]))$values),
  composites = cor(means), vif = list(composite = unname(vif_by_lm),
                                      latent = unname(diag(solve(lavInspect(plain, "cor.lv")))))
)
write(toJSON(stored, digits = I(10), auto_unbox = TRUE, pretty = TRUE, na = "null"), "method.json")
