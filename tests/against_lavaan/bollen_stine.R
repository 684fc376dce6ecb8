# p values of the chi-square by the bootstrap of Bollen and Stine, made by lavaan.
# Run in this folder: Rscript bollen_stine.R
suppressPackageStartupMessages({
  library(lavaan)
  library(jsonlite)
})

stored <- function(name) fromJSON(file.path("cases", paste0(name, ".json")))

p_value <- function(name, draws) {
  of <- stored(name)
  given <- list(model = of$model, data = read.csv(file.path("data", paste0(of$data, ".csv"))))
  args <- as.list(of$args)
  names(args) <- gsub("_", ".", names(args))
  fitted <- do.call("sem", c(given, args))
  drawn <- bootstrapLavaan(fitted, R = draws, type = "bollen.stine", FUN = fitMeasures,
                           fit.measures = "chisq", iseed = 20)
  drawn <- as.numeric(drawn)
  drawn <- drawn[is.finite(drawn)]
  observed <- as.numeric(fitMeasures(fitted, "chisq"))
  list(case = name, draws = length(drawn), chisq = observed, pvalue = mean(drawn >= observed),
       mean = mean(drawn), sd = sd(drawn))
}

origin <- sprintf("lavaan %s, %s", packageVersion("lavaan"), R.version.string)
names <- c("polidem_sem_ml", "hs_groups_mimic", "hs_groups_no_means", "nonrec_observed",
           "hs_cross_loadings")
write(toJSON(list(program = origin, cases = lapply(names, p_value, draws = 2000)),
             auto_unbox = TRUE, digits = I(10)), "bollen_stine.json")
