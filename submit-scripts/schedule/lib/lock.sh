# The lock of a state folder. Sourced by bitlattice-scheduled.
# shellcheck shell=bash

# The run inherits the lock: when this script is killed and the run is not, the lock stays until that has ended.
# A state folder stays with the kind of lock that it was begun with: other programs may be on the PATH of cron.
take_lock() {
  if [ -d "$state/locks" ] || { [ ! -e "$state/lock" ] && ! command -v flock >/dev/null; }; then
    take_folder_lock
    return
  fi
  command -v flock >/dev/null || refuse 2 "$state is locked by flock, which is not on the PATH now."
  exec 9>>"$state/lock"
  flock -w 1 9
}

# Without flock: a folder, made in one step, that names the processes that hold it.
take_folder_lock() {
  local guard=$state/locks/takeover taken=no
  mkdir -p -- "$state/locks"
  if ! mkdir "$state/locks/held" 2>/dev/null; then
    held_by_process && return 1
    # Without a process it may be a moment old.
    sleep 1
    held_by_process && return 1
    # Only one may take over, and looks again when nobody else can. A guard that is left is from a kill in this place.
    find "$guard" -prune -mmin +10 -exec rmdir {} \; 2>/dev/null || true
    mkdir "$guard" 2>/dev/null || return 1
    if ! held_by_process; then
      rm -rf -- "$state/locks/held"
      mkdir "$state/locks/held" 2>/dev/null && taken=yes
    fi
    rmdir "$guard"
    [ $taken = yes ] || return 1
  fi
  printf '%s\n' $$ >"$state/locks/held/processes"
  folder_locked=yes
}

held_by_process() {
  local process command
  [ -f "$state/locks/held/processes" ] || return 1
  while IFS= read -r process; do
    kill -0 "$process" 2>/dev/null || continue
    # A number may have gone to another process since.
    command=$(ps -ww -o command= -p "$process" 2>/dev/null || printf bitlattice)
    case $command in *bitlattice*) return 0 ;; esac
  done <"$state/locks/held/processes"
  return 1
}

release_lock() {
  [ "${folder_locked:-}" != yes ] || rm -rf -- "$state/locks/held"
}

lock_is_held() {
  if [ -d "$state/locks" ]; then
    held_by_process
  elif [ ! -e "$state/lock" ]; then
    return 1
  elif command -v flock >/dev/null; then
    ! flock -n -s 8 8<"$state/lock"
  fi
  # A lock that cannot be looked at counts as held: --max-age tells when it is no more.
}
