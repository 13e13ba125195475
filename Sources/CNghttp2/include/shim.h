#ifndef SWITCHYARD_NGHTTP2_SHIM_H
#define SWITCHYARD_NGHTTP2_SHIM_H

#include <nghttp2/nghttp2.h>
#include <stdlib.h>
#include <sys/mman.h>

// A session makes one buffer of a frame's length, through which all frames go out, and keeps it for good. It is given pages of
// its own, so that an idle session can give them back to the system; the pointer to them is the allocator's user data.

enum {
  switchyard_page_bytes = 4096,
  // The longest payload that a session writes, and the pages that it takes with its head.
  switchyard_payload_bytes = 16384,
  switchyard_frame_buffer_bytes = switchyard_payload_bytes + switchyard_page_bytes,
};

static inline void *switchyard_session_malloc(size_t size, void *buffer) {
  (void)buffer;
  return malloc(size);
}

static inline void switchyard_session_free(void *memory, void *buffer) {
  if (memory == *(void **)buffer) *(void **)buffer = 0;
  free(memory);
}

static inline void *switchyard_session_calloc(size_t count, size_t size, void *buffer) {
  (void)buffer;
  return calloc(count, size);
}

/// The buffer is made by growing none.
static inline void *switchyard_session_realloc(void *memory, size_t size, void *buffer) {
  void **place = (void **)buffer;
  if (memory == *place) *place = 0;
  if (memory || size <= switchyard_payload_bytes || size > switchyard_frame_buffer_bytes)
    return realloc(memory, size);
  if (posix_memalign(place, switchyard_page_bytes, switchyard_frame_buffer_bytes) != 0) *place = 0;
  return *place;
}

/// A session of a server; `buffer` outlives it.
static inline int switchyard_session_server_new(nghttp2_session **session,
                                                const nghttp2_session_callbacks *callbacks,
                                                const nghttp2_option *option, void **buffer) {
  nghttp2_mem memory = {buffer, switchyard_session_malloc, switchyard_session_free,
                        switchyard_session_calloc, switchyard_session_realloc};
  return nghttp2_session_server_new3(session, callbacks, 0, option, &memory);
}

/// Gives the pages of a session's buffer back; what stands in them is lost.
static inline void switchyard_session_trim(void *buffer) {
  if (buffer) madvise(buffer, switchyard_frame_buffer_bytes, MADV_DONTNEED);
}

#endif
