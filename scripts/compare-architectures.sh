#!/usr/bin/env bash
# Trains both architectures on drawn faces of 64 pixels, and of 32 pixels the second with and without its semantic losses; measures all alike and prints the tables of
# docs/architectures.md.
#   scripts/compare-architectures.sh PROGRAM FOLDER [IMAGES] [IMAGES OF THE ABLATION] [GENERATED PICTURES]
# What is trained or measured already is kept, so that it continues where it was stopped, and goes further with more images.
set -euo pipefail
program=$1 folder=$2 images=${3:-8000} ablation=${4:-2000} count=${5:-1000}
style="--architecture mask-style"

measure() { # NAME RUN
  local out=$folder/measured/$1
  [ -e "$out/report.md" ] || "$program" evaluate --model "$2" --metrics swd,agreement,locality,mask-diversity --count "$count" --edits 32 --out "$out"
}

run() { # NAME IMAGES OPTIONS
  local name=$1 wanted=$2 model=$folder/runs/$1
  shift 2
  "$program" train --out "$model" --checkpoint-every 500 --keep 1000 --images "$wanted" "$@"
  measure "$name-$wanted" "$model"
  [ -e "$folder/pictures/$name-$wanted" ] || "$program" generate --model "$model" --count 24 --out "$folder/pictures/$name-$wanted"
}

cell() { # NAME ROW
  awk -F' *\\| *' -v row="$2" 'index($2, row) == 1 { print $3; found = 1; exit } END { if (!found) print "–" }' "$folder/measured/$1/report.md"
}

# The mean over parts, from the column "edit locality" of the table of parts.
locality() {
  awk -F' *\\| *' '/^\| part/ { for (i = 1; i <= NF; i++) if ($i == "edit locality") column = i; next } column && NF > column && $column ~ /^[0-9]/ { sum += $column; n++ } END { if (n) printf "%.3f\n", sum / n; else print "–" }' "$folder/measured/$1/report.md"
}

speed() { grep -o '"images_per_second":[0-9.]*' "$folder/runs/$1/log.jsonl" | cut -d: -f2 | sort -n | awk '{ v[NR] = $1 } END { printf "%.1f\n", v[int((NR + 1) / 2)] }'; }

line() { # NAME IMAGES
  local key=$1-$2 agreement
  agreement=$(cell "$key" "mask agreement, mIoU")
  [ "$agreement" = – ] && agreement="$(cell "$key" "mask agreement of parts matched") (matched)"
  echo "| $1 | $2 | $(cell "$key" "sliced Wasserstein distance × 1000, mean") | $agreement | $(locality "$key") | $(cell "$key" "mask diversity") | $(speed "$1") | $("$program" info --model "$folder/runs/$1" | awk '$1 == "parameters" { print $2 }') |"
}

losses() { # the last values of the two losses
  tail -n 3 "$folder/runs/$1/log.jsonl" | grep -o "\"$2\":[0-9.]*" | tail -n 1 | cut -d: -f2 | awk '{ printf "%.2f\n", $1 }'
}

mkdir -p "$folder"
"$program" train $style --out "$folder/runs/both-32" --dry-run | sed 's/"imageSize": 64/"imageSize": 32/; s/"coarseSize": 64/"coarseSize": 32/' > "$folder/ablation.json"
run supervised "$images" $style --mask-supervision
run local "$images"
run unsupervised "$images" $style
{
  echo "| architecture | images | SWD × 1000 | mask agreement | edit locality, mean | mask diversity | images/s | parameters |"
  echo "|---|---:|---:|---:|---:|---:|---:|---:|"
  for name in local supervised unsupervised; do line $name "$images"; done
} > "$folder/comparison.md"
run both-32 "$ablation" --config "$folder/ablation.json"
run no-diversity-32 "$ablation" --config "$folder/ablation.json" --semantic-diversity 0
run no-consistency-32 "$ablation" --config "$folder/ablation.json" --semantic-consistency 0
run neither-32 "$ablation" --config "$folder/ablation.json" --semantic-consistency 0 --semantic-diversity 0
{
  echo "| losses | images | SWD × 1000 | mask agreement | edit locality, mean | mask diversity | images/s | parameters | consistency loss | diversity loss |"
  echo "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
  for name in both-32 no-diversity-32 no-consistency-32 neither-32; do echo "$(line $name "$ablation") $(losses $name semantic_consistency) | $(losses $name semantic_diversity) |"; done
} > "$folder/ablation.md"
cat "$folder/comparison.md" "$folder/ablation.md"
