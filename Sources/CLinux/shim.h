// What the event loops need of Linux and the Swift overlay of glibc leaves out.
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

/// Names the calling thread for tools such as top; at most 15 bytes.
static inline int switchyard_name_thread(const char *name) {
  return pthread_setname_np(pthread_self(), name);
}
