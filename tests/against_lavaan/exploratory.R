# Exploratory factors by psych (rotations by GPArotation and stats), correlations of ordinal and
# incomplete answers by lavaan. Run in this folder: Rscript exploratory.R
# Writes data/bfi600.csv too: the first 600 rows of the 25 items of psych's `bfi`, with their holes.
suppressPackageStartupMessages({
  library(psych)
  library(lavaan)
  library(jsonlite)
})

read_data <- function(file) read.csv(file.path("data", paste0(file, ".csv")))
write.csv(psych::bfi[1:600, 1:25], file.path("data", "bfi600.csv"), row.names = FALSE, na = "",
          quote = FALSE)
hs <- read_data("hs")[paste0("x", 1:9)]
bfi <- read_data("bfi600")
datcat <- read_data("datcat")[paste0("u", 1:8)]
holes <- read_data("hs_holes")[paste0("x", 1:9)]
heywood <- read_data("sim_heywood")
quiet <- function(x) suppressWarnings(suppressMessages(x))
plain <- function(m) {
  m <- unclass(m)
  list(rows = I(as.character(rownames(m))), cols = I(as.character(colnames(m))),
       values = matrix(m, nrow(m)))
}

suitable <- function(data) {
  found <- KMO(data)
  R <- cor(data, use = "pairwise")
  test <- cortest.bartlett(R, n = nrow(data))
  list(overall = found$MSA, items = as.list(found$MSAi), chisq = test$chisq, df = test$df,
       p = test$p.value, determinant = det(R), smc = as.list(smc(R)))
}

how_many <- function(data) {
  set.seed(1)
  sink(tempfile()); pdf(NULL)
  found <- quiet(fa.parallel(data, n.iter = 500, plot = FALSE, sim = TRUE, quant = .95))
  sink()
  R <- cor(data, use = "pairwise")
  reduced <- R
  diag(reduced) <- smc(R)
  list(pc = found$pc.values, fa = found$fa.values, smc = eigen(reduced)$values,
       pc_mean = found$pc.sim, fa_mean = found$fa.sim, pc_permuted = found$pc.simr,
       nfact = found$nfact, ncomp = found$ncomp,
       map = vss(R, n = ncol(R) - 2, rotate = "none", n.obs = nrow(data), plot = FALSE)$map)
}

# psych's own searches stop at 1e-5 or so: minres and ML are sharpened from its solution on, by BFGS
# on the uniquenesses, and rotations are asked for more digits than by default.
ends <- function(R, psi, f, method) {
  p <- nrow(R)
  parts <- function(psi) if (method == "ml") {
    s <- sqrt(psi); e <- eigen(R / outer(s, s), symmetric = TRUE)
    list(e = e$values, V = e$vectors, s = s)
  } else {
    e <- eigen(R - diag(psi), symmetric = TRUE)
    list(e = e$values, V = e$vectors)
  }
  value <- function(psi) {
    e <- parts(psi)$e[(f + 1):p]
    if (method == "ml") sum(e - log(e) - 1) else sum(e^2)
  }
  for (k in 1:3) psi <- optim(psi, value, method = "L-BFGS-B", lower = .005, upper = 1,
                              control = list(factr = 1, pgtol = 0, maxit = 5000, ndeps = rep(1e-5, p)))$par
  found <- parts(psi)
  first <- found$V[, 1:f, drop = FALSE]
  L <- if (method == "ml") found$s * first %*% diag(sqrt(pmax(found$e[1:f] - 1, 0)), f)
       else first %*% diag(sqrt(pmax(found$e[1:f], 0)), f)
  rownames(L) <- rownames(R)
  L
}

# Geomin has local minima: the best of the ends from 30 random starts.
lowest <- function(L, tight) {
  set.seed(1)
  f <- ncol(L)
  found <- lapply(1:30, function(k) {
    start <- if (k == 1) diag(f) else qr.Q(qr(matrix(rnorm(f * f), f)))
    quiet(do.call(GPArotation::geominQ, c(list(L, Tmat = start, delta = .01), tight)))
  })
  ends <- vapply(found, function(x) {
    m <- unclass(x$loadings)
    sum(exp(rowMeans(log(m^2 + .01))))
  }, 1)
  found[[which.min(ends)]]
}

turn <- function(L, rotation) {
  tight <- list(eps = 1e-9, maxit = 20000)
  if (rotation == "none") return(list(loadings = L))
  if (rotation == "varimax") return(list(loadings = stats::varimax(L, eps = 1e-14)$loadings))
  if (rotation == "promax") {
    length <- sqrt(rowSums(L^2))
    found <- psych::Promax(stats::varimax(L / length, normalize = FALSE, eps = 1e-14)$loadings, m = 4)
    return(list(loadings = length * unclass(found$loadings), Phi = found$Phi))
  }
  if (rotation == "geomin") return(lowest(L, tight))
  if (rotation == "quartimax") return(do.call(GPArotation::quartimax, c(list(L), tight)))
  do.call(GPArotation::oblimin, c(list(L, gam = 0), tight))
}

solution <- function(R, n, f, method, rotation) {
  found <- quiet(fa(R, f, n.obs = n, fm = method, rotate = "none"))
  as_is <- quiet(fa(R, f, n.obs = n, fm = method, rotate = if (rotation %in% c("geomin", "quartimax")) "none" else rotation))
  L <- if (method == "pa") unclass(found$loadings) else ends(R, found$uniquenesses, f, method)
  turned <- turn(L, rotation)
  out <- list(method = method, rotation = rotation, factors = f, loadings = plain(turned$loadings),
       phi = if (!is.null(turned$Phi)) plain(turned$Phi),
       psych = list(loadings = plain(as_is$loadings), phi = if (!is.null(as_is$Phi)) plain(as_is$Phi),
                    objective = as_is$objective, chisq = as_is$STATISTIC, df = as_is$dof,
                    p = as_is$PVAL, tli = as_is$TLI, rmsea = as.list(unname(as_is$RMSEA)),
                    bic = as_is$BIC, rms = as_is$rms, crms = as_is$crms, null = as_is$null.chisq,
                    fit = as_is$fit, fit_off = as_is$fit.off,
                    explained = as_is$Vaccounted["SS loadings", ],
                    score_r2 = as.list(unname(as_is$R2)), complexity = as.list(as_is$complexity)))
  out[!vapply(out, is.null, logical(1))]
}

every <- function(R, n, f, rotations) {
  out <- list()
  for (method in c("minres", "ml")) for (rotation in rotations)
    out[[length(out) + 1]] <- solution(R, n, f, method, rotation)
  out[[length(out) + 1]] <- solution(R, n, f, "pa", "none")
  out
}

component <- function(R, n, f, rotation) {
  found <- quiet(principal(R, f, n.obs = n, rotate = rotation))
  plainly <- quiet(principal(R, f, n.obs = n, rotate = "none"))
  turned <- turn(unclass(plainly$loadings), rotation)
  list(rotation = rotation, factors = f, loadings = plain(turned$loadings),
       phi = if (!is.null(turned$Phi)) plain(turned$Phi), rms = found$rms, fit = found$fit,
       fit_off = found$fit.off)
}

R_hs <- cor(hs)
R_bfi <- cor(bfi, use = "pairwise")
whole <- na.omit(bfi)
all_kinds <- c("none", "oblimin", "varimax", "promax", "geomin", "quartimax")
polychoric <- lavCor(datcat, ordered = names(datcat))
complete <- cov2cor(unclass(lavCor(holes, missing = "ml", output = "cov")))
f_scores <- function(method) {
  found <- quiet(fa(hs, 3, fm = "ml", rotate = "oblimin", scores = method))
  plain(found$scores[1:20, ])
}

stored <- list(
  versions = list(psych = as.character(packageVersion("psych")),
                  GPArotation = as.character(packageVersion("GPArotation")),
                  lavaan = as.character(packageVersion("lavaan")), R = as.character(getRversion())),
  suitability = list(hs = suitable(hs), bfi = suitable(bfi)),
  retention = list(hs = how_many(hs), bfi = how_many(bfi)),
  solutions = list(hs = every(R_hs, nrow(hs), 3, all_kinds),
                   bfi = every(R_bfi, nrow(bfi), 5, all_kinds),
                   listwise = list(solution(cor(whole), nrow(whole), 5, "ml", "oblimin")),
                   datcat = list(solution(unclass(polychoric), nrow(datcat), 2, "minres", "oblimin"))),
  components = list(hs = lapply(c("none", "varimax", "oblimin"), function(r) component(R_hs, 301, 3, r)),
                    bfi = lapply(c("none", "varimax", "oblimin"), function(r) component(R_bfi, nrow(bfi), 5, r))),
  correlations = list(datcat = plain(polychoric), holes = plain(complete)),
  heywood = plain(quiet(fa(heywood, 1, fm = "ml"))$loadings),
  scores = list(regression = f_scores("regression"), bartlett = f_scores("Bartlett"))
)
write(toJSON(stored, digits = I(12), auto_unbox = TRUE, na = "null", null = "null"), "exploratory.json")
