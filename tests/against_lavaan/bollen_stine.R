# p values of the chi-square by the bootstrap of Bollen and Stine, made by lavaan, and by semTools
# where cells are missing (Savalei and Yuan 2009). Some ten minutes.
# Run in this folder: Rscript bollen_stine.R
suppressPackageStartupMessages({
  library(lavaan)
  library(semTools)
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

missing_cells <- function(name, model, draws) {
  fitted <- sem(model, read.csv(file.path("data", "hs_holes.csv")), missing = "fiml")
  found <- suppressMessages(bsBootMiss(fitted, transformation = 2, nBoot = draws, seed = 20,
                                       showProgress = FALSE))
  drawn <- found@bootDist
  drawn <- drawn[is.finite(drawn)]
  observed <- as.numeric(fitMeasures(fitted, "chisq"))
  list(name = name, model = model, draws = length(drawn), chisq = observed,
       pvalue = mean(drawn >= observed), mean = mean(drawn), sd = sd(drawn))
}

origin <- sprintf("lavaan %s, semTools %s, %s", packageVersion("lavaan"),
                  packageVersion("semTools"), R.version.string)
names <- c("polidem_sem_ml", "hs_cross_loadings", "hs_groups_no_means", "hs_equal_modifier",
           "hs_single_indicator")
visual <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
speed <- "textual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
write(toJSON(list(
  program = origin,
  complete = lapply(names, p_value, draws = 2000),
  missing = list(missing_cells("visual", visual, 800), missing_cells("speed", speed, 800))
), auto_unbox = TRUE, digits = I(10)), "bollen_stine.json")
