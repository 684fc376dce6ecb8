# Outside numbers for kappa and keyness. Run in this folder: Rscript witness.R
# Writes witness.json with the versions of R and psych.
suppressMessages(library(psych))

tables <- list(
  cohen1960 = matrix(c(88, 14, 18, 10, 40, 10, 2, 6, 12), 3, byrow = TRUE),
  fleiss1969 = matrix(c(106, 10, 4, 22, 28, 10, 2, 12, 6), 3, byrow = TRUE),
  two_by_two = matrix(c(20, 5, 10, 15), 2, byrow = TRUE),
  worse_than_chance = matrix(c(3, 12, 9, 4), 2, byrow = TRUE),
  nearly_perfect = matrix(c(40, 1, 0, 9), 2, byrow = TRUE)
)
kappas <- lapply(tables, function(m) {
  found <- cohen.kappa(m)
  list(table = m, kappa = found$kappa, var = found$var.kappa)
})

# Keyness: the likelihood-ratio statistic of a Poisson model with rates by corpus (two cells), and of
# a binomial one (four cells).
pairs <- list(c(12, 3, 1000, 1500), c(0, 7, 800, 640), c(5, 5, 500, 500), c(33, 2, 210, 190),
              c(1, 0, 90, 100))
keyness <- lapply(pairs, function(v) {
  group <- factor(1:2)
  two <- glm(v[1:2] ~ 1 + offset(log(v[3:4])), family = poisson)
  four <- glm(cbind(v[1:2], v[3:4] - v[1:2]) ~ 1, family = binomial)
  list(a = v[1], b = v[2], c = v[3], d = v[4], g2 = deviance(two), g2_four = deviance(four))
})

quoted <- function(x) if (is.matrix(x)) paste0("[", paste(apply(x, 1, function(r)
  paste0("[", paste(r, collapse = ", "), "]")), collapse = ", "), "]") else sprintf("%.15g", x)
record <- function(x) paste0("{", paste(sprintf('"%s": %s', names(x), sapply(x, quoted)),
  collapse = ", "), "}")
out <- c(
  "{",
  sprintf('"R": "%s", "psych": "%s",', getRversion(), packageVersion("psych")),
  '"kappa": {',
  paste(sprintf('"%s": %s', names(kappas), sapply(kappas, record)), collapse = ",\n"),
  "},",
  '"keyness": [',
  paste(sapply(keyness, record), collapse = ",\n"),
  "]", "}"
)
writeLines(out, "witness.json")
