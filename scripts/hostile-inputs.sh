#!/usr/bin/env bash
# Gives every command every hostile input and checks that it ends with exit code 2, with exactly one line that begins with "error: ", and
# leaves no output. Usage: scripts/hostile-inputs.sh PROGRAM [FOLDER]; prints a table (Markdown); fails if an input was not refused so.
# ONLY="evaluate studio" tries those commands alone.
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
# A picture that claims 100,000 × 100,000 pixels, and .pt files that would run a command if they were executed.
{ head -c 16 image.png; printf '\x00\x01\x86\xa0\x00\x01\x86\xa0'; tail -c +25 image.png; } > claims.png
printf 'cos\nsystem\n(S"touch evil"\ntR.' > pickle.pt
cp noise noise.pt; cp good.zip zip.pt; cp empty empty.pt
printf 'seed,score\n1,high\n' > words.csv
printf 'seed,score\n1,NaN\n2,1\n' > nan.csv
printf 'seed,score\n1,0.5\n' > short.csv
printf 'seed,score\n99999999999999999999,1\n' > large.csv
mkdir links && ln -s ../loop links/a.png && ln -s ../nowhere links/b.png
cp image.png $'bad-\xff.png'
printf '[{"name":"../../evil","color":[1,2,3]}]' > evil-name.json && mv evil-name.json labels.json
"$program" dataset synthesize --count 24 --size 32 --out other.zip > log 2>&1 || { cat log; exit 1; }
cp "$model" $'bad-\xff-name.safetensors'
printf 'classes' > $'bad-\xff.txt'

rows=0 failures=0
# refused WHAT COMMAND...: runs the command and judges how it ends.
refused() {
    local what=$1; shift
    [[ " ${ONLY:-$COMMAND} " == *" $COMMAND "* ]] || return 0
    rm -rf out out.safetensors out.json
    timeout 120 "$program" "$@" > stdout 2> stderr
    local code=$? lines left=nothing verdict=refused
    lines=$(grep -avc '^$' stderr)
    compgen -G 'out*' > /dev/null && left=$(find out* | head -n 1)
    compgen -G '*evil*' > /dev/null || compgen -G '../*evil*' > /dev/null && left="what was outside"
    if [ $code != 2 ] || [ "$lines" != 1 ] || ! grep -aq '^error: ' stderr || [ "$left" != nothing ]; then
        verdict="**NOT refused** (code $code, $lines lines, left: $left)"
        failures=$((failures + 1))
    fi
    rows=$((rows + 1))
    printf '| `%s` | %s | %s | %s |\n' "$COMMAND" "$what" "$verdict" "$(tail -n 1 stderr | sed "s|$work/||g; s|$(dirname "$program")/||g; s|error: ||; s/|/\\\\|/g" | cut -c1-230 | iconv -c -t utf-8)"
}

# occupied COMMAND...: a second process in a folder where one is at work.
occupied() {
    [[ " ${ONLY:-$COMMAND} " == *" $COMMAND "* ]] || return 0
    rm -rf busy
    "$program" "$@" --out busy > first 2>&1 & local first=$!
    for ((i = 0; i < 600; i++)); do compgen -G 'busy/*' > /dev/null && break; sleep 0.1; done
    refused "a folder that another process is writing into" "$@" --out busy
    kill -9 $first; wait $first 2> /dev/null
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
occupied generate --count 100000
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
for bad in nothing empty noise folder truncated.safetensors "$model"; do
    refused "\`--encoder ${bad##*/}\`" invert --images image.png --encoder "$bad" --out out
    refused "\`--parser ${bad##*/}\`" invert --images image.png --parser "$bad" --out out
done
for bad in nothing file; do refused "\`--masks $bad\`" invert --images image.png --masks "$bad" --out out; done
models few invert --images image.png --out out
refused "a picture that claims 100,000 × 100,000 pixels" invert --images claims.png --out out
refused "a folder of links that lead nowhere" invert --images links --out out
refused "a picture whose name is not UTF-8" invert --images $'bad-\xff.png' --out out
refused "an unknown part" invert --images image.png --check-edit tail --out out
refused "\`--out\` is a file" invert --images image.png --steps 1 --out file
refused "\`--out\` in \`/proc\`" invert --images image.png --steps 1 --out /proc/none

bad_data=(nothing.zip empty text noise folder loop dangling truncated.zip image.png synthetic:0 $'bad-\xff.txt' /dev/null ../../../../etc/passwd)
# data COMMAND...: what a command does with data that are none.
data() { for bad in "${bad_data[@]}"; do refused "\`--data $(iconv -c -t utf-8 <<< "$bad")\`" "$@" --data "$bad"; done; }
# outs COMMAND...: and with places where a run can't be.
outs() { for bad in file good /proc/none file/below loop; do refused "\`--out $bad\`" "$@" --out "$bad"; done; }
COMMAND=train-parser
data train-parser --out out
outs train-parser --data synthetic:8
occupied train-parser --data synthetic:64
refused "a size that is no power of two" train-parser --size 63 --out out
refused "a part of no whole" train-parser --split 3/0 --out out
refused "pictures of another size" train-parser --data other.zip --size 64 --out out
COMMAND=train-encoder
data train-encoder --out out.safetensors
models few train-encoder --out out.safetensors
for bad in nothing empty noise folder truncated.safetensors "$model"; do refused "\`--from ${bad##*/}\`" train-encoder --from "$bad" --out out.safetensors; done
for bad in folder good.zip file/below.safetensors /proc/none.safetensors loop; do refused "\`--out $bad\`" train-encoder --steps 1 --out "$bad"; done
refused "no steps" train-encoder --steps 0 --out out.safetensors
COMMAND=adapt
data adapt --out out
outs adapt --data good.zip
models few adapt --data good.zip --out out
for bad in nothing empty noise folder truncated.safetensors "$model"; do refused "\`--discriminator ${bad##*/}\`" adapt --data good.zip --discriminator "$bad" --out out; done
occupied adapt --data good.zip
refused "pictures of another size" adapt --data other.zip --out out
refused "a batch of 6" adapt --data good.zip --batch 6 --out out
refused "a probability that is none" adapt --data good.zip --augment 2 --out out
refused "a learning rate that is no number" adapt --data good.zip --learning-rate NaN --out out
COMMAND=evaluate
bad_data+=(good.zip other.zip) # too few, too small
data evaluate --count 12 --no-cache --out out
models all evaluate --count 12 --no-cache --out out
for bad in nothing empty noise folder truncated.safetensors "$model"; do refused "\`--parser ${bad##*/}\`" evaluate --count 12 --parser "$bad" --out out; done
for option in features lpips identity; do
    for bad in nothing empty noise folder loop good.zip pickle.pt; do refused "\`--$option $bad\`" evaluate --count 12 --no-cache --$option "$bad" --out out; done
done
for bad in nothing file good; do refused "\`--earlier $bad\`" evaluate --count 12 --no-cache --earlier "$bad" --out out; done
for bad in fid "" swd,; do refused "\`--metrics '$bad'\`" evaluate --count 12 --metrics "$bad" --out out; done
for bad in file file/below /proc/none loop; do refused "\`--out $bad\`" evaluate --count 12 --no-cache --metrics rates --out "$bad"; done
COMMAND=edit
refused "a text without CLIP" edit --codes seed:1 --text hair --out out
for bad in nothing empty noise folder good.zip; do
    refused "\`--clip-image $bad\`" edit --codes seed:1 --text hair --clip-image "$bad" --clip-text "$bad" --clip-vocabulary text --out out
    refused "\`--clip-vocabulary $bad\`" edit --codes seed:1 --text hair --clip-image noise --clip-text noise --clip-vocabulary "$bad" --out out
done
refused "neither direction nor text" edit --codes seed:1 --out out
COMMAND="directions fit"
for bad in words nan short large; do refused "\`--scores $bad.csv\`" directions fit --scores $bad.csv --parts hair --out out; done
for bad in tail:area hair:taste hair ''; do refused "\`--measure '$bad'\`" directions fit --measure "$bad" --parts hair --out out; done
refused "a name that leads out of the folder" directions fit --measure hair:area --samples 60 --name ../evil --parts hair --out out
refused "scores and a measure" directions fit --scores short.csv --measure hair:area --out out
COMMAND="directions pca"
for bad in nothing.npy seed:x; do refused "\`--show $bad\`" directions pca --count 1 --show "$bad" --out out; done
COMMAND="dataset import images"
refused "a folder beside which is nothing" dataset import images ../../nothing --out out
COMMAND="dataset import folder"
refused "classes whose names are paths" dataset import folder --images good/images --labels good/labels --classes labels.json --out out
COMMAND=benchmark
for bad in x synthesis-tiny64 synthesis-none-1 synthesis-tiny64-0 synthesis-tiny64-99999999999 ,; do refused "\`--cases $bad\`" benchmark --cases "$bad"; done
refused "no repeats" benchmark --repeats 0
for bad in folder file/below /proc/none; do refused "\`--json $bad\`" benchmark --cases synthesis-tiny64-1 --repeats 1 --json "$bad"; done
COMMAND="export onnx"
models all export onnx --out out
for bad in file file/below /proc/none loop; do refused "\`--out $bad\`" export onnx --out "$bad"; done
refused "an operator set that is none" export onnx --opset 3 --out out
COMMAND=studio
models all studio --port 0
for bad in 99999 -1 x; do refused "\`--port $bad\`" studio --port "$bad"; done
for bad in nowhere '' 300.1.1.1; do refused "\`--listen '$bad'\`" studio --port 0 --listen "$bad"; done
refused "a short token" studio --port 0 --listen 0.0.0.0 --token short
if [[ " ${ONLY:-studio} " == *" studio "* ]]; then
    "$program" studio --port 15080 > first 2>&1 & first=$!
    for ((i = 0; i < 600; i++)); do grep -q 15080 first && break; sleep 0.1; done
    refused "a port that another program has" studio --port 15080
    kill $first; wait $first
fi
COMMAND=convert
for bad in noise.pt empty.pt zip.pt pickle.pt; do refused "\`$bad\`" convert --from $bad --to out.safetensors; done
for bad in out.xyz folder file/below.safetensors /proc/none.safetensors good.zip loop; do refused "\`--to $bad\`" convert --from "$model" --to "$bad"; done
for bad in nothing noise folder; do refused "\`--classes $bad\`" convert --from "$model" --to out.safetensors --classes $bad; done

echo
echo "$rows inputs, $failures not refused as they should be."
[ $failures = 0 ]
