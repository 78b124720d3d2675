# Which run a start belongs to, and which old runs go. Sourced by bitlattice-scheduled.
# shellcheck shell=bash

# Sets the fields of the run: the unfinished one, or a new one.
choose_run() {
  local reason=''
  list_records
  if [ ${#records[@]} -gt 0 ]; then
    read_record "${records[${#records[@]} - 1]}"
    case $run_state in
      done | given-up) ;;
      *)
        reason=$(reason_to_give_up)
        [ -n "$reason" ] || return 0
        say "Run $run is given up after $starts of $attempts starts: $reason."
        run_state=given-up
        write_record
        ;;
    esac
  fi
  new_run
}

# Why the run that was just read cannot be continued, or nothing.
reason_to_give_up() {
  if [ "$fresh" = yes ]; then
    printf '%s' '--fresh is given'
  elif [ "$starts" -ge "$attempts" ]; then
    printf '%s' 'it ended without success every time'
  elif [ "$run_root" != "$root" ] || [ "$run_conf" != "$conf" ]; then
    printf '%s' "it belongs to $run_conf below $run_root"
  elif [ $remote = no ] && [ ! -d "$output" ]; then
    printf '%s' "its folder $output is gone"
  fi
}

new_run() {
  look_at_clock
  while [ -e "$state/runs/$now_name" ] || { [ $remote = no ] && [ -e "$root/$now_name" ]; }; do
    sleep 1
    look_at_clock
  done
  run=$now_name starts=0 begun_seconds=$now_seconds output=$root/$now_name run_root=$root run_conf=$conf history=''
}

# Deletes old runs below this root. What is done and what was given up are counted apart, so that
# failures never push out results, and no result goes before it is in the history.
delete_old_runs() {
  [ -n "$keep" ] || return 0
  local done_runs=0 given_up=0 i
  list_records
  for ((i = ${#records[@]} - 1; i >= 0; i--)); do
    read_record "${records[i]}"
    [ "$run_root" = "$root" ] || continue
    case $run_state in
      done) done_runs=$((done_runs + 1)) && [ $done_runs -gt "$keep" ] && is_recorded || continue ;;
      given-up) given_up=$((given_up + 1)) && [ $given_up -gt "$keep" ] || continue ;;
      *) continue ;;
    esac
    delete_run "${records[i]}"
  done
}

# Whether the run that was just read is in the history, or none is kept.
is_recorded() {
  [ "$keep_history" = yes ] && [ "$history" != done ] || return 0
  note "$output is not in the history and stays."
  return 1
}

# Deletes the run that was just read from a record: output, log and record, in an order that the next
# start can go on with.
delete_run() {
  local trash=$root/.$run.deleted
  [ "$run" = "${1##*/}" ] && [ "$output" = "$root/$run" ] || return 0
  if [ -e "$output" ] || [ -L "$output" ]; then
    if ! is_ours; then
      note "$output has not the marks of run $run and stays."
      return 0
    fi
    mv "$output" "$trash" || return 0
  fi
  if ! rm -rf -- "$trash" || ! rm -f -- "$state/logs/$run.log" "$1"; then
    say "Cannot delete the old run $run; the next start tries again."
  fi
}

# Whether the output is a folder of the run: marked by us, and with an experiment or nothing in it.
is_ours() {
  local mark=$output/scheduled-run
  [ -d "$output" ] && [ ! -L "$output" ] && [ -f "$mark" ] && [ ! -L "$mark" ] || return 1
  grep -qxF -e "run=$run" "$mark" && grep -qxF -e "output=$output" "$mark" || return 1
  { [ -f "$output/experiment.conf" ] && [ ! -L "$output/experiment.conf" ]; } || [ "$(ls -A "$output")" = scheduled-run ]
}

# Points ROOT/latest to the run; anything there that is no link stays.
link_latest() {
  local link=$root/latest
  [ $remote = no ] || return 0
  if [ -e "$link" ] && [ ! -L "$link" ]; then
    note "$link is no link and stays as it is."
    return 0
  fi
  ln -sfn "$run" "$link.new"
  # In one step where mv can replace a link to a folder: GNU by -T, BSD by -h.
  mv -fT "$link.new" "$link" 2>/dev/null || mv -fh "$link.new" "$link" 2>/dev/null ||
    { ln -sfn "$run" "$link" && rm -f "$link.new"; }
}
