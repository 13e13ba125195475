// What transfers need of libcurl, found while the program runs: who has none needs no libcurl, and the build needs no
// header of it. The numbers are libcurl's binary interface, which it has kept since 2006.
#pragma once
#include <arpa/inet.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

// Options (curl.h): numbers, objects from 10000 on, functions from 20000 on.
static const int CCURLOPT_TIMEOUT = 13;
static const int CCURLOPT_LOW_SPEED_LIMIT = 19;
static const int CCURLOPT_LOW_SPEED_TIME = 20;
static const int CCURLOPT_SSLVERSION = 32;
static const int CCURLOPT_NOPROGRESS = 43;
static const int CCURLOPT_UPLOAD = 46;
static const int CCURLOPT_POST = 47;
static const int CCURLOPT_POSTFIELDSIZE = 60;
static const int CCURLOPT_SSL_VERIFYPEER = 64;
static const int CCURLOPT_FRESH_CONNECT = 74;
static const int CCURLOPT_FORBID_REUSE = 75;
static const int CCURLOPT_CONNECTTIMEOUT = 78;
static const int CCURLOPT_SSL_VERIFYHOST = 81;
static const int CCURLOPT_NOSIGNAL = 99;
static const int CCURLOPT_SERVER_RESPONSE_TIMEOUT = 112;
static const int CCURLOPT_USE_SSL = 119;
static const int CCURLOPT_CONNECTTIMEOUT_MS = 156;
static const int CCURLOPT_PROTOCOLS = 181;
static const int CCURLOPT_SUPPRESS_CONNECT_HEADERS = 265;
static const int CCURLOPT_QUICK_EXIT = 322;
static const int CCURLOPT_WRITEDATA = 10001;
static const int CCURLOPT_URL = 10002;
static const int CCURLOPT_PROXY = 10004;
static const int CCURLOPT_USERAGENT = 10018;
static const int CCURLOPT_HTTPHEADER = 10023;
static const int CCURLOPT_CUSTOMREQUEST = 10036;
static const int CCURLOPT_CAINFO = 10065;
static const int CCURLOPT_CAPATH = 10097;
static const int CCURLOPT_COPYPOSTFIELDS = 10165;
static const int CCURLOPT_USERNAME = 10173;
static const int CCURLOPT_PASSWORD = 10174;
static const int CCURLOPT_PROXYUSERNAME = 10175;
static const int CCURLOPT_PROXYPASSWORD = 10176;
static const int CCURLOPT_NOPROXY = 10177;
static const int CCURLOPT_MAIL_FROM = 10186;
static const int CCURLOPT_MAIL_RCPT = 10187;
static const int CCURLOPT_PROTOCOLS_STR = 10318;
static const int CCURLOPT_CAINFO_BLOB = 40309;

// Values of CCURLOPT_USE_SSL, CCURLOPT_SSLVERSION and CCURLOPT_PROTOCOLS.
static const long CCURLUSESSL_NONE = 0;
static const long CCURLUSESSL_TRY = 1;
static const long CCURLUSESSL_ALL = 3;
static const long CCURL_SSLVERSION_TLSV1_2 = 6;
static const long CCURLPROTO_HTTPS = 1L << 1;
static const long CCURLPROTO_HTTP_AND_HTTPS = 1L << 0 | 1L << 1;
static const long CCURLPROTO_SMTP_AND_SMTPS = 1L << 16 | 1L << 17;

// Results.
static const int CCURLE_OK = 0;
static const int CCURLE_WEIRD_SERVER_REPLY = 8;
static const int CCURLE_WRITE_ERROR = 23;
static const int CCURLE_OUT_OF_MEMORY = 27;
static const int CCURLE_OPERATION_TIMEDOUT = 28;
static const int CCURLE_UNKNOWN_OPTION = 48;
static const int CCURLE_SEND_ERROR = 55;
static const int CCURLE_PEER_FAILED_VERIFICATION = 60;

/// The functions of a loaded libcurl.
typedef struct {
  int (*global_init)(long flags);
  void *(*easy_init)(void);
  int (*easy_setopt)(void *transfer, int option, ...);
  int (*easy_perform)(void *transfer);
  int (*easy_getinfo)(void *transfer, int what, ...);
  void (*easy_cleanup)(void *transfer);
  const char *(*easy_strerror)(int code);
  void *(*slist_append)(void *list, const char *text);
  void (*slist_free_all)(void *list);
} CCurl_functions;

/// Bytes to be sent, and how many of them libcurl took.
typedef struct {
  const uint8_t *bytes;
  size_t count;
  size_t taken;
} CCurl_source;

/// Room for bytes that come, and how many there are.
typedef struct {
  uint8_t *room;
  size_t capacity;
  size_t count;
} CCurl_sink;

// Whether transfers are given up; one for the process, because one file includes this.
static inline atomic_bool *CCurl_is_over(void) {
  static atomic_bool isOver;
  return &isOver;
}

static inline void CCurl_give_up(void) { atomic_store(CCurl_is_over(), true); }

/// The library of that name; null when the machine has none. It is never unloaded.
static inline void *CCurl_open(const char *name) { return dlopen(name, RTLD_NOW | RTLD_LOCAL); }

/// Finds each function in a library; false when one is missing.
static inline bool CCurl_find(void *library, CCurl_functions *functions) {
  // POSIX wants a pointer to an object and one to a function to be of one size, so that dlsym can give either.
  const struct {
    const char *name;
    void *place;
  } rows[] = {
    {"curl_global_init", &functions->global_init},
    {"curl_easy_init", &functions->easy_init},
    {"curl_easy_setopt", &functions->easy_setopt},
    {"curl_easy_perform", &functions->easy_perform},
    {"curl_easy_getinfo", &functions->easy_getinfo},
    {"curl_easy_cleanup", &functions->easy_cleanup},
    {"curl_easy_strerror", &functions->easy_strerror},
    {"curl_slist_append", &functions->slist_append},
    {"curl_slist_free_all", &functions->slist_free_all},
  };
  for (size_t index = 0; index < sizeof rows / sizeof rows[0]; index += 1) {
    void *found = dlsym(library, rows[index].name);
    if (found == NULL) return false;
    memcpy(rows[index].place, &found, sizeof found);
  }
  return true;
}

/// Prepares the library, once in the life of the process; false when it cannot be used.
static inline bool CCurl_prepare(const CCurl_functions *functions) {
  const long everything = 3;  // CURL_GLOBAL_ALL
  return functions->global_init(everything) == CCURLE_OK;
}

static inline int CCurl_set_text(
  const CCurl_functions *functions, void *transfer, int option, const char *text) {
  return functions->easy_setopt(transfer, option, text);
}

static inline int CCurl_set_number(
  const CCurl_functions *functions, void *transfer, int option, long number) {
  return functions->easy_setopt(transfer, option, number);
}

/// Makes a copy of the certificates, in PEM, all that a server's is held against.
static inline int CCurl_set_authority(
  const CCurl_functions *functions, void *transfer, const uint8_t *bytes, size_t count) {
  // struct curl_blob; the flag is CURL_BLOB_COPY.
  struct {
    const void *data;
    size_t length;
    unsigned flags;
  } blob = {bytes, count, 1};
  int code = functions->easy_setopt(transfer, CCURLOPT_CAINFO_BLOB, &blob);
  if (code != CCURLE_OK) return code;
  // The machine's folder of certificates would be believed beside them.
  return functions->easy_setopt(transfer, CCURLOPT_CAPATH, (const char *)NULL);
}

static inline int CCurl_set_recipients(
  const CCurl_functions *functions, void *transfer, void *list) {
  return functions->easy_setopt(transfer, CCURLOPT_MAIL_RCPT, list);
}

static size_t CCurl_read(char *room, size_t size, size_t count, void *context) {
  CCurl_source *source = (CCurl_source *)context;
  size_t rest = source->count - source->taken;
  size_t step = rest < size * count ? rest : size * count;
  memcpy(room, source->bytes + source->taken, step);
  source->taken += step;
  return step;
}

// Without it libcurl would write to standard output.
static size_t CCurl_discard(char *bytes, size_t size, size_t count, void *context) {
  (void)bytes, (void)context;
  return size * count;
}

/// Makes the bytes of `source`, which must outlive the transfer, what is sent.
static inline int CCurl_set_source(
  const CCurl_functions *functions, void *transfer, CCurl_source *source) {
  int code = functions->easy_setopt(transfer, 20012, CCurl_read);  // CURLOPT_READFUNCTION
  if (code != CCURLE_OK) return code;
  code = functions->easy_setopt(transfer, 20011, CCurl_discard);  // CURLOPT_WRITEFUNCTION
  if (code != CCURLE_OK) return code;
  return functions->easy_setopt(transfer, 10009, (void *)source);  // CURLOPT_READDATA
}

/// The last answer of the server, such as 250; 0 when there was none.
static inline long CCurl_reply(const CCurl_functions *functions, void *transfer) {
  long reply = 0;
  const int code = 0x200000 + 2;  // CURLINFO_RESPONSE_CODE
  return functions->easy_getinfo(transfer, code, &reply) == CCURLE_OK ? reply : 0;
}

static size_t CCurl_write(char *bytes, size_t size, size_t count, void *context) {
  CCurl_sink *sink = (CCurl_sink *)context;
  size_t step = size * count;
  // Another number than was given ends the transfer.
  if (step > sink->capacity - sink->count) return 0;
  memcpy(sink->room + sink->count, bytes, step);
  sink->count += step;
  return step;
}

/// Has `sink`, which must outlive the transfer, take what comes.
static inline int CCurl_set_sink(const CCurl_functions *functions, void *transfer, CCurl_sink *sink) {
  int code = functions->easy_setopt(transfer, 20011, CCurl_write);  // CURLOPT_WRITEFUNCTION
  if (code != CCURLE_OK) return code;
  return functions->easy_setopt(transfer, CCURLOPT_WRITEDATA, (void *)sink);
}

static int CCurl_progress(void *context, int64_t toCome, int64_t come, int64_t toGo, int64_t gone) {
  (void)context, (void)toCome, (void)come, (void)toGo, (void)gone;
  return atomic_load(CCurl_is_over());
}

/// Has a transfer end once transfers are given up; libcurl asks about once a second.
static inline int CCurl_let_give_up(const CCurl_functions *functions, void *transfer) {
  int code = functions->easy_setopt(transfer, 20219, CCurl_progress);  // CURLOPT_XFERINFOFUNCTION
  if (code != CCURLE_OK) return code;
  return functions->easy_setopt(transfer, CCURLOPT_NOPROGRESS, 0L);
}

// -- several transfers on one thread

/// The functions of a loaded libcurl that drive many transfers.
typedef struct {
  void *(*init)(void);
  int (*add)(void *multi, void *transfer);
  int (*remove)(void *multi, void *transfer);
  int (*perform)(void *multi, int *running);
  int (*poll)(void *multi, void *others, unsigned count, int milliseconds, int *ready);
  int (*wakeup)(void *multi);
  void *(*info_read)(void *multi, int *left);
  int (*pause)(void *transfer, int sides);
} CCurl_multi_functions;

// What a taker answers to have the transfer wait with the same bytes, and what has it go on.
static const size_t CCURL_WAIT = 0x10000001;
static const int CCURL_GO_ON = 0;

/// Finds each of them; false when one is missing, as in libraries before 7.68.
static inline bool CCurl_find_multi(void *library, CCurl_multi_functions *functions) {
  const struct {
    const char *name;
    void *place;
  } rows[] = {
    {"curl_multi_init", &functions->init},
    {"curl_multi_add_handle", &functions->add},
    {"curl_multi_remove_handle", &functions->remove},
    {"curl_multi_perform", &functions->perform},
    {"curl_multi_poll", &functions->poll},
    {"curl_multi_wakeup", &functions->wakeup},
    {"curl_multi_info_read", &functions->info_read},
    {"curl_easy_pause", &functions->pause},
  };
  for (size_t index = 0; index < sizeof rows / sizeof rows[0]; index += 1) {
    void *found = dlsym(library, rows[index].name);
    if (found == NULL) return false;
    memcpy(rows[index].place, &found, sizeof found);
  }
  return true;
}

/// A transfer that has ended, and how.
typedef struct {
  void *transfer;
  int code;
} CCurl_ended;

/// The next transfer that has ended; none has a null transfer.
static inline CCurl_ended CCurl_next_ended(const CCurl_multi_functions *functions, void *multi) {
  // CURLMsg, whose first number is 1 for a transfer that is done.
  struct {
    int what;
    void *transfer;
    union {
      void *data;
      int code;
    } result;
  } *message;
  int left = 0;
  while ((message = functions->info_read(multi, &left)) != NULL) {
    if (message->what == 1) return (CCurl_ended){message->transfer, message->result.code};
  }
  return (CCurl_ended){NULL, CCURLE_OK};
}

/// Takes bytes that come; another number than was given ends the transfer.
typedef size_t (*CCurl_taker)(char *bytes, size_t size, size_t count, void *context);

/// Has `body` and `field` take what comes, a field of the head at a time.
static inline int CCurl_set_takers(
  const CCurl_functions *functions, void *transfer, CCurl_taker body, CCurl_taker field, void *context) {
  int code = functions->easy_setopt(transfer, 20011, body);  // CURLOPT_WRITEFUNCTION
  if (code == CCURLE_OK) code = functions->easy_setopt(transfer, CCURLOPT_WRITEDATA, context);
  if (code == CCURLE_OK) code = functions->easy_setopt(transfer, 20079, field);  // CURLOPT_HEADERFUNCTION
  if (code == CCURLE_OK) code = functions->easy_setopt(transfer, 10029, context);  // CURLOPT_HEADERDATA
  return code;
}

static inline int CCurl_set_list(const CCurl_functions *functions, void *transfer, int option, void *list) {
  return functions->easy_setopt(transfer, option, list);
}

/// Makes a copy of the bytes the request's body.
static inline int CCurl_set_body(
  const CCurl_functions *functions, void *transfer, const uint8_t *bytes, size_t count) {
  int code = functions->easy_setopt(transfer, CCURLOPT_POST, 1L);
  if (code == CCURLE_OK) code = functions->easy_setopt(transfer, CCURLOPT_POSTFIELDSIZE, (long)count);
  if (code == CCURLE_OK) code = functions->easy_setopt(transfer, CCURLOPT_COPYPOSTFIELDS, bytes);
  return code;
}

/// Stops the calling thread for so many milliseconds.
static inline void CCurl_rest(int milliseconds) {
  struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
  nanosleep(&time, NULL);
}

/// Runs `body` on a thread that lives as long as the process; false when there is none to have.
static inline bool CCurl_start(void *(*body)(void *), void *context) {
  pthread_t thread;
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  int code = pthread_create(&thread, &attributes, body, context);
  pthread_attr_destroy(&attributes);
  return code == 0;
}

// -- where transfers may go

/// An address that libcurl is about to connect to (`curl_sockaddr`); it may be longer than this says.
typedef struct {
  int family;
  int type;
  int protocol;
  unsigned length;
  struct sockaddr address;
} CCurl_place;

/// Opens a socket for an address, or gives -1 to have the transfer look for another address.
typedef int (*CCurl_opener)(void *context, int purpose, CCurl_place *place);

/// Has `opener` open every socket of a transfer.
static inline int CCurl_set_opener(
  const CCurl_functions *functions, void *transfer, CCurl_opener opener, void *context) {
  int code = functions->easy_setopt(transfer, 20163, opener);  // CURLOPT_OPENSOCKETFUNCTION
  if (code != CCURLE_OK) return code;
  return functions->easy_setopt(transfer, 10164, context);  // CURLOPT_OPENSOCKETDATA
}

/// The bytes of an address, of which there are 4 or 16; 0 for what is neither IPv4 nor IPv6.
static inline size_t CCurl_address(const CCurl_place *place, uint8_t bytes[16]) {
  if (place->family == AF_INET && place->length >= sizeof(struct sockaddr_in)) {
    struct sockaddr_in address;
    memcpy(&address, &place->address, sizeof address);
    memcpy(bytes, &address.sin_addr, 4);
    return 4;
  }
  if (place->family == AF_INET6 && place->length >= sizeof(struct sockaddr_in6)) {
    struct sockaddr_in6 address;
    memcpy(&address, &place->address, sizeof address);
    memcpy(bytes, &address.sin6_addr, 16);
    return 16;
  }
  return 0;
}

/// A socket such as libcurl would open for an address; -1 when there is none to have.
static inline int CCurl_socket(const CCurl_place *place) {
  return socket(place->family, place->type | SOCK_CLOEXEC, place->protocol);
}

/// The bytes of an address in the one spelling of its kind, of which there are 4 or 16; 0 for another text.
static inline size_t CCurl_read_address(const char *text, uint8_t bytes[16]) {
  if (inet_pton(AF_INET, text, bytes) == 1) return 4;
  if (inet_pton(AF_INET6, text, bytes) == 1) return 16;
  return 0;
}
