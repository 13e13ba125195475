// What the event loops and the children of this process need of Linux and the Swift overlay of glibc leaves out:
// functions that glibc declares for GNU programs only.
#pragma once
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <errno.h>

extern int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);
extern int sched_getaffinity(pid_t process, size_t size, cpu_set_t *set);
extern int pthread_setname_np(unsigned long thread, const char *name);
extern unsigned long pthread_self(void);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *folder);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);

/// The next waiting connection as a socket that never blocks and is not handed on to other programs, and its peer.
static inline int switchyard_accept(int listener, struct sockaddr_storage *peer) {
  socklen_t length = sizeof *peer;
  return accept4(listener, (struct sockaddr *)peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/// Names the calling thread for tools such as top; at most 15 bytes.
static inline int switchyard_name_thread(const char *name) {
  return pthread_setname_np(pthread_self(), name);
}

/// The cores that the calling thread may use now; at least 1.
static inline int switchyard_processors(void) {
  cpu_set_t set;
  int count = 0;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  for (size_t index = 0; index < sizeof set; index += 1)
    count += __builtin_popcount(((const unsigned char *)&set)[index]);
  return count > 0 ? count : 1;
}

/// Starts a program in a process group of its own, in that folder, with the three ends as its input, output and errors
/// and nothing else open; the number of the error, or 0.
static inline int switchyard_spawn(
  const char *program, char *const arguments[], char *const variables[], const char *folder, const int ends[3],
  pid_t *process) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, broken;
  sigemptyset(&none);
  sigemptyset(&broken);
  // What this process ignores its children would ignore too.
  sigaddset(&broken, SIGPIPE);
  int error = posix_spawn_file_actions_init(&actions);
  if (error != 0) return error;
  error = posix_spawnattr_init(&attributes);
  if (error != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }
  for (int end = 0; end < 3 && error == 0; end += 1)
    error = posix_spawn_file_actions_adddup2(&actions, ends[end], end);
  if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  if (error == 0) error = posix_spawn_file_actions_addchdir_np(&actions, folder);
  if (error == 0) error = posix_spawnattr_setpgroup(&attributes, 0);
  if (error == 0) error = posix_spawnattr_setsigmask(&attributes, &none);
  if (error == 0) error = posix_spawnattr_setsigdefault(&attributes, &broken);
  if (error == 0)
    error = posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (error == 0) error = posix_spawnp(process, program, &actions, &attributes, arguments, variables);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

/// Whether the child has ended; it stays for `switchyard_reap`, so that its number names nobody else.
static inline int switchyard_has_ended(pid_t process) {
  siginfo_t found;
  found.si_pid = 0;
  if (waitid(P_PID, (id_t)process, &found, WEXITED | WNOHANG | WNOWAIT) != 0) return 1;
  return found.si_pid != 0;
}

/// Waits for the end of the child and forgets it: its code, or the negated number of the signal that ended it.
static inline int switchyard_reap(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0)
    if (errno != EINTR) return 0;
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static const int switchyard_epoll_flags = EPOLL_CLOEXEC;
static const int switchyard_eventfd_flags = EFD_CLOEXEC | EFD_NONBLOCK;
static const int switchyard_timerfd_flags = TFD_CLOEXEC | TFD_NONBLOCK;
static const int switchyard_timer_absolute = TFD_TIMER_ABSTIME;
static const int switchyard_socket_flags = SOCK_STREAM | SOCK_CLOEXEC;
static const int switchyard_nonblocking_socket_flags = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
static const int switchyard_datagram_flags = SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
static const int switchyard_duplicate = F_DUPFD_CLOEXEC;
static const int switchyard_no_signal = MSG_NOSIGNAL;
static const int switchyard_stream = SOCK_STREAM;
