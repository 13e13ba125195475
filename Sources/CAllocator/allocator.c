// What jemalloc reads when the program begins (its manual, "TUNING").
//
// A loop takes the requests of one read together and gives what they took back together: of sizes beyond a kilobyte, a
// task's among them, the twenty that a thread keeps are fewer than one read brings, and the others went to the arena and back.
const char *malloc_conf = "tcache_nslots_small_min:64";
