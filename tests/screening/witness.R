# What R finds, for the numbers of the screening room. Run in this folder: Rscript witness.R
suppressPackageStartupMessages({
  library(lavaan)
  library(semTools)
  library(psych)
  library(jsonlite)
})

read_data <- function(file) read.csv(file.path("..", "against_lavaan", "data", paste0(file, ".csv")))
write.csv(airquality, "airquality.csv", row.names = FALSE, na = "")
hs <- read_data("hs")[paste0("x", 1:9)]
hs_holes <- read_data("hs_holes")[paste0("x", 1:9)]
scrm <- read_data("scrm400")
scrm_holes <- read_data("scrm400_mcar")[names(scrm)]

# ---- normality

mardia_of <- function(x) {
  m <- psych::mardia(x, plot = FALSE)
  list(psych = unclass(m)[c("b1p", "skew", "small.skew", "p.skew", "p.small", "b2p", "kurtosis", "p.kurt")],
       skew = as.list(mardiaSkew(x)), kurtosis = as.list(mardiaKurtosis(x)))
}
univariate_of <- function(x) {
  list(skew = t(sapply(x, semTools::skew)), kurtosis = t(sapply(x, semTools::kurtosis)),
       skew3 = sapply(x, psych::skew, type = 3), kurtosis3 = sapply(x, psych::kurtosi, type = 3))
}

# ---- missing answers: the moments are lavaan's, Little's d2 is the definition

saturated <- function(x) {
  names <- names(x)
  model <- c()
  for (i in seq_along(names)) model <- c(model, paste(names[i], "~~", paste(names[i:length(names)], collapse = " + ")))
  model <- c(model, paste(names, "~ 1"))
  fit <- lavaan(paste(model, collapse = "\n"), x, missing = "fiml", h1 = TRUE, do.fit = FALSE,
                em.h1.tol = 1e-13, em.h1.iter.max = 20000)
  h1 <- lavInspect(fit, "sampstat")
  list(mean = as.numeric(h1$mean), cov = unclass(h1$cov))
}
little <- function(x, at) {
  x <- as.matrix(x)
  pattern <- apply(!is.na(x), 1, function(r) paste(as.integer(r), collapse = ""))
  d2 <- 0
  df <- -ncol(x)
  for (k in unique(pattern)) {
    rows <- x[pattern == k, , drop = FALSE]
    seen <- !is.na(rows[1, ])
    gap <- colMeans(rows[, seen, drop = FALSE]) - at$mean[seen]
    d2 <- d2 + nrow(rows) * drop(gap %*% solve(at$cov[seen, seen], gap))
    df <- df + sum(seen)
  }
  list(d2 = d2, df = df, p = pchisq(d2, df, lower.tail = FALSE), patterns = length(unique(pattern)))
}
missing_of <- function(x) {
  x <- as.data.frame(scale(x[rowSums(!is.na(x)) > 0, ]))  # lavaan's EM ends early where scales differ
  at <- saturated(x)
  n <- nrow(x)
  distance <- apply(as.matrix(x), 1, function(r) {
    seen <- !is.na(r)
    gap <- r[seen] - at$mean[seen]
    drop(gap %*% solve(at$cov[seen, seen] * n / (n - 1), gap))
  })
  c(at, list(little = little(x, at), d2 = as.numeric(distance)))
}

# ---- careless answers, case by case from the definitions

runs_of <- function(r) {
  code <- ifelse(is.na(r), paste0("missing", seq_along(r)), r)  # a missing answer is like no other
  found <- rle(as.character(code))
  lengths <- found$lengths[!grepl("missing", found$values)]
  c(longest = max(lengths), mean = mean(lengths))
}
within <- function(a, b) suppressWarnings(cor(a, b, use = "pairwise.complete.obs"))
even_odd_of <- function(x, scales) {
  apply(as.matrix(x), 1, function(r) {
    halves <- sapply(scales, function(s) {
      own <- r[s]
      c(mean(own[c(TRUE, FALSE)], na.rm = TRUE), mean(own[c(FALSE, TRUE)], na.rm = TRUE))
    })
    k <- within(halves[1, ], halves[2, ])
    max(2 * k / (1 + k), -1)
  })
}
synonyms_of <- function(x, threshold) {
  r <- cor(x, use = "pairwise.complete.obs")
  at <- which(upper.tri(r) & r > threshold, arr.ind = TRUE)
  list(pairs = nrow(at), r = as.numeric(apply(as.matrix(x), 1, function(row) within(row[at[, 1]], row[at[, 2]]))))
}
person_total_of <- function(x) {
  x <- as.matrix(x)
  sapply(seq_len(nrow(x)), function(i) within(x[i, ], colMeans(x[-i, ], na.rm = TRUE)))
}
parts <- list(1:5, 6:9, 10:13, 14:17, 18:21, 22:24, 25:27)
careless_of <- function(x) {
  list(runs = t(apply(as.matrix(x), 1, runs_of)), irv = as.numeric(apply(x, 1, sd, na.rm = TRUE)),
       even_odd = as.numeric(even_odd_of(x, parts)), synonyms = synonyms_of(x, .45),
       person_total = person_total_of(x))
}

# ---- early and late

d_interval <- function(d, n, m) {
  root <- sqrt(n * m / (n + m))
  bound <- function(p) uniroot(function(nc) suppressWarnings(pt(d * root, n + m - 2, nc)) - p,
                               d * root + c(-10, 10), tol = 1e-12)$root / root
  c(bound(.975), bound(.025))
}
early <- scrm$cro1[1:100]
late <- scrm$cro1[261:400]
test <- t.test(early, late)
d <- unname((mean(early) - mean(late)) / sqrt((99 * var(early) + 139 * var(late)) / 238))
counts <- rbind(c(20, 30, 25, 25), c(40, 35, 15, 10))
table_test <- chisq.test(counts, correct = FALSE)
margin_test <- chisq.test(c(60, 65, 40, 35), p = c(.4, .3, .2, .1))

stored <- list(
  versions = list(lavaan = as.character(packageVersion("lavaan")), semTools = as.character(packageVersion("semTools")),
                  psych = as.character(packageVersion("psych")), R = as.character(getRversion())),
  mardia = list(hs = mardia_of(hs), scrm = mardia_of(scrm)),
  univariate = list(hs = univariate_of(hs), scrm = univariate_of(scrm)),
  missing = list(airquality = missing_of(airquality), hs_holes = missing_of(hs_holes), scrm_holes = missing_of(scrm_holes)),
  mahalanobis = as.numeric(psych::outlier(hs, plot = FALSE)),
  careless = list(scrm = careless_of(scrm), scrm_holes = careless_of(scrm_holes)),
  welch = list(t = unname(test$statistic), df = unname(test$parameter), p = test$p.value, d = d, ci = d_interval(d, 100, 140)),
  psych_d = as.numeric(psych::d.ci(.3, n1 = 20, n2 = 25)),
  table = list(chi2 = unname(table_test$statistic), df = unname(table_test$parameter), p = table_test$p.value),
  margin = list(chi2 = unname(margin_test$statistic), df = unname(margin_test$parameter), p = margin_test$p.value),
  holm = p.adjust(c(.01, .04, .03, .005, .2), "holm")
)
write(toJSON(stored, digits = I(12), auto_unbox = TRUE, na = "null"), "witness.json")
