# What is known about runs, in files of the state folder. Sourced by bitlattice-scheduled.
# shellcheck shell=bash

# Sets now_seconds, now and now_name.
look_at_clock() {
  read -r now_seconds now now_name <<<"$(date -u '+%s %Y-%m-%dT%H:%M:%SZ %Y-%m-%dT%H%M%SZ')"
}

# The record of a run, one key=value a line; also the mark that a folder is a run of ours.
record_text() {
  printf '%s=%s\n' run "$run" state "$run_state" exit-code "$exit_code" starts "$starts" \
    begun-seconds "$begun_seconds" started "$started" ended "$ended" ended-seconds "$ended_seconds" seconds "$seconds" \
    output "$output" root "$run_root" conf "$run_conf" history "$history"
}

# read_record FILE
read_record() {
  local line value number='^[0-9]*$'
  run='' run_state='' exit_code='' starts=0 begun_seconds=0 started='' ended='' ended_seconds='' seconds=''
  output='' run_root='' run_conf='' history=''
  while IFS= read -r line; do
    value=${line#*=}
    case ${line%%=*} in
      exit-code | starts | *seconds) [[ $value =~ $number ]] || value='' ;;
    esac
    case ${line%%=*} in
      run) run=$value ;;
      state) run_state=$value ;;
      exit-code) exit_code=$value ;;
      starts) starts=${value:-0} ;;
      begun-seconds) begun_seconds=${value:-0} ;;
      started) started=$value ;;
      ended) ended=$value ;;
      ended-seconds) ended_seconds=$value ;;
      seconds) seconds=$value ;;
      output) output=$value ;;
      root) run_root=$value ;;
      conf) run_conf=$value ;;
      history) history=$value ;;
    esac
  done <"$1"
}

# Files appear by renaming, whole. The folder has no mark before it is there.
write_record() {
  write_record_file
  if [ "$remote" = no ] && [ -d "$output" ]; then
    record_text >"$output/.scheduled-run.new"
    mv -f "$output/.scheduled-run.new" "$output/scheduled-run"
  fi
  status_line >"$state/.status.new"
  mv -f "$state/.status.new" "$state/status"
}

write_record_file() {
  record_text >"$state/runs/.new"
  mv -f "$state/runs/.new" "$state/runs/$run"
}

# Notes that all runs below this root that are done are in the history. Their marks stay as they are.
mark_recorded() (
  list_records
  for file in ${records[@]+"${records[@]}"}; do
    read_record "$file"
    [ "$run_state" = done ] && [ "$history" != done ] || continue
    [ "$run_root" = "$root" ] && [ "$run" = "${file##*/}" ] || continue
    history=done
    write_record_file
  done
)

# Sets records, oldest first.
list_records() {
  local file
  records=()
  for file in "$state"/runs/*Z; do
    [ ! -f "$file" ] || records+=("$file")
  done
}

# Prints when the newest run that is done ended, in seconds, and its output; nothing when there is none.
newest_done() (
  list_records
  for ((i = ${#records[@]} - 1; i >= 0; i--)); do
    read_record "${records[i]}"
    [ "$run_state" != done ] || { printf '%s %s' "$ended_seconds" "$output" && exit 0; }
  done
)

json_text() {
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  printf '"%s"' "$text"
}

status_line() {
  local latest
  latest=$(newest_done)
  printf '{"state":"%s","exit_code":%s,"meaning":"%s","run":"%s","starts":%s,"started":"%s","ended":"%s","seconds":%s' \
    "$run_state" "${exit_code:-null}" "$(meaning)" "$run" "$starts" "$started" "$ended" "${seconds:-null}"
  printf ',"output":%s,"log":%s,"latest_output":%s,"history":"%s"}\n' \
    "$(json_text "$output")" "$(json_text "$state/logs/$run.log")" "$(json_text "${latest#* }")" "$history"
}

meaning() {
  case $run_state,$exit_code in
    running,*) printf 'running' ;;
    *,) printf 'killed with the script that watched it, or the machine went down' ;;
    *,0) printf 'done' ;;
    *,1) printf 'wrong command line, or a failure in cluster deploy mode' ;;
    *,2) printf 'wrong setting, file, data or environment' ;;
    *,3) printf 'internal error' ;;
    *,124) printf 'time limit' ;;
    *,137) printf 'killed, by hand or for want of memory' ;;
    *,255) printf 'failure in cluster deploy mode' ;;
    *,129 | *,1[3-5][0-9]) printf 'ended by signal %s' $((exit_code - 128)) ;;
    *) printf 'exit code %s of spark-submit' "$exit_code" ;;
  esac
}
