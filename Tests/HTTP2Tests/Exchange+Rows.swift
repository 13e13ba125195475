@testable import HTTP2

extension Exchange {
  static let all = frames + streams + messages + compression

  private static let half: [Frame] = [.headers(1, Frame.post, flags: 0x4)]

  // swift-format-ignore
  static let frames: [Exchange] = [
    Exchange("§4.1 a frame of an unknown type is ignored", [Frame(type: 0x16, stream: 0, payload: [1, 2]), .headers(1)], .answered(1)),
    Exchange("§4.1 unknown flags are ignored", [.ping([0, 1, 2, 3, 4, 5, 6, 7], flags: 0x16), .headers(1)], .answered(1)),
    Exchange("§4.2 DATA of the largest size", half + [.data(1, Array(repeating: 0, count: 16_384), flags: 1)], .answered(1)),
    Exchange("§4.2 DATA one byte too large", half + [.data(1, Array(repeating: 0, count: 16_385), flags: 1)], .connection(.frameSizeError)),
    Exchange("§4.2 HEADERS too large", [Frame(type: 1, flags: 5, stream: 1, payload: Array(repeating: 0, count: 16_385))], .connection(.frameSizeError)),
    Exchange("§4.3 a header block that cannot be decoded", [Frame(type: 1, flags: 5, stream: 1, payload: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff])], .connection(.compressionError)),
    Exchange("§4.3 another stream's HEADERS within a header block", [.headers(1, flags: 1), .headers(3)], .connection(.protocolError)),
    Exchange("§4.3 PING within a header block", [.headers(1, flags: 1), .ping(Array(repeating: 0, count: 8))], .connection(.protocolError)),
    Exchange("§5.5 an unknown frame within a header block", [.headers(1, flags: 1), Frame(type: 0x16, stream: 0)], .connection(.protocolError)),
    Exchange("§6.1 DATA on stream 0", [.data(0, [1])], .connection(.protocolError)),
    Exchange("§6.1 DATA with padding as long as the frame", half + [.data(1, [5, 0, 0, 0, 0], flags: 0x9)], .connection(.protocolError)),
    Exchange("§6.1 DATA that is all padding", half + [.data(1, [4, 0, 0, 0, 0], flags: 0x9)], .answered(1)),
    Exchange("§6.2 HEADERS on stream 0", [.headers(0)], .connection(.protocolError)),
    Exchange("§6.2 HEADERS with padding as long as the frame", [Frame(type: 1, flags: 0xd, stream: 1, payload: [9, 0x82])], .connection(.protocolError)),
    Exchange("§6.3 PRIORITY on stream 0", [.priority(0, on: 1)], .connection(.protocolError)),
    Exchange("§6.3 PRIORITY of four bytes", [Frame(type: 2, stream: 1, payload: [0, 0, 0, 1])], .connection(.frameSizeError)),
    Exchange("§6.4 RST_STREAM on stream 0", [.reset(0, 8)], .connection(.protocolError)),
    Exchange("§6.4 RST_STREAM of three bytes", half + [Frame(type: 3, stream: 1, payload: [0, 0, 8])], .connection(.frameSizeError)),
    Exchange("§6.5 SETTINGS with ACK and a payload", [.settings([(3, 1)], flags: 1)], .connection(.frameSizeError)),
    Exchange("§6.5 SETTINGS on a stream", [Frame(type: 4, stream: 1)], .connection(.protocolError)),
    Exchange("§6.5 SETTINGS of five bytes", [Frame(type: 4, stream: 0, payload: [0, 3, 0, 0, 0])], .connection(.frameSizeError)),
    Exchange("§6.5.2 ENABLE_PUSH of 2", [.settings([(2, 2)])], .connection(.protocolError)),
    Exchange("§6.5.2 INITIAL_WINDOW_SIZE of 2³¹", [.settings([(4, 0x8000_0000)])], .connection(.flowControlError)),
    Exchange("§6.5.2 INITIAL_WINDOW_SIZE of 2³¹ - 1", [.settings([(4, 0x7fff_ffff)]), .headers(1)], .answered(1)),
    Exchange("§6.5.2 MAX_FRAME_SIZE of 16,383", [.settings([(5, 16_383)])], .connection(.protocolError)),
    Exchange("§6.5.2 MAX_FRAME_SIZE of 2²⁴", [.settings([(5, 0x100_0000)])], .connection(.protocolError)),
    Exchange("§6.5.2 an unknown setting", [.settings([(0xff, 7)]), .headers(1)], .answered(1)),
    Exchange("§6.5 33 settings at once", [.settings(Array(repeating: (3, 1), count: 33))], .connection(.enhanceYourCalm)),
    Exchange("§6.6 PUSH_PROMISE of a client", [.headers(1), Frame(type: 5, flags: 4, stream: 1, payload: [0, 0, 0, 2] + Frame.block(Frame.get))], .connection(.protocolError)),
    Exchange("§6.7 PING on a stream", [Frame(type: 6, stream: 1, payload: Array(repeating: 0, count: 8))], .connection(.protocolError)),
    Exchange("§6.7 PING of six bytes", [.ping([1, 2, 3, 4, 5, 6])], .connection(.frameSizeError)),
    Exchange("§6.8 GOAWAY on a stream", [Frame(type: 7, stream: 1, payload: Array(repeating: 0, count: 8))], .connection(.protocolError)),
    Exchange("§6.9 WINDOW_UPDATE of zero on the connection", [.windowUpdate(0, 0)], .connection(.protocolError)),
    Exchange("§6.9 WINDOW_UPDATE of zero on a stream", half + [.windowUpdate(1, 0)], .connection(.protocolError)),
    Exchange("§6.9 WINDOW_UPDATE of three bytes", [Frame(type: 8, stream: 0, payload: [0, 0, 1])], .connection(.frameSizeError)),
    Exchange("§6.9.1 the connection's window overflows", [.windowUpdate(0, 0x7fff_ffff)], .connection(.flowControlError)),
    Exchange("§6.9.1 a stream's window overflows", half + [.windowUpdate(1, 0x7fff_ffff)], .stream(1, .flowControlError)),
    Exchange("§6.9.2 SETTINGS make a stream's window overflow", half + [.windowUpdate(1, 0x7fff_0000), .settings([(4, 0x7fff_ffff)])], .stream(1, .flowControlError)),
    Exchange("§6.10 CONTINUATION completes a head", [.headers(1, Array(Frame.get.prefix(2)), flags: 1), .continuation(1, Frame.block(Array(Frame.get.suffix(2))), flags: 4)], .answered(1)),
    Exchange("§6.10 eight CONTINUATION frames", [.headers(1, flags: 1)] + Array(repeating: .continuation(1, []), count: 7) + [.continuation(1, [], flags: 4)], .answered(1)),
    Exchange("§6.10 CONTINUATION after END_HEADERS", [.headers(1, Frame.post, flags: 4), .continuation(1, [], flags: 4)], .connection(.protocolError)),
    Exchange("§6.10 CONTINUATION without HEADERS", [.continuation(1, [], flags: 4)], .connection(.protocolError)),
    Exchange("§6.10 CONTINUATION on stream 0", [.headers(1, flags: 1), .continuation(0, [], flags: 4)], .connection(.protocolError)),
    Exchange("§6.10 DATA before the head is complete", [.headers(1, Frame.post, flags: 0), .data(1, [1])], .connection(.protocolError)),
  ]

  // swift-format-ignore
  static let streams: [Exchange] = [
    Exchange("§5.1 DATA on an idle stream", [.data(1, [1])], .connection(.protocolError)),
    Exchange("§5.1 RST_STREAM on an idle stream", [.reset(1, 8)], .connection(.protocolError)),
    Exchange("§5.1 WINDOW_UPDATE on an idle stream", [.windowUpdate(1, 1)], .connection(.protocolError)),
    Exchange("§5.1 PRIORITY on an idle stream", [.priority(5, on: 3), .headers(7)], .answered(7)),
    Exchange("§5.1 DATA on a stream that was answered", [.headers(1), .data(1, [1])], .connection(.streamClosed)),
    Exchange("§5.1 WINDOW_UPDATE on a stream that was answered", [.headers(1), .windowUpdate(1, 1)], .answered(1)),
    Exchange("§5.1 RST_STREAM on a stream that was answered", [.headers(1), .reset(1, 8), .headers(3)], .answered(3)),
    Exchange("§5.1 a stream that the client resets is not answered", half + [.reset(1, 8)], .nothing),
    Exchange("§5.1.1 an even stream", [.headers(2)], .connection(.protocolError)),
    Exchange("§5.1.1 a skipped stream, opened late", [.headers(5), .headers(3)], .connection(.protocolError)),
    Exchange("§5.1.1 streams may be skipped", [.headers(1), .headers(101)], .answered(101)),
    Exchange("§5.3.1 PRIORITY of a stream on itself", [.headers(1, Frame.post, flags: 4), .priority(1, on: 1)], .connection(.protocolError)),
  ]

  private static func with(_ extra: (String, String)...) -> [Frame] {
    [.headers(1, Frame.get + extra)]
  }
  private static func only(_ fields: (String, String)...) -> [Frame] { [.headers(1, fields)] }
  private static func body(_ length: String, _ bytes: [UInt8]) -> [Frame] {
    [.headers(1, Frame.post + [("content-length", length)], flags: 4), .data(1, bytes, flags: 1)]
  }

  // swift-format-ignore
  static let messages: [Exchange] = [
    Exchange("§8.1 trailers", half + [.data(1, [1]), .headers(1, [("x", "y")])], .answered(1)),
    Exchange("§8.1 a second head without END_STREAM", half + [.headers(1, [("x", "y")], flags: 4)], .stream(1, .protocolError)),
    Exchange("§8.1 a pseudo field in trailers", half + [.headers(1, [(":path", "/")])], .stream(1, .protocolError)),
    Exchange("§8.1.1 content-length is exact", body("3", [1, 2, 3]), .answered(1)),
    Exchange("§8.1.1 content-length is too small", body("2", [1, 2, 3]), .stream(1, .protocolError)),
    Exchange("§8.1.1 content-length is too large", body("4", [1, 2, 3]), .stream(1, .protocolError)),
    Exchange("§8.1.1 content-length is no number", body("3x", [1, 2, 3]), .stream(1, .protocolError)),
    Exchange("§8.1.1 content-length is beyond 64 bits", body("99999999999999999999", [1]), .stream(1, .protocolError)),
    Exchange("§8.1.1 content-length without a body", with(("content-length", "1")), .stream(1, .protocolError)),
    Exchange("§8.2 an upper-case name", with(("X-Test", "1")), .stream(1, .protocolError)),
    Exchange("§8.2.1 a space in a name", with(("x y", "1")), .stream(1, .protocolError)),
    Exchange("§8.2.1 a line break in a value", with(("x", "a\r\nb: c")), .stream(1, .protocolError)),
    Exchange("§8.2.1 NUL in a value", with(("x", "a\0b")), .stream(1, .protocolError)),
    Exchange("§8.2.2 connection", with(("connection", "keep-alive")), .stream(1, .protocolError)),
    Exchange("§8.2.2 transfer-encoding", with(("transfer-encoding", "chunked")), .stream(1, .protocolError)),
    Exchange("§8.2.2 upgrade", with(("upgrade", "websocket")), .stream(1, .protocolError)),
    Exchange("§8.2.2 te: gzip", with(("te", "gzip")), .stream(1, .protocolError)),
    Exchange("§8.2.2 te: trailers", with(("te", "trailers")), .answered(1)),
    Exchange("§8.3 a pseudo field after the others", only((":method", "GET"), (":path", "/"), ("x", "y"), (":scheme", "https"), (":authority", "a")), .stream(1, .protocolError)),
    Exchange("§8.3 an unknown pseudo field", with((":test", "1")), .stream(1, .protocolError)),
    Exchange("§8.3 :status in a request", with((":status", "200")), .stream(1, .protocolError)),
    Exchange("§8.3.1 :method twice", with((":method", "GET")), .stream(1, .protocolError)),
    Exchange("§8.3.1 :path twice", with((":path", "/")), .stream(1, .protocolError)),
    Exchange("§8.3.1 an empty :path", only((":method", "GET"), (":path", ""), (":scheme", "https"), (":authority", "a")), .stream(1, .protocolError)),
    Exchange("§8.3.1 no :path", only((":method", "GET"), (":scheme", "https"), (":authority", "a")), .stream(1, .protocolError)),
    Exchange("§8.3.1 no :method", only((":path", "/"), (":scheme", "https"), (":authority", "a")), .stream(1, .protocolError)),
    Exchange("§8.3.1 no :scheme", only((":method", "GET"), (":path", "/"), (":authority", "a")), .stream(1, .protocolError)),
    Exchange("§8.3.1 host instead of :authority", only((":method", "GET"), (":path", "/"), (":scheme", "https"), ("host", "a")), .answered(1)),
    Exchange("§8.2.2 keep-alive", with(("keep-alive", "timeout=5")), .stream(1, .protocolError)),
    Exchange("§8.2.2 proxy-connection", with(("proxy-connection", "keep-alive")), .stream(1, .protocolError)),
    Exchange("§8.2.1 a value that begins with a space", with(("x", " y")), .stream(1, .protocolError)),
    Exchange("§8.2.1 a value that ends in a tab", with(("x", "y\t")), .stream(1, .protocolError)),
    Exchange("§8.2.1 an empty name", with(("", "y")), .stream(1, .protocolError)),
    Exchange("§8.2.1 an empty value", with(("x", "")), .answered(1)),
    Exchange("§8.2.3 a cookie in crumbs", with(("cookie", "a=b"), ("cookie", "c=d")), .answered(1)),
    Exchange("§8.3.1 :scheme twice", with((":scheme", "https")), .stream(1, .protocolError)),
    Exchange("§8.3.1 :authority twice", with((":authority", "a")), .stream(1, .protocolError)),
    Exchange("§8.3.1 a :path without a slash", only((":method", "GET"), (":path", "a"), (":scheme", "https"), (":authority", "a")), .stream(1, .protocolError)),
    Exchange("§8.3.1 OPTIONS of *", only((":method", "OPTIONS"), (":path", "*"), (":scheme", "https"), (":authority", "a")), .answered(1)),
    Exchange("§8.3.1 GET of *", only((":method", "GET"), (":path", "*"), (":scheme", "https"), (":authority", "a")), .stream(1, .protocolError)),
    Exchange("§8.1 a connection's field in trailers", half + [.headers(1, [("connection", "close")])], .stream(1, .protocolError)),
    Exchange("§8.1 an upper-case name in trailers", half + [.headers(1, [("X", "y")])], .stream(1, .protocolError)),
    Exchange("§8.1.1 content-length before trailers", [.headers(1, Frame.post + [("content-length", "2")], flags: 4), .data(1, [1]), .headers(1, [("x", "y")])], .stream(1, .protocolError)),
    Exchange("§8.1.1 content-length of nothing and a body", body("0", [1]), .stream(1, .protocolError)),
    Exchange("§8.1.1 content-length with a sign", body("+1", [1]), .stream(1, .protocolError)),
    Exchange("§8.1.1 an empty content-length", body("", [1]), .stream(1, .protocolError)),
    Exchange("§8.1.1 content-length twice", [.headers(1, Frame.post + [("content-length", "1"), ("content-length", "1")], flags: 4), .data(1, [1], flags: 1)], .stream(1, .protocolError)),
    Exchange("§8.1.1 content-length with zeros before it", body("003", [1, 2, 3]), .answered(1)),
    Exchange("§8.2 a colon in a name", with(("x:y", "1")), .stream(1, .protocolError)),
    Exchange("§8.2.1 DEL in a value", with(("x", "a\u{7f}")), .stream(1, .protocolError)),
    Exchange("§8.2.1 a value that is a blank", with(("x", " ")), .stream(1, .protocolError)),
    Exchange("§8.2.1 bytes beyond ASCII in a value", with(("x", "größe")), .answered(1)),
    Exchange("§8.2.2 te: Trailers", with(("te", "Trailers")), .answered(1)),
    Exchange("§8.3.1 an empty host", with(("host", "")), .stream(1, .protocolError)),
    Exchange("§8.3.1 host twice", with(("host", "a"), ("host", "a")), .stream(1, .protocolError)),
    Exchange("§8.3.1 an :authority with a slash", only((":method", "GET"), (":path", "/"), (":scheme", "https"), (":authority", "a/b")), .stream(1, .protocolError)),
    Exchange("§8.3.1 a blank in :method", only((":method", "G T"), (":path", "/"), (":scheme", "https"), (":authority", "a")), .stream(1, .protocolError)),
    Exchange("§8.3.1 a blank in :path", only((":method", "GET"), (":path", "/a b"), (":scheme", "https"), (":authority", "a")), .stream(1, .protocolError)),
    Exchange("§8.3.1 a :scheme that begins with a digit", only((":method", "GET"), (":path", "/"), (":scheme", "9p"), (":authority", "a")), .stream(1, .protocolError)),
    Exchange("§8.3.1 the :path of another scheme", only((":method", "GET"), (":path", "a"), (":scheme", "urn"), (":authority", "a")), .answered(1)),
    Exchange("§8.5 CONNECT with a scheme", only((":method", "CONNECT"), (":authority", "a:1"), (":scheme", "https")), .stream(1, .protocolError)),
    Exchange("RFC 9218 §4 priority", with(("priority", "u=1, i")), .answered(1)),
    Exchange("RFC 9218 §4 a priority that is none", with(("priority", "u=9;;")), .answered(1)),
    Exchange("RFC 9218 §7.1 PRIORITY_UPDATE", [Frame(type: 0x10, stream: 0, payload: UInt32(1).octets + Array("u=0".utf8)), .headers(1)], .answered(1)),
    Exchange("§8.5 CONNECT", only((":method", "CONNECT"), (":authority", "a:1")), .answered(1)),
    Exchange("§8.5 CONNECT with a path", only((":method", "CONNECT"), (":authority", "a:1"), (":path", "/")), .stream(1, .protocolError)),
    Exchange("§8.5 CONNECT without an authority", only((":method", "CONNECT")), .stream(1, .protocolError)),
    Exchange("RFC 8441 §4 :protocol that was not allowed", [.headers(1, [(":method", "CONNECT"), (":protocol", "websocket")] + Frame.get.dropFirst())], .stream(1, .protocolError)),
  ]

  /// To a server that allows extended CONNECT.
  // swift-format-ignore
  static let extended = [
    Exchange("RFC 8441 §4 CONNECT with :protocol", [.headers(1, [(":method", "CONNECT"), (":protocol", "websocket")] + Frame.get.dropFirst())], .answered(1)),
    Exchange("RFC 8441 §4 :protocol without CONNECT", with((":protocol", "websocket")), .stream(1, .protocolError)),
    Exchange("RFC 8441 §4 CONNECT with :protocol and no path", only((":method", "CONNECT"), (":protocol", "websocket"), (":authority", "a")), .stream(1, .protocolError)),
  ]
}
