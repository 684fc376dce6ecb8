# Power and sample size for RMSEA by semTools. Writes rmsea.json: Rscript rmsea.R
suppressMessages({library(semTools); library(jsonlite)})
cases <- expand.grid(rmsea0 = c(.05), rmsea_a = c(.08, .01), df = c(4, 24, 120), groups = c(1, 2))
cases <- rbind(cases, data.frame(rmsea0 = c(0, .08), rmsea_a = c(.05, .05), df = 315, groups = 1))
cases$n <- 200
cases$power <- mapply(function(a, b, df, g) findRMSEApower(a, b, df, 200, .05, g),
  cases$rmsea0, cases$rmsea_a, cases$df, cases$groups)
cases$n80 <- mapply(function(a, b, df, g) findRMSEAsamplesize(a, b, df, .80, .05, g),
  cases$rmsea0, cases$rmsea_a, cases$df, cases$groups)
write(toJSON(list(reference = list(semTools = as.character(packageVersion("semTools")),
  R = as.character(getRversion())), cases = cases), auto_unbox = TRUE, digits = NA, pretty = TRUE),
  "rmsea.json")
