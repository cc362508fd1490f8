#!/usr/bin/env bash
# Kills a training run with SIGKILL at random moments, again and again, and checks after each kill that no more than one checkpoint interval is
# lost and that the next start continues without complaint. Usage: scripts/soak.sh PROGRAM CONFIG [KILLS] [FOLDER] [SECONDS]; prints a summary line (Markdown).
set -uo pipefail
program=$(realpath "$1") config=$(realpath "$2") kills=${3:-100} limit=${5:-3600} interval=16
work=$(mktemp -d "${4:-/tmp}/soak-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
RANDOM=1
arguments=(train --data synthetic:24 --config "$config" --batch 4 --images 100000000 --checkpoint-every $interval --log-every 4 --preview-every 1000000 --threads 1 --out run)
newest() { ls run/checkpoints/*.safetensors 2> /dev/null | tail -n 1 | sed 's/.*images-0*//; s/\.safetensors//; s/^$/0/'; }
seen() { tail -n 1 run/log.jsonl 2> /dev/null | sed -n 's/^{"images":\([0-9]*\),.*}$/\1/p'; }

begin=$(date +%s) writing=0 largest=0 failures=0 last=0
for ((kill = 1; kill <= kills; kill++)); do
    (($(date +%s) - begin > limit)) && break
    log=$(stat -c %i run/log.jsonl 2> /dev/null)
    "$program" "${arguments[@]}" > stdout 2> stderr &
    process=$!
    before=$(newest) before=${before:-0}
    # Until it has gone on (a start writes the log anew without lines after the checkpoint), and then 0 to 1.5 s; every other kill waits for a checkpoint that is being written.
    for ((i = 0; i < 1200; i++)); do
        now=$(seen)
        [ "$(stat -c %i run/log.jsonl 2> /dev/null)" != "$log" ] && ((${now:-0} > before)) && break
        sleep 0.05
    done
    if ((kill % 2)); then
        for ((i = 0; i < 20000; i++)); do compgen -G 'run/checkpoints/*.tmp' > /dev/null && break; done
    else
        sleep "$(awk "BEGIN { print $RANDOM / 32768 * 1.5 }")"
    fi
    kill -9 $process
    wait $process 2> /dev/null
    compgen -G 'run/checkpoints/*.tmp' > /dev/null && writing=$((writing + 1))
    # A start that meets something odd says so; one that continues says from where.
    if grep -q 'unreadable\|error' stderr || { ((before > 0)) && ! grep -q "continuing from .*$before" stderr; }; then
        failures=$((failures + 1)); cat stderr
    fi
    saved=$(newest) saved=${saved:-0} at=$(seen) at=${at:-0}
    lost=$((at > saved ? at - saved : 0))
    ((lost > largest)) && largest=$lost
    ((lost > interval)) && { failures=$((failures + 1)); echo "kill $kill: $at images seen, newest checkpoint $saved"; }
    last=$saved
done
"$program" info --model run > stdout 2> stderr || { failures=$((failures + 1)); cat stderr; }
echo "$((kill - 1)) × \`kill -9\`, $writing of them while a checkpoint was being written: at most $largest images lost (a checkpoint every $interval), $failures starts that did not continue, $last images seen in the end, $(du -sh run | cut -f1) on disk, $(($(date +%s) - begin)) s."
[ $failures = 0 ]
