#!/usr/bin/env bash
# Gives every command every hostile input and checks that it ends with exit code 2, with exactly one line that begins with "error: ", and
# leaves no output. Usage: scripts/hostile-inputs.sh PROGRAM [FOLDER]; prints a table (Markdown); fails if an input was not refused so.
set -uo pipefail
program=$(realpath "$1")
work=$(mktemp -d "${2:-/tmp}/hostile-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

head -c 0 /dev/null > empty
head -c 3000000 /dev/urandom > noise
printf 'hello, I am a text' > text
mkdir folder loop-target
ln -s loop loop
ln -s nowhere dangling
mkfifo pipe.gone && rm pipe.gone
touch file
"$program" dataset synthesize --count 8 --size 64 --out good.zip > log 2>&1 || { cat log; exit 1; }
"$program" generate --count 2 --out good > log 2>&1 || { cat log; exit 1; }
for kind in zip png npy; do
    good=$(ls good.zip good/grid.png good/latents.npy | grep "$kind$")
    head -c $(($(stat -c %s "$good") * 2 / 3)) "$good" > truncated.$kind
done
model=$(dirname "$program")/models/synthetic-faces-64/model.safetensors
head -c 100000 "$model" > truncated.safetensors
# A header that claims 8 EiB, and one that claims to be 4 GiB of tensors in a file of 100 bytes.
printf '\xff\xff\xff\xff\xff\xff\xff\x7f{}' > huge.safetensors
header='{"a":{"dtype":"F32","shape":[1073741824],"data_offsets":[0,4294967296]}}'
{ printf "\\x$(printf %02x ${#header})\\0\\0\\0\\0\\0\\0\\0"; printf '%s' "$header"; head -c 100 /dev/zero; } > claims.safetensors
printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 128), }" > huge.npy
cp good/grid.png image.png
cp "$model" $'bad-\xff-name.safetensors'
printf 'classes' > $'bad-\xff.txt'

rows=0 failures=0
# refused WHAT COMMAND...: runs the command and judges how it ends.
refused() {
    local what=$1; shift
    rm -rf out out.safetensors
    timeout 120 "$program" "$@" > stdout 2> stderr
    local code=$? lines left=nothing verdict=refused
    lines=$(grep -avc '^$' stderr)
    [ -e out ] || [ -e out.safetensors ] && left=$(find out* | head -n 1)
    if [ $code != 2 ] || [ "$lines" != 1 ] || ! grep -aq '^error: ' stderr || [ "$left" != nothing ]; then
        verdict="**NOT refused** (code $code, $lines lines, left: $left)"
        failures=$((failures + 1))
    fi
    rows=$((rows + 1))
    printf '| `%s` | %s | %s | %s |\n' "$COMMAND" "$what" "$verdict" "$(tail -n 1 stderr | sed "s|$work/||g; s|error: ||; s/|/\\\\|/g" | cut -c1-230 | iconv -c -t utf-8)"
}

echo "| command | input | | what it said |"
echo "|---|---|---|---|"
bad_models=(nothing empty text noise folder loop dangling truncated.safetensors huge.safetensors claims.safetensors good.zip ../../../../etc/passwd /dev/null)
# models OPTIONS: what a command does with models that are none; every command reads them in the same place, so some get a part of the list.
models() {
    local list=("${bad_models[@]}")
    [ "$1" = few ] && list=(nothing noise truncated.safetensors)
    shift
    for bad in "${list[@]}"; do refused "\`--model $bad\`" "$@" --model "$bad"; done
}
COMMAND=generate;     models all generate --count 1 --out out
COMMAND=info;         models all info
COMMAND=mix;          models few mix --from seed:1 --into seed:2 --parts hair --out out
COMMAND=resample;     models few resample --code seed:1 --parts hair --out out
COMMAND=interpolate;  models few interpolate --codes seed:1 seed:2 --out out
COMMAND=components;   models few components --code seed:1 --out out
COMMAND=transform;    models few transform --code seed:1 --part hair --out out
COMMAND="directions pca";       models few directions pca --parts hair --out out
COMMAND="directions factorize"; models few directions factorize --parts hair.shape --out out
COMMAND="directions fit";       models few directions fit --measure hair:area --parts hair --out out
COMMAND=edit;         models few edit --codes seed:1 --direction x:1 --out out
COMMAND=paint;        models few paint --code seed:1 --mask image.png --out out

COMMAND=generate
for bad in nothing empty text noise folder truncated.npy huge.npy image.png; do refused "\`--latents $bad\`" generate --latents "$bad" --out out; done
refused "more samples than an int" generate --count 99999999999 --out out
refused "a number that is none" generate --truncation NaN --out out
refused "\`--out\` is a file" generate --count 1 --out file
refused "\`--out\` below a file" generate --count 1 --out file/below
refused "\`--out\` a link in a circle" generate --count 1 --out loop
refused "\`--out\` in \`/proc\`" generate --count 1 --out /proc/none
refused "an unknown option" generate --colour red --out out
refused "a name that is not UTF-8" generate --model $'bad-\xff-nothing.safetensors' --out out
COMMAND=edit
for bad in nothing empty noise folder truncated.npy; do refused "\`--direction $bad:1\`" edit --codes seed:1 --direction "$bad:1" --out out; done
for bad in seed:x seed:-1 nothing.npy huge.npy truncated.npy good/latents.npy:99; do refused "\`--codes $bad\`" edit --codes "$bad" --direction x:1 --out out; done
COMMAND=mix
refused "an unknown part" mix --from seed:1 --into seed:2 --parts tail --out out
COMMAND=transform
refused "a shift that is no pair" transform --code seed:1 --part hair --shift 1 --out out
COMMAND="directions fit"
for bad in nothing empty noise folder; do refused "\`--scores $bad\`" directions fit --scores "$bad" --parts hair --out out; done
COMMAND=paint
for bad in nothing empty text noise folder truncated.png; do refused "\`--mask $bad\`" paint --code seed:1 --mask "$bad" --out out; done
COMMAND=train
for bad in nothing.zip empty text noise folder loop dangling truncated.zip good/grid.png synthetic:0 synthetic:x; do refused "\`--data $bad\`" train --data "$bad" --out out; done
for bad in nothing empty text noise folder; do refused "\`--config $bad\`" train --data synthetic:8 --config "$bad" --out out; done
refused "\`--out\` is a file" train --data synthetic:8 --out file
refused "\`--out\` holds other things" train --data synthetic:8 --out good
refused "\`--out\` in \`/proc\`" train --data synthetic:8 --out /proc/none
refused "a batch of 6" train --data synthetic:8 --batch 6 --out out
refused "micro-batches of 3" train --data synthetic:8 --micro-batch 3 --out out
COMMAND="dataset info"
for bad in nothing.zip empty text noise folder loop dangling truncated.zip image.png; do refused "\`$bad\`" dataset info "$bad"; done
COMMAND="dataset import celebamask-hq"
for bad in nothing file folder loop dangling; do refused "\`$bad\`" dataset import celebamask-hq "$bad" --out out; done
COMMAND="dataset import folder"
for bad in nothing file folder; do refused "\`--images $bad\`" dataset import folder --images "$bad" --labels folder --out out; done
refused "\`--classes noise\`" dataset import folder --images good/images --labels good/labels --classes noise --out out
COMMAND="dataset import images"
for bad in nothing file folder; do refused "\`$bad\`" dataset import images "$bad" --out out; done
COMMAND="dataset import lmdb"
for bad in nothing file folder; do refused "\`$bad\`" dataset import lmdb "$bad" --out out; done
mkdir lmdb && cp noise lmdb/data.mdb
refused "a folder whose \`data.mdb\` is noise" dataset import lmdb lmdb --out out
COMMAND="dataset export lmdb"
for bad in nothing.zip empty noise folder truncated.zip; do refused "\`$bad\`" dataset export lmdb "$bad" --out out; done
refused "\`--out\` is a file" dataset export lmdb good.zip --out file
COMMAND="dataset synthesize"
refused "a size that is no power of two" dataset synthesize --count 2 --size 63 --out out
refused "\`--out\` is a folder" dataset synthesize --count 2 --size 64 --out folder
refused "\`--out\` exists" dataset synthesize --count 2 --size 64 --out good.zip
refused "\`--out\` below a file" dataset synthesize --count 2 --size 64 --out file/x.zip
COMMAND=convert
for bad in nothing empty text noise folder loop truncated.safetensors huge.safetensors good.zip; do refused "\`$bad\`" convert --from "$bad" --to out.safetensors; done
COMMAND=invert
for bad in nothing.png empty text noise folder truncated.png; do refused "\`$bad\`" invert --images "$bad" --out out; done
COMMAND=train-parser
for bad in nothing.zip empty noise truncated.zip; do refused "\`--data $bad\`" train-parser --data "$bad" --out out; done

echo
echo "$rows inputs, $failures not refused as they should be."
[ $failures = 0 ]
