# incomplete.json: estimation in two stages, auxiliary variables (package semTools) and nested tests
# with missing cells. Run in this folder: Rscript incomplete.R
source("witness.R")
suppressPackageStartupMessages(library(semTools))

tight <- list(em.h1.tol = 1e-12, em.h1.iter.max = 20000)
holes <- read_data("hs_holes")
holzinger <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
mimic <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nvisual ~ ageyr + sex\ntextual ~ ageyr"
two <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
path <- "visual =~ x1 + x2 + x3\nvisual ~ ageyr + sex\nx9 ~ visual + ageyr"

# Its default search ends at a gradient of 1e-6 or so; BFGS goes on from there.
exact <- c(tight, list(optim.method = "BFGS",
                       control = list(reltol = 1e-20, abstol = -Inf, maxit = 5000)))
python <- function(args) {
  names(args) <- gsub(".", "_", names(args), fixed = TRUE)
  several <- intersect(names(args), c("group_equal", "auxiliary"))
  args[several] <- lapply(args[several], I)
  args
}

stages <- function(model, ...) {
  fitted <- suppressWarnings(do.call("sem", c(list(model, holes, ...), exact)))
  list(model = model, args = python(list(...)), parameters = parameters_of(fitted),
       measures = as.list(fitMeasures(fitted)), test = corrected_test(fitted))
}
two_stage <- list()
for (missing in c("two.stage", "robust.two.stage")) two_stage <- c(two_stage, list(
  stages(holzinger, missing = missing),
  stages(holzinger, missing = missing, information = "expected"),
  stages(holzinger, missing = missing, group = "school", group.equal = "loadings"),
  stages(mimic, missing = missing, fixed.x = FALSE)
))

helped <- function(model, aux) {
  fitted <- suppressWarnings(do.call("sem.auxiliary", c(
    list(model = model, data = holes, aux = aux, missing = "fiml"), exact)))
  list(model = model, args = python(list(missing = "fiml", auxiliary = aux)),
       parameters = parameters_of(fitted),
       measures = as.list(fitMeasures(fitted, baseline.model = fitted@external$baseline.model)))
}
auxiliary <- list(helped(two, c("ageyr", "x7", "x8")), helped(path, c("x7", "x4")))

nested <- lapply(c(ML = "ML", MLR = "MLR"), function(estimator) {
  models <- lapply(list(NULL, "loadings", c("loadings", "intercepts")), function(equal) {
    suppressWarnings(do.call("sem", c(list(
      holzinger, holes, missing = "fiml", estimator = estimator, group = "school"),
      if (length(equal)) list(group.equal = equal), exact)))
  })
  methods <- if (estimator == "ML") "default" else c("satorra.bentler.2001", "satorra.bentler.2010")
  lapply(setNames(methods, methods), function(method) {
    found <- as.data.frame(do.call(lavTestLRT, c(models, list(method = method))))
    as.list(found[, c("Df", "Chisq", "Chisq diff", "Df diff", "Pr(>Chisq)")])
  })
})

write(toJSON(list(program = c(origin, sprintf("semTools %s", packageVersion("semTools"))),
                  two_stage = two_stage, auxiliary = auxiliary, nested = nested),
             auto_unbox = TRUE, digits = I(10), na = "null", null = "null"), "incomplete.json")
