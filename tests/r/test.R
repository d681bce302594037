# The R script against the command: same tables, same sentences; then every block of its how-to, in order.
# Usage: Rscript tests/r/test.R PROGRAM   (from the root of the repository)
library(testthat)
program <- normalizePath(commandArgs(trailingOnly = TRUE)[1])
options(suasion.program = program)
source("r/suasion.R")

# The command, without the script under test.
command <- function(...) suppressWarnings(system2(program, shQuote(c(...)), stdout = TRUE, stderr = TRUE))

test_that("a run has the digest and the numbers of the command", {
    folder <- tempfile()
    command("run", "asean", "--replicates", "30", "--seed", "7", "--years", "2001-2008", "--format", "csv", "--ledger", "-q", "--out", folder)
    run <- suasion_run("asean", replicates = 30, seed = 7, years = c(2001, 2008), ledger = TRUE)
    expect_identical(run$manifest$digest, jsonlite::read_json(file.path(folder, "manifest.json"))$digest)
    raw <- read.csv(file.path(folder, "trajectories.csv"), colClasses = "character", na.strings = NULL)
    expect_identical(dim(run$trajectories), dim(raw))
    expect_identical(nrow(run$trajectories), 30L * 10L * 9L)
    expect_equal(run$trajectories$motivation, as.numeric(raw$motivation), tolerance = 1e-15)
    expect_identical(run$trajectories$tier_tvpa, raw$tier_tvpa)
    expect_type(run$trajectories$adopted_law, "logical")
    # The ledger adds up, in R too.
    terms <- setdiff(names(run$ledger), c("replicate", "state", "year", "motivation_start", "motivation_end"))
    expect_equal(rowSums(as.data.frame(run$ledger)[terms]), run$ledger$motivation_end - run$ledger$motivation_start, tolerance = 1e-9)
})

test_that("what is set reaches the command to the last bit, as text, number or truth", {
    one <- suasion_run("asean", replicates = 2, set = c("parameters.signalling" = 0.1 + 0.2, "parameters.drift" = 1e-5))
    resolved <- readLines(file.path(one$folder, "scenario.toml"))
    expect_true("signalling = 0.30000000000000004" %in% resolved)
    expect_true(any(c("drift = 0.00001", "drift = 1e-5") %in% resolved))
    expect_identical(suasion_number(100000), "100000")
})

test_that("each command yields the tables that its help names", {
    compared <- suasion_compare("asean", "no-tvpa", replicates = 20, decompose = c("signalling", "overjustification"))
    expect_setequal(unique(compared$shares_no_tvpa$mechanism), c("signalling", "overjustification", "rest", "difference"))
    expect_equal(compared$differences$difference, compared$differences$other - compared$differences$base, tolerance = 1e-6)
    explained <- suasion_explain("asean", state = "MYS", against = "no-tvpa", replicates = 20)
    expect_true("motivation" %in% explained$explanation$variable)
    swept <- suasion_sweep("asean", axes = c("parameters.signalling" = "-0.5..0.5", "parameters.drift" = ""), samples = 8, replicates = 5,
                           outcomes = c("motivation", "tier_tvpa=2WL"))
    expect_identical(names(swept$design), c("point", "parameters.signalling", "parameters.drift"))
    expect_setequal(unique(swept$outcomes$value), c("", "2WL"))
    screened <- suasion_sensitivity("asean", axes = c("parameters.signalling" = "", "parameters.drift" = ""), samples = 4, replicates = 5)
    expect_type(screened$sensitivity$value, "double")
})

test_that("what is given reaches the command", {
    few <- "record:until=2004,particles=100"
    folder <- tempfile()
    command("run", "asean", "--replicates", "8", "--given", few, "--format", "csv", "-q", "--out", folder)
    run <- suasion_run("asean", replicates = 8, given = few)
    expect_identical(run$manifest$digest, jsonlite::read_json(file.path(folder, "manifest.json"))$digest)
    compared <- suasion_compare("asean", "no-tvpa", replicates = 8, given = few)
    expect_identical(dim(compared$differences), dim(compared$differences_free))
    explained <- suasion_explain("asean", replicates = 8, given = few)
    expect_identical(explained$manifest$digest, run$manifest$digest)
    apart <- suasion_compare("asean", "no-tvpa", outcomes = "motivation", replicates = 8, given = few, luck = "both", effects = TRUE,
                             decompose = c("signalling", "overjustification"))
    expect_true(is.numeric(apart$shares_no_tvpa$free_share))
    expect_true(is.numeric(apart$differences$fresh_difference))
    effects <- apart$effects_no_tvpa
    expect_equal(effects$direct + effects$spillover, effects$total, tolerance = 1e-12)
})

test_that("an error is the sentence of the command", {
    path <- "parameters.overjustificaton=0"
    said <- sub("^error: ", "", paste(command("run", "asean", "--set", path), collapse = "\n"))
    expect_error(suasion_run("asean", set = c("parameters.overjustificaton" = 0)), said, fixed = TRUE)
    expect_error(suasion_run("asean", replicates = 0), "replicates")
    expect_error(suasion_run("asean", set = 3), "needs a path as the name", fixed = TRUE)
    expect_error(suasion_run("asean", years = 2001), "a first and a last year", fixed = TRUE)
    expect_error(suasion_read(tempfile()), "no folder", fixed = TRUE)
    empty <- tempfile(); dir.create(empty)
    expect_error(suasion_read(empty), "holds no tables", fixed = TRUE)
    withr_program <- options(suasion.program = ""); on.exit(options(withr_program))
    expect_error(suasion_run("asean"), "cargo install --path crates/cli", fixed = TRUE)
})

test_that("a path may begin with the home folder", {
    expect_error(suasion_run("~/no-such-scenario.toml"), path.expand("~/no-such-scenario.toml"), fixed = TRUE)
    expect_error(suasion_read("~/no-such-folder"), path.expand("~/no-such-folder"), fixed = TRUE)
    expect_identical(suasion_folder("~/out"), path.expand("~/out"))
})

test_that("identifiers and tiers that look like numbers or NA stay text, with and without data.table", {
    file <- file.path(tempfile(), "trajectories.csv"); dir.create(dirname(file))
    writeLines(c("replicate,state,year,motivation,tier_tvpa,adopted_law", "0,NA,2001,0.5,2,1", "0,TRUE,2001,0.25,1,0"), file)
    with_package <- suasion_table(file)
    without_package <- local({
        base_only <- suasion_table
        environment(base_only) <- list2env(list(requireNamespace = function(...) FALSE), parent = globalenv())
        base_only(file)
    })
    expect_s3_class(with_package, "data.table")
    for (table in list(as.data.frame(with_package), without_package)) {
        expect_identical(table$state, c("NA", "TRUE"))
        expect_identical(table$tier_tvpa, c("2", "1"))
        expect_identical(table$adopted_law, c(TRUE, FALSE))
        expect_identical(table$motivation, c(0.5, 0.25))
    }
})

test_that("a theory is laid over, with a number of its own set", {
    with_theory <- suasion_run("asean", theory = "backlash: parameters.backlash=0.3", replicates = 8, ledger = TRUE)
    expect_true("backlash_against_shaming" %in% names(with_theory$ledger))
    expect_error(suasion_run("asean", theory = "backlsh", replicates = 8), "did you mean `backlash`?", fixed = TRUE)
})

# The how-to: its blocks in one session, in a folder where the relative path of the script holds. A block of output after one is held
# to what that prints; SUASION_MINT=1 writes it instead, and the picture.
page <- readLines("docs/howto/r.md")
mint <- nzchar(Sys.getenv("SUASION_MINT"))
where <- tempfile(); dir.create(where)
file.symlink(normalizePath("r"), file.path(where, "r"))
home <- setwd(where)
options(width = 110)
session <- new.env(parent = globalenv())
fences <- grep("^```", page)
stopifnot("fences come in pairs" = length(fences) %% 2 == 0)
opening <- fences[c(TRUE, FALSE)]; closing <- fences[c(FALSE, TRUE)]
shown <- page[0]; done <- 0; wrong <- character()
for (b in seq_along(opening)) {
    if (page[opening[b]] != "```r") next
    code <- page[(opening[b] + 1):(closing[b] - 1)]
    printed <- capture.output(source(textConnection(code), local = session, print.eval = TRUE))
    printed <- sub(" +$", "", printed)
    output <- b < length(opening) && page[opening[b + 1]] == "```console" && opening[b + 1] - closing[b] == 2
    shown <- c(shown, page[(done + 1):closing[b]])
    done <- closing[b]
    if (output) {
        expected <- page[(opening[b + 1] + 1):(closing[b + 1] - 1)]
        if (!identical(printed, expected)) wrong <- c(wrong, "--- the page says", expected, "--- R prints", printed)
        shown <- c(shown, "", "```console", printed)
        done <- closing[b + 1] - 1
    } else if (length(printed) > 0) wrong <- c(wrong, "--- R prints what the page does not show", printed)
}
shown <- c(shown, page[(done + 1):length(page)])
stopifnot("the picture was drawn" = file.size("asean.png") > 1e4)
setwd(home)
if (mint) {
    writeLines(shown, "docs/howto/r.md")
    file.copy(file.path(where, "asean.png"), "docs/pictures/r.png", overwrite = TRUE)
} else if (length(wrong) > 0) stop("docs/howto/r.md is not what R prints (SUASION_MINT=1 tests/r/run writes it):\n", paste(wrong, collapse = "\n"))
cat("R agrees: tables, digests and sentences of the command; every block of docs/howto/r.md runs and prints what the page says\n")
