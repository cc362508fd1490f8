#!/usr/bin/env bash
# Writes docs/reliability.md: what was tried and what happened. Usage: scripts/reliability.sh PROGRAM [KILLS] [FOLDER]; takes half an hour or more.
# FOLDER keeps what the parts print, and parts that are there already are not tried again.
set -uom pipefail # with job control, so that parts in the background can be stopped with Ctrl-C
cd "$(dirname "$0")/.."
program=$(realpath "$1") kills=${2:-100}
status=0
results=$(realpath "${3:-$(mktemp -d)}") && mkdir -p "$results"
config=$results/config.json
# A configuration that trains hundreds of images in seconds.
cat > "$config" <<'JSON'
{
  "generator": { "imageSize": 16, "styleSize": 8, "mappingLayers": 2, "parts": 13, "localLayers": 3, "baseLayers": 1, "depthLayers": 2, "localChannels": 4, "coarseChannels": 8, "coarseSize": 8, "minFeatureSize": 4, "maxChannels": 8 },
  "discriminator": { "imageSize": 16, "maxChannels": 8 },
  "batchSize": 4, "r1Interval": 4
}
JSON
# Side by side: each of them mostly waits.
pids=()
part() {
    local name=$1; shift
    [ -s "$results/$name" ] && return
    { "$@" > "$results/$name.part" && mv "$results/$name.part" "$results/$name"; } & pids+=($!)
}
part hostile scripts/hostile-inputs.sh "$program"
part faults scripts/run-faults.sh "$program" "$config"
part soak scripts/soak.sh "$program" "$config" "$kills"
part long "$program" train --data synthetic:24 --config "$config" --batch 4 --images 40000 --checkpoint-every 4000 --preview-every 20000 --log-every 1000 --threads 1 --out "$results/run"
for pid in "${pids[@]}"; do wait "$pid" || status=1; done
# What a part that failed has printed is shown too.
read_part() { cat "$results/$1" 2> /dev/null || cat "$results/$1.part"; }
hostile=$(read_part hostile) faults=$(read_part faults) soak=$(read_part soak)
memory=$(awk -F'[:,}]' '{ for (i = 1; i <= NF; i++) { gsub(/[{"]/, "", $i); value[$i] = $(i + 1) }
    if (NR == 1 || value["images"] % 5000 == 0) printf "| %d | %.0f | %d |\n", value["images"] / 4, value["resident_mb"], value["live_tensors"] }' "$results/run/log.jsonl")
cat > docs/reliability.md <<PAGE
# What was done to the program, and what happened

This page is written by \`scripts/reliability.sh src/SemanticStyleGan.Cli/bin/Release/net10.0/semantic-stylegan\`, which fails where something else happens than should.

Exit codes: 0 done, also when the machine (SIGTERM, SIGUSR1) or \`--max-time\` stopped a training run with a checkpoint; 1 unexpected failure, a rank that is missing; 2 bad input or usage, a disk that is full, a loss that is not finite: one line says what, nothing half-written is left; 130 stopped with Ctrl-C. A process that was killed has the code of the signal (137 for \`kill -9\`), a job of several ranks what its launcher makes of it.

Files are written beside their target, flushed to disk and moved over it (\`AtomicFile\`). A run's folder is locked while a process trains in it, a folder of results while a command writes into it; the next start removes what a killed one left half-written, passes over a checkpoint that can't be read, and refuses to begin anew over checkpoints none of which can be read. The last \`--keep\` checkpoints are kept. \`log.jsonl\` becomes \`log.1.jsonl\` at 16 MB, TensorBoard's files are one a start.

## A training run under faults

$faults

## Killed again and again

$soak

## Long runs

10,000 iterations of a small configuration, a checkpoint every 1,000; memory from the log (and \`MemoryTests\` watches it):

| iterations | resident MB | live tensors |
|---|---|---|
$memory

## Hostile inputs

Every input ends with exit code 2 and exactly one line, and leaves no output.

$hostile
PAGE
exit $status
