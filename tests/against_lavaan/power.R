# A Monte Carlo study of power with lavaan, in a loop: ML and MLR, seven-point answers.
# Writes power.json. Two minutes on one core: Rscript power.R
suppressMessages({library(lavaan); library(jsonlite)})

R <- 1000; n <- 150; draws <- 1000
model <- "
F =~ x1 + x2 + x3
G =~ y1 + y2 + y3
H =~ z1 + z2 + z3
G ~ a*F
H ~ b*G + c*F
ind := a*b
"
# Standardised: a = .35, b = .30, c = .15, loadings .75; latent variances 1.
A <- solve(diag(3) - rbind(c(0, 0, 0), c(.35, 0, 0), c(.15, .30, 0)))
psi <- diag(c(1, 1 - .35^2, 1 - (.15^2 + .30^2 + 2 * .15 * .30 * .35)))
L <- kronecker(diag(3), rep(.75, 3))
V <- A %*% psi %*% t(A)
sigma <- L %*% V %*% t(L) + diag(9) * (1 - .75^2)
cuts <- seq(-1.9, 1.9, length.out = 6) - 0.35
names <- c(paste0("x", 1:3), paste0("y", 1:3), paste0("z", 1:3))
root <- chol(sigma)

one <- function(seed, estimator) {
  set.seed(seed)
  x <- matrix(rnorm(n * 9), n) %*% root
  d <- as.data.frame(matrix(findInterval(x, cuts) + 1, n)); names(d) <- names
  f <- try(sem(model, d, estimator = estimator), silent = TRUE)
  if (inherits(f, "try-error") || !lavInspect(f, "converged")) return(NULL)
  pe <- parameterEstimates(f)
  pe <- pe[match(c("a", "b", "c", "ind"), pe$label), ]
  cov <- vcov(f)[c("a", "b"), c("a", "b")]
  ab <- coef(f)[c("a", "b")]
  z <- matrix(rnorm(draws * 2), draws) %*% chol(cov)
  product <- (z[, 1] + ab[1]) * (z[, 2] + ab[2])
  q <- quantile(product, c(.025, .975))
  scaled <- if (estimator == "MLR") "pvalue.scaled" else "pvalue"
  list(
    est = pe$est, se = pe$se,
    hit = c(pe$pvalue[1:3] < .05 & pe$est[1:3] > 0, q[1] > 0),
    delta = pe$pvalue[4] < .05, low = q[1], high = q[2],
    rejects = fitMeasures(f, scaled) < .05,
    ok = suppressWarnings(lavInspect(f, "post.check"))
  )
}

study <- function(estimator, R) {
  found <- lapply(seq_len(R), one, estimator = estimator)
  found <- Filter(function(x) !is.null(x) && isTRUE(x$ok), found)
  est <- t(sapply(found, `[[`, "est")); se <- t(sapply(found, `[[`, "se"))
  list(
    estimator = estimator, replicates = R, kept = length(found),
    effects = c("a", "b", "c", "ind"),
    power = colMeans(t(sapply(found, `[[`, "hit"))),
    delta = mean(sapply(found, `[[`, "delta")),
    mean = colMeans(est), sd = apply(est, 2, sd), mean_se = colMeans(se),
    rejects = mean(sapply(found, `[[`, "rejects")),
    all = mean(apply(t(sapply(found, `[[`, "hit"))[, 1:3], 1, all))
  )
}

start <- proc.time()[[3]]
ml <- study("ML", R)
seconds <- proc.time()[[3]] - start
out <- list(
  reference = list(lavaan = as.character(packageVersion("lavaan")), R = as.character(getRversion())),
  n = n, seconds_per_replicate_ml = seconds / R, studies = list(ml, study("MLR", R / 2))
)
write(toJSON(out, auto_unbox = TRUE, digits = 8, pretty = TRUE), "power.json")
cat(seconds / R, "s per replicate\n")
