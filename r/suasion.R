# suasion from R: runs the command and reads what it writes into data frames. source("r/suasion.R") is all it needs.
#
# It holds no arithmetic of the model: each function is one command, with the command's options as arguments. Tables are data.tables
# where data.table is installed, data frames otherwise. Needs the `suasion` program on the path, or
# options(suasion.program = "path/to/suasion"), and R 4.0 or later with jsonlite.

#' Run a scenario: `suasion run`.
#'
#' @param scenario A bundled scenario ("asean") or the path of a scenario file.
#' @param set Values to set, by path: c("parameters.signalling" = 0).
#' @param counterfactual Name of a counterfactual of the scenario, to run in place of its baseline.
#' @param replicates,seed Number of replicates; seed of all draws. Default: the scenario's.
#' @param years First and last year to simulate: c(2001, 2010).
#' @param ledger Also keep what moved motivation, by state, year and mechanism?
#' @param trajectories FALSE keeps the summary alone.
#' @param given Run in the history, with the luck that the states must have had: "record" conditions on the record first
#'   ("record:until=2008,particles=5000" says more), a folder that `suasion condition` wrote is taken as it is.
#' @param out Folder for the results, which then stay; default: a temporary one. The same job is found finished there.
#' @param replace Replace the results of another job that are in `out`? Otherwise they are left, and it is an error.
#' @param theory Theories laid over the scenario: bundled ones, or files; "own.toml: parameters.x=0.5" sets numbers of its own.
#' @return A list: `trajectories` (a row per replicate, state and year), `events`, `ledger` (if asked for), `summary` (statistics over
#'   replicates), `manifest` (version, seed, digest) and `folder`. Columns and units: docs/output-format.md.
suasion_run <- function(scenario, set = NULL, counterfactual = NULL, replicates = NULL, seed = NULL, years = NULL,
                        ledger = FALSE, trajectories = TRUE, given = NULL, out = NULL, replace = FALSE, theory = NULL) {
    out <- suasion_folder(out)
    suasion_call(c("run", scenario, suasion_runs(set, counterfactual, replicates, seed, years, theory),
                   suasion_each("--given", given), if (ledger) "--ledger", if (!trajectories) "--summary-only",
                   "--format", "csv", "--out", out, if (replace) "--replace"))
    suasion_read(out)
}

#' Compare a baseline with counterfactuals on the same luck: `suasion compare`.
#'
#' @param names Counterfactuals of the scenario; none: all that it has.
#' @param against Counterfactuals of your own: "signalling off: parameters.signalling=0".
#' @param outcomes Outcomes to keep beside all variables and waits, and to split: "persuasion_total", "phase=4.IDN".
#' @param decompose Mechanisms to split the difference among (Shapley shares), or TRUE for all that act.
#' @param luck With `given`, whose luck counterfactuals have: "kept", "fresh" or "both".
#' @param effects Take the differences apart into direct effect, spillover and total?
#' @param crowding With `given`, how many draws of a prior on crowding to set beside each outcome asked for, each with a history of its own; 0: no crowding alone.
#' @param level Level of the intervals.
#' @inheritParams suasion_run
#' @return A list: `differences` (by counterfactual, state, year and outcome, such as `reached_law` and `years_to_law`: mean of each arm, mean paired
#'   difference, interval),
#'   `differences_free` (with `given`: the same in free runs), `arms`, `shares_NAME` (with `decompose`), `effects_NAME` (with
#'   `effects`), `crowding` and `crowding_draws` (with `crowding`), `manifest` and `folder`.
suasion_compare <- function(scenario, names = NULL, against = NULL, decompose = NULL, level = 0.95, outcomes = NULL, set = NULL,
                            replicates = NULL, seed = NULL, years = NULL, given = NULL, luck = NULL, effects = FALSE, crowding = NULL,
                            out = NULL, replace = FALSE, theory = NULL) {
    out <- suasion_folder(out)
    split <- if (isTRUE(decompose)) "--decompose"
             else if (is.character(decompose)) paste0("--decompose=", paste(decompose, collapse = ","))
    suasion_call(c("compare", scenario, names, suasion_each("--against", against), suasion_each("--outcome", outcomes),
                   suasion_each("--given", given), suasion_each("--luck", luck), if (effects) "--effects",
                   if (!is.null(crowding)) paste0("--crowding=", suasion_number(crowding)), split, "--level", suasion_number(level),
                   suasion_runs(set, NULL, replicates, seed, years, theory), "--format", "csv", "--out", out, if (replace) "--replace"))
    suasion_read(out)
}

#' What moved motivation, year by year and mechanism by mechanism: `suasion explain`.
#'
#' @param state A state, by id or name; none: all.
#' @param against A counterfactual to set beside it.
#' @param observed Pin tiers and adoptions to the record, where the scenario has one?
#' @inheritParams suasion_compare
#' @return A list: `explanation` (by state, year and variable: mean and interval), other tables that the command wrote, `folder`.
suasion_explain <- function(scenario, state = NULL, against = NULL, observed = FALSE, level = 0.95, outcomes = NULL, set = NULL,
                            replicates = NULL, seed = NULL, years = NULL, given = NULL, out = NULL, replace = FALSE, theory = NULL) {
    out <- suasion_folder(out)
    suasion_call(c("explain", scenario, suasion_each("--state", state), suasion_each("--against", against),
                   suasion_each("--outcome", outcomes), suasion_each("--given", given),
                   if (observed) "--observed", "--level", suasion_number(level),
                   suasion_runs(set, NULL, replicates, seed, years, theory), "--format", "csv", "--out", out, if (replace) "--replace"))
    suasion_read(out)
}

#' Run a scenario at many design points: `suasion sweep`.
#'
#' @param axes Axes by path: c("parameters.signalling" = "-0.5..0.5", "regime.tvpa.severity" = "0,1,2"). A name with "" takes the range of
#'   `suasion params`. None: the scenario's own sweep.
#' @param design,samples Design ("grid", "latin-hypercube", "sobol", "saltelli", "morris") and its size.
#' @param outcomes What to look at: "motivation", "protection.IDN", "motivation.*@2001-2015", "phase=4".
#' @inheritParams suasion_run
#' @return A list: `design` (a row per point), `outcomes` (a row per point and outcome: mean, sd, interval), `manifest` and `folder`.
suasion_sweep <- function(scenario, axes = NULL, design = NULL, samples = NULL, outcomes = NULL, set = NULL,
                          replicates = NULL, seed = NULL, years = NULL, out = NULL, replace = FALSE, theory = NULL) {
    out <- suasion_folder(out)
    suasion_call(c("sweep", scenario, suasion_axes(axes), suasion_each("--design", design),
                   suasion_each("--samples", samples), suasion_each("--outcome", outcomes),
                   suasion_runs(set, NULL, replicates, seed, years, theory), "--format", "csv", "--out", out, if (replace) "--replace"))
    suasion_read(out)
}

#' Which axes an outcome depends on: `suasion sensitivity`.
#'
#' @param method "morris" (screening) or "sobol" (variance shares).
#' @inheritParams suasion_sweep
#' @return A list as of [suasion_sweep()], and `sensitivity`: a row per outcome, measure and axis, with a 95 % bootstrap interval.
suasion_sensitivity <- function(scenario, axes = NULL, method = "morris", samples = NULL, outcomes = NULL, set = NULL,
                                replicates = NULL, seed = NULL, years = NULL, out = NULL, replace = FALSE, theory = NULL) {
    out <- suasion_folder(out)
    suasion_call(c("sensitivity", scenario, "--method", method, suasion_axes(axes),
                   suasion_each("--samples", samples), suasion_each("--outcome", outcomes),
                   suasion_runs(set, NULL, replicates, seed, years, theory), "--format", "csv", "--out", out, if (replace) "--replace"))
    suasion_read(out)
}

#' Read the folder of any command into a list of tables, named as the files are.
#'
#' Tables in Parquet need one of the packages nanoparquet and arrow; what `format = csv` wrote needs neither.
suasion_read <- function(folder) {
    folder <- path.expand(folder)
    if (!dir.exists(folder)) stop("no folder ", folder, call. = FALSE)
    files <- list.files(folder, pattern = "\\.(csv|parquet)$", full.names = TRUE)
    if (length(files) == 0) stop(folder, " holds no tables; expected the folder that a suasion command wrote", call. = FALSE)
    tables <- lapply(files, suasion_table)
    names(tables) <- gsub("-", "_", sub("\\.(csv|parquet)$", "", basename(files)))
    manifest <- file.path(folder, "manifest.json")
    if (file.exists(manifest)) tables$manifest <- jsonlite::read_json(manifest)
    tables$folder <- folder
    tables
}

# --- what the functions above share ---------------------------------------------------------------------------------------------

# The program: the option, or what is on the path.
suasion_program <- function() {
    program <- getOption("suasion.program", Sys.which("suasion"))
    if (!nzchar(program)) {
        stop("no program `suasion` on the path; install it with `cargo install --path crates/cli`, or name it with ",
             "options(suasion.program = \"path/to/suasion\")", call. = FALSE)
    }
    program
}

# Runs a command; an error of it becomes an error in R with the same sentence.
suasion_call <- function(arguments) {
    said <- tempfile()
    on.exit(unlink(said))
    # The shell would read ~ as the home folder, but not within the quotes that names with spaces need.
    arguments <- path.expand(arguments)
    status <- system2(path.expand(suasion_program()), shQuote(c(arguments, "--quiet")), stdout = FALSE, stderr = said)
    if (status != 0) {
        sentence <- sub("^error: ", "", paste(readLines(said, warn = FALSE), collapse = "\n"))
        stop(if (nzchar(sentence)) sentence else paste("suasion ended with status", status), call. = FALSE)
    }
    invisible()
}

suasion_folder <- function(out) if (is.null(out)) tempfile("suasion-") else path.expand(out)

# Numbers as the command reads them, to the last bit and never as 1e+05L or with a locale's comma.
suasion_number <- function(x) {
    if (is.character(x)) return(x)
    if (is.logical(x) && !is.na(x)) return(tolower(as.character(x)))
    formatC(x, digits = 17, width = 1, format = "g", decimal.mark = ".")
}

suasion_each <- function(option, values) {
    as.vector(rbind(rep(option, length(values)), vapply(values, suasion_number, "", USE.NAMES = FALSE)))
}

suasion_named <- function(values, what, example) {
    if (length(values) > 0 && (is.null(names(values)) || !all(nzchar(names(values))))) {
        stop(what, " needs a path as the name of each value, as ", example, call. = FALSE)
    }
}

suasion_axes <- function(axes) {
    suasion_named(axes, "axes", "c(\"parameters.signalling\" = \"-0.5..0.5\")")
    suasion_each("--axis", ifelse(nzchar(axes), paste0(names(axes), "=", axes), names(axes)))
}

suasion_runs <- function(set, counterfactual, replicates, seed, years, theory = NULL) {
    suasion_named(set, "set", "c(\"parameters.signalling\" = 0)")
    if (!is.null(years) && length(years) != 2) stop("years is a first and a last year, as c(2001, 2010)", call. = FALSE)
    set <- vapply(as.list(set), suasion_number, "")
    c(suasion_each("--theory", theory), suasion_each("--set", if (length(set) > 0) paste0(names(set), "=", set)),
      suasion_each("--counterfactual", counterfactual), suasion_each("--replicates", replicates),
      suasion_each("--seed", seed), suasion_each("--years", if (!is.null(years)) paste(years, collapse = "-")))
}

# One table. Tiers and ids are text even where all look like numbers or like NA (Namibia), adoptions are logical.
suasion_table <- function(file) {
    if (grepl("\\.parquet$", file)) {
        if (requireNamespace("nanoparquet", quietly = TRUE)) return(nanoparquet::read_parquet(file))
        if (requireNamespace("arrow", quietly = TRUE)) return(arrow::read_parquet(file))
        stop(file, " is Parquet, which R reads with the package nanoparquet or arrow; neither is installed. ",
             "Run the command with --format csv", call. = FALSE)
    }
    header <- names(utils::read.csv(file, nrows = 0, check.names = FALSE))
    text <- header[grepl("^tier_", header) | header %in% c("state", "value", "from", "to", "subject")]
    if (any(grepl("^parameters\\.|^state\\.|^regime\\.", header))) text <- character()
    # `value` is a code in tables of outcomes, and a number in tables of estimates.
    if ("measure" %in% header) text <- setdiff(text, "value")
    if (requireNamespace("data.table", quietly = TRUE)) {
        table <- data.table::fread(file, na.strings = NULL, colClasses = list(character = text), check.names = FALSE)
        empty <- names(table)[vapply(table, is.character, NA) & !names(table) %in% c(text, "variable", "kind")]
        for (column in empty) {
            numbers <- suppressWarnings(as.numeric(table[[column]]))
            if (all(is.na(numbers) == !nzchar(table[[column]]))) data.table::set(table, j = column, value = numbers)
        }
        for (column in grep("^adopted_", names(table), value = TRUE)) {
            data.table::set(table, j = column, value = as.logical(table[[column]]))
        }
        return(table[])
    }
    kinds <- stats::setNames(rep("character", length(text)), text)
    table <- utils::read.csv(file, colClasses = kinds, na.strings = "", check.names = FALSE, stringsAsFactors = FALSE)
    for (column in text) table[[column]][is.na(table[[column]])] <- ""
    for (column in grep("^adopted_", names(table), value = TRUE)) table[[column]] <- as.logical(table[[column]])
    table
}
