# Orders of a construct by lavaan and psych. Run in this folder: Rscript orders.R
suppressPackageStartupMessages({
  library(lavaan)
  library(jsonlite)
})

read_data <- function(file) read.csv(file.path("data", paste0(file, ".csv")))
hs <- read_data("hs")
reise <- as.matrix(read_data("reise_cor"))
rownames(reise) <- colnames(reise)
of <- function(f, x) paste(f, "=~", paste(x, collapse = " + "))
lines_of <- function(groups) paste(mapply(of, names(groups), groups), collapse = "\n")
apart <- function(groups, others = NULL) {
  p <- combn(c("g", names(groups)), 2)
  out <- sprintf("%s ~~ 0*%s", p[1, ], p[2, ])
  if (length(others)) out <- c(out, outer(names(groups), others, function(a, b) sprintf("%s ~~ 0*%s", b, a)))
  paste(out, collapse = "\n")
}

# The formulas of Rodriguez, Reise and Haviland (2016) on lavaan's standardised loadings.
indices <- function(f, groups) {
  s <- standardizedSolution(f)
  r <- cov2cor(lavInspect(f, "implied")$cov)
  x <- unlist(groups, use.names = FALSE)
  l <- function(lhs, items) sapply(items, function(v) s$est.std[s$lhs == lhs & s$op == "=~" & s$rhs == v])
  g <- l("g", x)
  spec <- lapply(names(groups), function(d) l(d, groups[[d]]))
  names(spec) <- names(groups)
  common <- sum(g^2) + sum(unlist(spec)^2)
  h <- function(v) 1 / (1 + 1 / sum(v^2 / (1 - v^2)))
  v <- sum(r[x, x])
  first <- list(ecv = sum(g^2) / common, omega = (sum(g)^2 + sum(sapply(spec, sum)^2)) / v,
                omega_h = sum(g)^2 / v, h = h(g))
  rest <- lapply(names(groups), function(d) {
    w <- sum(r[groups[[d]], groups[[d]]])
    list(ecv = sum(spec[[d]]^2) / common, omega = (sum(g[groups[[d]]])^2 + sum(spec[[d]])^2) / w,
         omega_h = sum(spec[[d]])^2 / w, h = h(spec[[d]]))
  })
  c(list(first), rest)
}
measures <- function(f) as.list(fitMeasures(f, c("chisq", "df", "cfi", "rmsea", "srmr", "aic", "bic")))
four <- function(groups, beside = "", others = NULL, ...) {
  go <- function(m, ...) cfa(paste(c(m, beside), collapse = "\n"), ...)
  first <- lines_of(groups)
  fits <- list(go(of("g", unlist(groups)), std.lv = TRUE, ...), go(first, std.lv = TRUE, ...),
               go(c(first, of("g", names(groups))), ...),
               go(c(of("g", unlist(groups)), first, apart(groups, others)), std.lv = TRUE, ...))
  list(fits = lapply(fits, measures), target = fitMeasures(fits[[2]], "chisq")[[1]] / fitMeasures(fits[[3]], "chisq")[[1]],
       indices = indices(fits[[4]], groups))
}

pupils <- list(visual = paste0("x", 1:3), textual = paste0("x", 4:6), speed = paste0("x", 7:9))
complaints <- list(s1 = c("phone", "routine", "illness"), s2 = c("listen", "explain", "respect", "time"),
                   s3 = c("courtesy", "helpful", "happy"), s4 = c("referral", "necessary", "delay"),
                   s5 = c("problem", "help", "paperwork"))
pair <- complaints[c("s1", "s4")]
psychs <- {
  f <- cfa(paste(of("g", unlist(complaints)), lines_of(complaints), apart(complaints), sep = "\n"),
           sample.cov = reise, sample.nobs = 1000, std.lv = TRUE)
  o <- suppressWarnings(psych::omegaFromSem(f, reise, flip = FALSE, plot = FALSE))
  list(omega_h = o$omega, omega = o$omega.tot)
}
stored <- list(
  versions = list(lavaan = as.character(packageVersion("lavaan")), psych = as.character(packageVersion("psych")),
                  R = as.character(getRversion())),
  pupils = four(pupils, data = hs),
  complaints = four(complaints, sample.cov = reise, sample.nobs = 1000),
  pair = four(pair, lines_of(complaints[c("s2", "s5")]), c("s2", "s5"), sample.cov = reise, sample.nobs = 1000),
  psych = psychs
)
write(toJSON(stored, digits = I(10), auto_unbox = TRUE, pretty = TRUE, na = "null"), "orders.json")
