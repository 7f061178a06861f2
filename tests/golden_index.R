# The golden index: six made-up countries, made with base R alone (R 4.2, no packages).
# Rscript tests/golden_index.R writes tests/data/golden/{normalised,scores,ranks}.csv.
# Steps: type-2 skewness and kurtosis, winsorisation of the farthest value while
# |skew| > 2 and kurtosis > 3.5 (at most 5 points), min-max to 1..100, weighted arithmetic means in
# two pillars, geometric mean across them, missing weights shared among the rest.
x <- data.frame(
  power = c(10, 12, 11, 13, 12.5, 90), speed = c(5, 7, NA, 9, 6, 8),
  price = c(3.5, 2, 4, 1, 2.5, 3), skills = c(40, 55, 35, NA, 70, 62),
  row.names = c("AAA", "BBB", "CCC", "DDD", "EEE", "FFF"))
lower <- "price"
skew <- function(v) { v <- v[!is.na(v)]; n <- length(v); d <- v - mean(v)
  g <- (sum(d^3) / n) / (sum(d^2) / n)^1.5; g * sqrt(n * (n - 1)) / (n - 2) }
kurt <- function(v) { v <- v[!is.na(v)]; n <- length(v); d <- v - mean(v)
  g <- (sum(d^4) / n) / (sum(d^2) / n)^2 - 3; ((n + 1) * g + 6) * (n - 1) / ((n - 2) * (n - 3)) }
treat <- function(v) { points <- 0
  while (abs(skew(v)) > 2 && kurt(v) > 3.5 && points < 5) {
    if (skew(v) > 0) { top <- max(v, na.rm = TRUE); nxt <- max(v[v < top], na.rm = TRUE); v[which(v == top)] <- nxt
    } else { low <- min(v, na.rm = TRUE); nxt <- min(v[v > low], na.rm = TRUE); v[which(v == low)] <- nxt }
    points <- points + 1 }
  v }
treated <- as.data.frame(lapply(x, treat), row.names = rownames(x))
for (name in lower) treated[[name]] <- -treated[[name]]
unit <- function(v) 1 + 99 * (v - min(v, na.rm = TRUE)) / (max(v, na.rm = TRUE) - min(v, na.rm = TRUE))
normalised <- as.data.frame(lapply(treated, unit), row.names = rownames(x))
means <- function(d, w) apply(d, 1, function(r) weighted.mean(r, w, na.rm = TRUE))
machines <- means(normalised[c("power", "speed")], c(2, 1))
people <- means(normalised[c("price", "skills")], c(1, 1))
index <- exp((0.6 * log(machines) + 0.4 * log(people)))
scores <- data.frame(index, machines, people, row.names = rownames(x))
ranks <- as.data.frame(lapply(scores, function(v) rank(-v, ties.method = "min")), row.names = rownames(x))
options(digits = 17)
keep <- function(d, name) write.csv(format(cbind(iso3 = rownames(d), d), digits = 17, trim = TRUE), file.path("tests/data/golden", name), row.names = FALSE, quote = FALSE)
dir.create("tests/data/golden", recursive = TRUE, showWarnings = FALSE)
keep(treated, "treated.csv"); keep(normalised, "normalised.csv"); keep(scores, "scores.csv"); keep(ranks, "ranks.csv")
