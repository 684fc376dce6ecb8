# Parameter tables of lavaan under the defaults of sem(), as an outside witness.
# Run in this folder: Rscript tables.R     (writes tables.json)
suppressMessages(library(lavaan))

pd <- "ind60 =~ x1 + x2 + x3
dem60 =~ y1 + a*y2 + b*y3 + c*y4
dem65 =~ y5 + a*y6 + b*y7 + c*y8
dem60 ~ ind60
dem65 ~ ind60 + dem60
y1 ~~ y5
y2 ~~ y4 + y6
y3 ~~ y7
y4 ~~ y8
y6 ~~ y8"
mimic <- "f =~ x1 + x2 + x3\nf ~ z1 + z2\nw ~ f + z1\nw2 ~ f"
two <- "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6\n"

cases <- list(
  list(pd), list(pd, std.lv = TRUE), list(pd, meanstructure = TRUE),
  list(two), list(two, orthogonal = TRUE), list(two, std.lv = TRUE, orthogonal = TRUE),
  list(mimic), list(mimic, fixed.x = FALSE), list(mimic, meanstructure = TRUE),
  list(paste0(mimic, "\nz1 ~~ z1")), list(paste0(mimic, "\nz1 ~~ z2")),
  list(paste0(mimic, "\nz1 ~ 1")), list(paste0(mimic, "\nw ~~ z1"), meanstructure = TRUE),
  list(paste0(mimic, "\nz1 ~~ z2"), fixed.x = FALSE),
  list("f =~ a*x1 + b*x2 + a*x3"), list("f =~ a*x1 + b*x2 + a*x3", std.lv = TRUE),
  list("f =~ start(2)*x1 + x2 + x3"), list("f =~ NA*x1 + x2 + x3\nf ~~ 1*f"),
  list("f =~ x1 + a*x2 + a*x3 + 2*x3"), list("f =~ NA*x1 + a*x1 + x2 + start(.5)*x3 + b*x3"),
  list("f =~ x1\ng =~ y1 + y2\ng ~ f"), list("f =~ x1\nx1 ~~ x1\ng =~ y1 + y2\ng ~ f"),
  list("f =~ x1\nw ~ f", std.lv = TRUE), list("f =~ x1\ng =~ x1 + x2 + x3"),
  list("f =~ x1 + x2\nh =~ f"), list("f =~ x1 + x2\nh =~ f", std.lv = TRUE),
  list(paste0(two, "h =~ f + g")), list(paste0(two, "h =~ f + g"), std.lv = TRUE),
  list("h =~ f + g\nf =~ x1 + x2 + x3\ng =~ y1 + y2 + y3\ng ~ w\nh ~ w2"),
  list(paste0(two, "f ~ z\nw ~ z\ng ~ z\nv ~ z"), orthogonal = TRUE),
  list("f =~ x1 + x2 + x3\nf ~~ a*f\ng =~ x4 + x5\ng ~ f\ng ~~ NA*g", std.lv = TRUE),
  list("f =~ x1 + x2 + x3\nf ~~ start(.7)*f + g\ng =~ x4 + x5 + x6", std.lv = TRUE),
  list("f =~ x1 + x2 + x3\nf ~ 1\nx1 ~ 0*1\nx2 ~ 0 + z"),
  list("x1 + x2 ~ z1 + a*z2"), list("x1 + x2 ~~ x3 + x1"), list("x6 ~ 1\nx4 ~~ x5\nx2 ~ x3"), list("f + g =~ x1 + x2 + x3"),
  list("y ~ x\nx ~ y\nx ~ z1\ny ~ z2"), list("y ~ x\nz ~ x\nz ~~ y\nw ~ x\nw ~~ 0*y"),
  list("y ~ x1 + x2\nx1 ~~ x1\nx2 ~ x3"), list("x ~~ y\nz ~ x"), list("x1 ~~ 0*x2\nx1 ~ z"),
  list("f =~ x1 + x2 + x3\nx1 ~ z\nw ~ f\nx2 ~ w2"), list("x1 ~ f\nf =~ x1 + x2 + x3"),
  list("z =~ x1 + x2\nf =~ x1 + x2 + x3\nf ~ z\nz ~ y\ny =~ y1 + y2 + y3\nb ~~ f\nb ~~ a\ny3 ~~ x1 + x2"),
  list("f =~ x1 + x2 + x3\nh =~ z1 + z2\nw ~ f + q\nw ~~ f\nh ~~ f\nq ~~ h\nx3 ~ z1", fixed.x = FALSE),
  list("f =~ x1 + x2 + equal('f=~x2')*x3\nx2 ~~ equal('x1~~x1')*x2"),
  list("f =~ x1 + a*x2 + equal(a)*x3 + equal('f=~x1')*x4 + 2/3*x5 + -0.5*x6 + sqrt(2)*x7"),
  list("y ~ a*x\nm ~ b*y\nab := a*b\nab > 0.1\nc2 := ab + a^2\na == 0.5\nb < 2*exp(a)"),
  list(mimic, ngroups = 2), list(mimic, ngroups = 3, std.lv = TRUE, meanstructure = TRUE),
  list("f =~ c(a, b)*x1 + c(NA, 1)*x2 + c('l1', 'l2')*x3 + p*x4", ngroups = 2),
  list("f =~ c(NA, 1)*x1 + 2*x2 + start(c(1, 2))*x3 + c(1, NA)*x4 + c(a, a)*x5", ngroups = 2),
  list("f =~ x1 + x2 + equal('f=~x2')*x3", ngroups = 2),
  list("f =~ x1 + x2 + x3\nf ~ c(0, NA)*1\nx1 ~ c(i, i)*1\nf ~~ c(1, NA)*f + c(v1, v2)*z", ngroups = 2),
  list(mimic, lavaan = TRUE), list(paste0(two, "x1 ~ 1"), lavaan = TRUE),
  list("f =~ x1 + x2\nh =~ f\nf ~~ f\nh ~~ start(2)*h", lavaan = TRUE, std.lv = TRUE),
  list("f =~ x1 + x2\nh =~ f\nf ~~ NA*f + h", lavaan = TRUE, std.lv = TRUE)
)

summed <- "c <~ 1*x1 + x2\nf =~ y1 + y2 + y3\n"
cases <- c(cases, list(
  list(paste0(summed, "f ~ c + z\nw ~ c")), list(paste0(summed, "f ~ c + z\nw ~ c"), std.lv = TRUE),
  list(paste0("w ~ c + z\n", summed, "f ~ c"), meanstructure = TRUE),
  list(paste0(summed, "d <~ 1*x3 + x1 + x4\nf ~ c\ng =~ y4 + y5\ng ~ c + d\nh =~ u1 + u2")),
  list(paste0(summed, "h =~ u1 + u2\nf ~ c + h"), orthogonal = TRUE),
  list(paste0(summed, "g =~ z1 + z2\nc ~ f\ng ~ f\nw ~ g"), meanstructure = TRUE),
  list("c <~ 1*f + x2\nf =~ y1 + y2 + y3\ng =~ z1 + z2\ng ~ c\nw ~ c"),
  list(paste0(summed, "c ~~ c\nf ~ c")), list(paste0(summed, "c ~~ c\nf ~ c"), std.lv = TRUE),
  list("c <~ a*x1 + NA*x2\nc =~ y1 + y2 + y3\nx1 ~~ x2"),
  list("c <~ x1 + x2\nc =~ y1 + y2 + y3\nx1 ~ x3"), list("c <~ y1 + x2\nf =~ y1 + y2\nw ~ c + f"),
  list("d <~ 1*c + x9\nc <~ 1*x1 + x2\nf =~ y1 + y2\nf ~ d + c\nw ~ d\nx1 ~ q"),
  list(paste0("x5 ~ x1\n", summed, "f ~ c\nw ~ c"), fixed.x = FALSE),
  list(paste0(summed, "f ~ c\nc ~ 1")), list(paste0(summed, "t =~ c + f")),
  list("c <~ x1 + b*x2 + start(2)*x3\nc =~ y1 + y2", ngroups = 2, meanstructure = TRUE)
))

table_of <- function(case) {
  auto <- !isTRUE(case$lavaan)
  std.lv <- isTRUE(case$std.lv)
  given <- case[setdiff(names(case), c("", "lavaan"))]
  settings <- modifyList(list(
    model = case[[1]], fixed.x = TRUE, int.ov.free = TRUE, int.lv.free = FALSE,
    auto.fix.first = auto && !std.lv, auto.fix.single = auto, auto.var = auto,
    auto.cov.lv.x = auto, auto.cov.y = auto, as.data.frame. = TRUE
  ), given)
  t <- suppressWarnings(do.call(lavaanify, settings))
  c(list(text = case[[1]], options = c(given, list(auto = auto)),
         ov = I(lavNames(t, "ov")), ov_x = I(lavNames(t, "ov.x")), lv = I(lavNames(t, "lv"))),
    list(rows = lapply(seq_len(nrow(t)), function(i) {
      list(t$lhs[i], t$op[i], t$rhs[i], t$group[i], t$free[i], t$label[i],
           signif(t$ustart[i], 12), t$exo[i], t$user[i])
    })))
}

json <- jsonlite::toJSON(list(
  program = paste("lavaan", packageVersion("lavaan")),
  columns = c("lhs", "op", "rhs", "group", "free", "label", "ustart", "exo", "user"),
  cases = lapply(cases, table_of)
), auto_unbox = TRUE, na = "null", digits = 12)
json <- gsub("\"rows\":", "\n \"rows\":", gsub("{\"text\"", "\n{\"text\"", json, fixed = TRUE))
writeLines(json, "tables.json")
