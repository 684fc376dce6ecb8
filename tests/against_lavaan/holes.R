# Incomplete data: hs_holes.csv from hs.csv, talor_holes.csv from talor.csv.
# Run in this folder: Rscript holes.R
set.seed(20261123)
keep <- function(found, name) {
  write.csv(found, file.path("data", paste0(name, ".csv")), row.names = FALSE, na = "")
}

# Completely at random in x1 to x6; in x7 to x9 by x1, which is then always observed; two rows
# without any test; a few pupils without age.
hs <- read.csv("data/hs.csv")
tests <- paste0("x", 2:6)
for (v in tests) hs[runif(nrow(hs)) < 0.12, v] <- NA
for (v in paste0("x", 7:9)) {
  hs[runif(nrow(hs)) < plogis(-2 + 1.2 * (hs$x1 - mean(hs$x1))), v] <- NA
}
hs[c(17, 201), paste0("x", 1:9)] <- NA
hs[sample(nrow(hs), 14), "ageyr"] <- NA
hs$ageyr <- hs$ageyr - 13 # lavaan's search stops early where a predictor is far from 0
keep(hs, "hs_holes")

talor <- read.csv("data/talor.csv")
for (v in c("pmi", "import", "reaction")) talor[runif(nrow(talor)) < 0.15, v] <- NA
talor[sample(nrow(talor), 8), "age"] <- NA
talor$age <- (talor$age - 25) / 10
keep(talor, "talor_holes")
