#!/usr/bin/env bash
# Does to a training run what machines do: kills it, fills its disk, takes its data and its folder away, stops one of its ranks. Prints a table
# (Markdown) of what happened; fails where something else happened than is expected. Needs root for the disk (a small tmpfs); ranks need MPI.
# Usage: scripts/run-faults.sh PROGRAM CONFIG [FOLDER]
set -uom pipefail # with job control, so that SIGINT reaches what runs in the background
program=$(realpath "$1") config=$(realpath "$2")
work=$(mktemp -d "${3:-/tmp}/faults-XXXXXX")
disk=$work/disk
mkdir "$disk"
trap 'umount "$disk" 2> /dev/null; rm -rf "$work"' EXIT
cd "$work"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
failures=0

train() { exec "$program" train --data "${data:-synthetic:24}" --config "$config" --images "${images:-1000000}" --checkpoint-every 16 --threads 1 --out "$@"; }
background() { train "$@" > stdout 2> stderr & process=$!; }
checkpoint() { for ((i = 0; i < 2400; i++)); do ls "$1"/checkpoints/*.safetensors > /dev/null 2>&1 && return; sleep 0.05; done; }
# ends FAULT EXPECTED-CODE FOLDER: waits for the process and judges code, last line and that the run continues (CODE "any" for any failure).
ends() {
    local start=$(date +%s) code verdict="as expected" said
    wait $process; code=$?
    said=$({ grep -av '^training: \|^$\|^   at\|^---\|^===' stderr stdout -h; grep -ah 'rank 1 with PID\|PID .* RUNNING' stderr stdout; } | tail -n 1 | sed 's/\x1b\[[?0-9;]*[a-z]//g; s/\x1b=//g; s/^[= ]*//' | sed "s|$work/||g; s/|/\\\\|/g" | cut -c1-260)
    [ "$2" = any ] && { [ $code = 0 ] && verdict="**code 0**"; } || { [ "$2" != any ] && [ $code != "$2" ] && verdict="**expected code $2**"; }
    if [ -n "${3:-}" ]; then
        mount | grep -q "$disk" && mount -o remount,rw,size=200m "$disk"
        local before=$(ls "$3"/checkpoints/*.safetensors | tail -n 1 | sed 's/.*images-0*//; s/\..*//')
        data=synthetic:24; images=$((before + 8)); (train "$3") > stdout2 2> stderr2 || verdict="**does not continue**"
        unset data images
    fi
    [ "$verdict" = "as expected" ] || failures=$((failures + 1))
    printf '| %s | %s | %s | %s | %s |\n' "$1" "$code" "$said" "${3:+yes}" "$verdict"
}

echo "| what happens | exit code | what the program says last | continues from its checkpoint | |"
echo "|---|---|---|---|---|"
background term; checkpoint term; kill -TERM $process; ends "SIGTERM (a preemptible machine)" 0 term
background usr1; checkpoint usr1; kill -USR1 $process; ends "SIGUSR1 (Slurm's \`--signal=USR1@120\`)" 0 usr1
background int; checkpoint int; kill -INT $process; ends "Ctrl-C" 130 int
background kill9; checkpoint kill9; kill -9 $process; ends "\`kill -9\`" 137 kill9
background limit --max-time 0.05; ends "\`--max-time\` is over" 0 limit
background twice; checkpoint twice; first=$process; background twice; ends "a second process in the same folder" 2; kill -TERM $first; wait $first
sed -E '/"r1Mask"/d; 0,/\{/s//{ "r1Mask": 1e300,/' "$config" > infinite.json
whole=$config config=infinite.json; background infinite; ends "a loss that is not finite (\`r1Mask\` is 1e300)" 2; config=$whole
if mount -t tmpfs -o size=1500k tmpfs "$disk" 2> /dev/null; then
    background disk/full --keep 1000; ends "the disk is full" 2 disk/full
    umount "$disk"
    mount -t tmpfs -o ro tmpfs "$disk" && { background disk/new; ends "the folder is read-only from the start" 2; umount "$disk"; }
fi
"$program" dataset synthesize --count 64 --size 16 --out data.zip > /dev/null 2>&1
data=data.zip; background gone; checkpoint gone; rm data.zip; kill -TERM $process; ends "the data set is deleted while training (it is held open and in memory)" 0 gone
data=data.zip; background gone2; ends "the data set is gone at the start" 2
for launcher in "mpirun.openmpi -n 2 --oversubscribe --bind-to none" "mpiexec.hydra -n 2"; do
    name=${launcher%% *}
    command -v "$name" > /dev/null || continue
    ranks() {
        $launcher "$program" train --data synthetic:24 --config "$config" --batch 8 --images 1000000 --checkpoint-every 16 --threads 1 --rank-timeout 5 --out "$1" > stdout 2> stderr & process=$!
        checkpoint "$1"
        victim=$(grep -ao "1 on [^,]*, process [0-9]*" stderr | grep -o '[0-9]*$' | head -n 1)
    }
    ranks "$name-9"; kill -9 "$victim"; ends "\`$name\`: rank 1 is killed" any
    ranks "$name-stop"; kill -STOP "$victim"
    wait $process; code=$?; kill -9 "$victim" 2> /dev/null
    said=$(grep -a 'no sign of' stderr | tail -n 1)
    verdict="as expected"; [ $code != 0 ] && [[ $said == *"rank 1"* ]] || { verdict="**not named**"; failures=$((failures + 1)); }
    printf '| `%s`: rank 1 hangs (SIGSTOP, `--rank-timeout 5`) | %s | %s | | %s |\n' "$name" "$code" "$said" "$verdict"
    ranks "$name-usr1"; kill -USR1 "$victim"; ends "\`$name\`: SIGUSR1 to rank 1 alone" 0
done

echo
echo "$failures other than expected."
[ $failures = 0 ]
