#!/bin/sh
# How many simulations of the world's panel with their statistics are done in a second, on every core.
# Usage: benches/panel.sh DATA   (the folder of tables that `suasion panel` reads; PROGRAM names another program)
set -eu
data=${1:?the folder of tables}
program=${PROGRAM:-target/release/suasion}
particles=20000
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$program" panel "$data" --out "$folder/panel" >"$folder/made"
begun=$(date +%s.%N)
# One generation is drawn from the prior, and each particle simulated once more for the predictive checks.
"$program" calibrate "$folder/panel/scenario.toml" --panel "$data" --priors bundled \
    --particles $particles --generations 1 --out "$folder/fit" --quiet
awk -v a="$begun" -v b="$(date +%s.%N)" -v n=$((2 * particles)) 'BEGIN {
    printf "%d simulations of the panel in %.1f s: %.0f in a second, a million in %.1f minutes\n", n, b - a, n / (b - a), 1e6 / (n / (b - a)) / 60
}'
