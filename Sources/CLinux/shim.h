// What the event loops need of Linux and the Swift overlay of glibc leaves out: functions that glibc
// declares for GNU programs only.
#pragma once
#include <fcntl.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

extern int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);
extern int sched_getaffinity(pid_t process, size_t size, cpu_set_t *set);
extern int pthread_setname_np(unsigned long thread, const char *name);
extern unsigned long pthread_self(void);

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
