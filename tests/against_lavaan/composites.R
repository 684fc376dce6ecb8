# The numbers in composites.json, made by lavaan. Run in this folder: Rscript composites.R
# lavaan starts every weight at 0; where it would stay there, start values stand.
suppressPackageStartupMessages({
  library(lavaan)
  library(jsonlite)
})

holzinger <- read.csv(file.path("data", "hs.csv"))
two <- "textual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"

out <- list(program = paste("lavaan", packageVersion("lavaan"), "under", R.version.string), cases = list())
case <- function(name, model, ...) {
  fitted <- sem(model, holzinger, control = list(iter.max = 10000), ...)
  stopifnot(lavInspect(fitted, "converged"))
  args <- list(...)
  names(args) <- gsub(".", "_", names(args), fixed = TRUE)
  estimates <- parameterEstimates(fitted, standardized = TRUE)
  if (!"group" %in% names(estimates)) estimates$group <- ifelse(estimates$op == ":=", 0, 1)
  if (!"label" %in% names(estimates)) estimates$label <- ""
  keep <- c("lhs", "op", "rhs", "group", "label", "est", "se", "std.lv", "std.all")
  r2 <- lavInspect(fitted, "r2")
  r2 <- if (is.list(r2)) lapply(r2, as.list) else list(as.list(r2))
  out$cases[[name]] <<- list(
    model = model, args = args, parameters = estimates[estimates$op != "==", keep],
    measures = as.list(fitMeasures(fitted)), r2 = unname(r2)
  )
}
case("two observed outcomes", "c <~ 1*x1 + start(0.2)*x2 + start(0.1)*x3\nx4 ~ start(0.3)*c\nx7 ~ start(0.3)*c")
case("one outcome", "c <~ 1*x1 + start(0.2)*x2 + start(0.1)*x3\nx4 ~ start(0.3)*c")
case("two latent outcomes", paste0("c <~ 1*x1 + start(0.2)*x2 + start(0.1)*x3\n", two, "textual ~ start(0.3)*c\nspeed ~ start(0.3)*c"))
case("predicted by another", "c <~ 1*x1 + start(0.2)*x2\nc ~ x9\nf =~ x4 + x5 + x6\nf ~ start(0.3)*c\nx7 ~ start(0.3)*c")
case("predictor and outcome", paste0(two, "c <~ 1*x1 + start(0.2)*x2 + start(0.1)*x3\nc ~ a*textual\nspeed ~ b*c\nab := a*b"))
case("mimic", "c <~ x1 + x2 + x3\nc =~ x4 + x9")
case("mimic with means", "c <~ x1 + x2 + x3\nc =~ x4 + x9", meanstructure = TRUE, fixed.x = FALSE)
case("mimic with a residual", "c <~ x1 + x2 + x3\nc =~ x4 + x9\nc ~~ c")
case("mimic std.lv", "c <~ x1 + x2 + x3\nc =~ x4 + x9", std.lv = TRUE)
case("two composites", paste0("c <~ 1*x1 + start(0.2)*x2\nd <~ 1*x3 + start(0.2)*ageyr\n", two,
                              "textual ~ start(0.3)*c + d\nspeed ~ d + c\nc ~~ 0*d"))
case("fixed weights", paste0("c <~ 1*x1 + 1*x2 + 0.5*x3\n", two, "textual ~ start(0.3)*c\nspeed ~ start(0.3)*c"))
case("equal weights", paste0("c <~ 1*x1 + w*x2 + w*x3\n", two, "textual ~ start(0.3)*c\nspeed ~ start(0.3)*c"))
case("residual and two outcomes", "c <~ 1*x1 + start(0.2)*x2 + start(0.1)*x3\nc ~~ c\nx4 ~ start(0.3)*c\nx9 ~ c\nx4 ~~ 0*x9")
case("with a factor", paste0("c <~ 1*x1 + start(0.2)*x2\nc ~~ 0*textual\nx1 ~~ x2 + textual\nx2 ~~ textual\n", two,
                             "speed ~ start(0.3)*c + textual"))
case("robust", "c <~ x1 + x2 + x3\nc =~ x4 + x9", estimator = "MLR")
case("groups", "c <~ x1 + x2 + x3\nc =~ x4 + x9", group = "school")
case("groups with equal weights", "c <~ x1 + x2 + x3\nc =~ x4 + x9", group = "school",
     group.equal = c("loadings", "composite.loadings", "intercepts"))
write(toJSON(out, auto_unbox = TRUE, digits = I(10), na = "null", null = "null"), "composites.json")
