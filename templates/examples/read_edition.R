# Reads an edition in R, without packages. Run it in the folder of the edition:
#   Rscript examples/read_edition.R
read <- function(name) {
  read.csv(file.path("data", paste0(name, ".csv")), na.strings = "", encoding = "UTF-8",
           check.names = FALSE)
}

ranking <- read("ranking")
scores <- read("scores")
sources <- read("sources")
unit <- names(ranking)[1] # the column of country codes

# The ten best, with the interval of their rank where the edition has it.
shown <- intersect(c(unit, "name", "rank", "rank_05", "rank_95", "score"), names(ranking))
print(head(ranking[order(ranking$rank), shown], 10), row.names = FALSE)

# Scores with one column for each node; the index is the node at level 0.
wide <- reshape(scores[c(unit, "node", "score")], idvar = unit, timevar = "node",
                direction = "wide")
root <- unique(scores$node[scores$level == 0])
own <- wide[[paste0("score.", root)]][match(ranking[[unit]], wide[[unit]])]
stopifnot(isTRUE(all.equal(own, ranking$score)))

# Whom to cite for the figures, and on what terms they are.
cat(paste0("- ", sources$citation, " Licence: ", sources$licence), sep = "\n")
