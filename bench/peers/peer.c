// Measures libcbor on the files of a folder: peer FOLDER SET...; a line of JSON for each figure.
// What it decodes to, and encodes from, is its tree of items.
#include <cbor.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCHES = 15 };

static unsigned char *data;
static size_t size;
static cbor_item_t *tree;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

static cbor_item_t *load(void) {
  struct cbor_load_result result;
  cbor_item_t *item = cbor_load(data, size, &result);
  if (result.error.code != CBOR_ERR_NONE) exit(1);
  return item;
}

static void decode(void) {
  cbor_item_t *item = load();
  cbor_decref(&item);
}

static void encode(void) {
  unsigned char *buffer;
  size_t capacity, length = cbor_serialize_alloc(tree, &buffer, &capacity);
  if (length != size) exit(1);
  free(buffer);
}

static int compare(const void *one, const void *other) {
  double difference = *(const double *)one - *(const double *)other;
  return (difference > 0) - (difference < 0);
}

static void report(const char *set, const char *operation, void (*call)(void)) {
  double times[BATCHES];
  int calls = 2000000 / (size + 200) > 0 ? 2000000 / (size + 200) : 1;
  for (int batch = 0; batch < BATCHES; batch++) {
    double start = now();
    for (int index = 0; index < calls; index++) call();
    times[batch] = (now() - start) / calls;
  }
  qsort(times, BATCHES, sizeof *times, compare);
  printf("{\"codec\":\"libcbor\",\"set\":\"%s\",\"format\":\"cbor\",\"operation\":\"%s\",\"bytes\":%zu,\"ns\":%f}\n",
         set, operation, size, times[BATCHES / 2]);
}

int main(int count, char **arguments) {
  for (int index = 2; index < count; index++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.cbor", arguments[1], arguments[index]);
    FILE *file = fopen(path, "rb");
    if (file == NULL) return 1;
    data = malloc(1 << 24);
    size = fread(data, 1, 1 << 24, file);
    fclose(file);
    tree = load();
    report(arguments[index], "decode", decode);
    report(arguments[index], "encode", encode);
    cbor_decref(&tree);
    free(data);
  }
  return 0;
}
