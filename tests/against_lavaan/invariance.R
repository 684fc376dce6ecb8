# Measurement invariance by lavaan. Run in this folder: Rscript invariance.R
suppressPackageStartupMessages({
  library(lavaan)
  library(jsonlite)
})

read_data <- function(file) read.csv(file.path("data", paste0(file, ".csv")))
hs <- read_data("hs")
hs$third <- rep(c("a", "b", "c"), length.out = nrow(hs))
datcat <- read_data("datcat")

# All by the default search: Gauss-Newton steps end early where intercepts are equal, and with a
# smaller tolerance the default search does not believe in its own minimum.
three <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
higher <- paste0(three, "\ng =~ visual + textual + speed")
two <- "f1 =~ u1 + u2 + u3 + u4\nf2 =~ u5 + u6 + u7 + u8"
items <- paste0("u", 1:8)

measures_of <- function(f, scaled, indices) {
  m <- fitMeasures(f)
  list(df = m[["df"]], chisq = m[[paste0("chisq", scaled)]], pvalue = m[[paste0("pvalue", scaled)]],
       cfi = m[[paste0("cfi", indices)]], tli = m[[paste0("tli", indices)]],
       rmsea = m[[paste0("rmsea", indices)]],
       rmsea_ci_lower = m[[paste0("rmsea.ci.lower", indices)]],
       rmsea_ci_upper = m[[paste0("rmsea.ci.upper", indices)]], srmr = m[["srmr"]])
}
table_of <- function(fits, scaled = "", indices = "", ...) {
  rows <- lapply(fits, measures_of, scaled, indices)
  tests <- lapply(seq_along(fits)[-1], function(k) {
    t <- lavTestLRT(fits[[k - 1]], fits[[k]], ...)
    list(chisq_diff = t[["Chisq diff"]][2], df_diff = t[["Df diff"]][2], pvalue_diff = t[["Pr(>Chisq)"]][2])
  })
  list(levels = rows, tests = tests)
}
ladder <- function(model, data, group, kinds, ...) {
  lapply(kinds, function(k) cfa(model, data, group = group, group.equal = if (k[1] == "none") "" else k, ...))
}
continuous <- list("none", "loadings", c("loadings", "intercepts"),
                   c("loadings", "intercepts", "residuals"),
                   c("loadings", "intercepts", "residuals", "means"))

# Score tests of single equalities; .p2. is the second row of the parameter table.
scores_of <- function(f) {
  t <- suppressWarnings(lavTestScore(f, epc = TRUE))
  pt <- parTable(f)
  named <- pt[match(t$uni$lhs, pt$plabel), c("lhs", "op", "rhs")]
  uni <- data.frame(parameter = paste0(named$lhs, named$op, named$rhs), mi = t$uni$X2, df = t$uni$df)
  uni
}

# Second order: means of one order only.
chen <- function(which) {
  zero <- c(first = "g ~ c(0, 0)*1",
            both = "visual ~ c(0, 0)*1\ntextual ~ c(0, 0)*1\nspeed ~ c(0, 0)*1")
  if (which == "") higher else paste(higher, zero[[which]], sep = "\n")
}
seconds <- c("g=~visual", "g=~textual", "g=~speed")
second_fits <- function() {
  go <- function(model, ...) cfa(model, hs, group = "school", ...)
  list(go(higher), go(higher, group.equal = "loadings", group.partial = seconds),
       go(higher, group.equal = "loadings"),
       go(chen("first"), group.equal = c("loadings", "intercepts")),
       go(chen("both"), group.equal = c("loadings", "intercepts")))
}

# Ordinal items as Wu and Estabrook identify them, every equality written out (theta).
written <- function(level, cuts = setNames(rep(4, 8), items), factors = list(f1 = items[1:4], f2 = items[5:8])) {
  equal <- function(name, on) if (on) sprintf("c(%s, %s)*", name, name) else ""
  out <- character(0)
  for (f in names(factors)) {
    x <- factors[[f]]
    marks <- c("1*", vapply(x[-1], function(v) equal(paste0("l", v), level >= 2), ""))
    out <- c(out, paste(f, "=~", paste0(marks, x, collapse = " + ")))
    out <- c(out, sprintf("%s ~ c(0, %s)*1", f, if (level >= 3) "NA" else "0"))
  }
  for (v in names(cuts)) {
    k <- seq_len(cuts[[v]])
    marks <- vapply(k, function(j) equal(paste0("t", j, v), level >= 1), "")
    out <- c(out, paste(v, "|", paste0(marks, "t", k, collapse = " + ")))
    later <- if (level %in% 1:3) "NA" else "1"
    out <- c(out, sprintf("%s ~~ c(1, %s)*%s", v, later, v))
    out <- c(out, sprintf("%s ~ c(0, %s)*1", v, if (level %in% 1:2) "NA" else "0"))
  }
  paste(out, collapse = "\n")
}
ordinal <- function(model, data = datcat, ...) cfa(model, data, group = "g", ordered = items,
                                                   estimator = "WLSMV", parameterization = "theta", ...)
wu <- lapply(0:4, function(level) ordinal(written(level)))
by_name <- list(ordinal(two), ordinal(two, group.equal = "thresholds"),
                ordinal(two, group.equal = c("thresholds", "loadings")))
three_cuts <- datcat
for (v in items) three_cuts[[v]] <- c(1, 1, 2, 2, 3)[datcat[[v]]]
ternary <- lapply(c(0, 2, 3, 4), function(level)
  ordinal(written(level, setNames(rep(2, 8), items)), three_cuts))

# d: the difference over the pooled deviation, by lavaan's own delta method.
with_d <- paste(three, paste(vapply(c("visual", "textual", "speed"), function(f)
  gsub("F", f, "F ~~ c(v1F, v2F)*F\nF ~ c(0, NA)*1 + c(m1F, m2F)*1\nd_F := m2F / sqrt((156*v1F + 145*v2F) / 301)", fixed = TRUE), ""),
  collapse = "\n"), sep = "\n")
means_of <- function(...) {
  f <- cfa(with_d, hs, group = "school", group.equal = c("loadings", "intercepts"), ...)
  pe <- parameterEstimates(f)
  keep <- function(p, by) setNames(p[c("est", "se", "ci.lower", "ci.upper")], c("est", "se", "lower", "upper"))
  raw <- pe[pe$op == "~1" & pe$group == 2 & pe$lhs %in% c("visual", "textual", "speed"), ]
  std <- pe[pe$op == ":=", ]
  list(raw = cbind(construct = raw$lhs, keep(raw)), d = cbind(construct = sub("d_", "", std$lhs), keep(std)))
}

plain <- ladder(three, hs, "school", continuous)
robust <- ladder(three, hs, "school", continuous[1:4], estimator = "MLR")
mlm <- ladder(three, hs, "school", continuous[1:4], estimator = "MLM")
stored <- list(
  versions = list(lavaan = as.character(packageVersion("lavaan")), R = as.character(getRversion())),
  models = list(three = three, higher = higher, two = two),
  ladders = list(
    ml = table_of(plain), mlr = table_of(robust, ".scaled", ".robust"),
    mlm = table_of(mlm, ".scaled", ".robust"),
    mlm_2010 = table_of(mlm[1:2], ".scaled", ".robust", method = "satorra.bentler.2010"),
    thirds = table_of(ladder(three, hs, "third", continuous[1:4])),
    second = table_of(second_fits()),
    wu = table_of(wu, ".scaled", ".scaled"), names = table_of(by_name, ".scaled", ".scaled"),
    ternary = table_of(ternary, ".scaled", ".scaled"),
    partial = table_of(list(plain[[1]], plain[[2]],
      cfa(three, hs, group = "school", group.equal = c("loadings", "intercepts"),
          group.partial = c("x3~1", "x7~1"))))),
  scores = list(metric = scores_of(plain[[2]]), scalar = scores_of(plain[[3]]),
                mlr_scalar = scores_of(robust[[3]]),
                names_thresholds = scores_of(by_name[[2]])),
  means = list(ml = means_of(), mlr = means_of(estimator = "MLR"))
)
write(toJSON(stored, digits = I(10), auto_unbox = TRUE, pretty = TRUE, na = "null"), "invariance.json")
