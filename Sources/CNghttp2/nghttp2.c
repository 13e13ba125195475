// The library as one unit of translation: what the compiler sees together it can inline, which takes a fifth off the
// instructions of its part of a request.

#include "library/nghttp2_buf.c"
#include "library/nghttp2_callbacks.c"
#include "library/nghttp2_extpri.c"
#include "library/nghttp2_frame.c"
#include "library/nghttp2_hd.c"
#include "library/nghttp2_hd_huffman.c"
#include "library/nghttp2_hd_huffman_data.c"
#include "library/nghttp2_helper.c"
#include "library/nghttp2_http.c"
#include "library/nghttp2_map.c"
#include "library/nghttp2_mem.c"
#include "library/nghttp2_option.c"
#include "library/nghttp2_outbound_item.c"
#include "library/nghttp2_pq.c"
#include "library/nghttp2_priority_spec.c"
#include "library/nghttp2_queue.c"
#include "library/nghttp2_ratelim.c"
#include "library/nghttp2_rcbuf.c"
#include "library/nghttp2_session.c"
#include "library/nghttp2_submit.c"
#include "library/nghttp2_time.c"
#include "library/nghttp2_version.c"

// Another function of this name is in the session's file.
#define stream_less nghttp2_stream_less
#include "library/nghttp2_stream.c"
