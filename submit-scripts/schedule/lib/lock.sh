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

# Without flock: a file that names the processes that hold it. A link makes it in one step, with its first line in it,
# so that it is never there without a living owner.
take_folder_lock() {
  local claim=$state/locks/claim.$$ taken=yes
  mkdir -p -- "$state/locks"
  printf '%s\n' $$ >"$claim"
  ln -- "$claim" "$state/locks/held" 2>/dev/null || take_over "$claim" || taken=no
  rm -f -- "$claim"
  [ $taken = yes ] || return 1
  folder_locked=yes
}

# take_over CLAIM: takes the lock from processes that are gone. Only one may, and looks again when nobody else can.
take_over() {
  local guard=$state/locks/takeover taken=no
  ! held_by_process || return 1
  # A guard that is left is from a kill in this place.
  find "$guard" -prune -mmin +10 -exec rmdir {} \; 2>/dev/null || true
  mkdir "$guard" 2>/dev/null || return 1
  if ! held_by_process; then
    rm -f -- "$state/locks/held"
    ln -- "$1" "$state/locks/held" 2>/dev/null && taken=yes
  fi
  rmdir "$guard"
  [ $taken = yes ]
}

held_by_process() {
  local process command
  [ -f "$state/locks/held" ] || return 1
  while IFS= read -r process; do
    kill -0 "$process" 2>/dev/null || continue
    # A number may have gone to another process since.
    command=$(ps -ww -o command= -p "$process" 2>/dev/null || printf bitlattice)
    case $command in *bitlattice*) return 0 ;; esac
  done 2>/dev/null <"$state/locks/held"
  return 1
}

release_lock() {
  [ "${folder_locked:-}" != yes ] || rm -f -- "$state/locks/held"
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
