/// The bounds of one connection, each with its unit.
package struct HTTP2Limits: Hashable, Sendable {
  /// Bytes of one head: names, values and 32 for each field (RFC 9113 §6.5.2).
  package var headBytesMax = 16 * 1024
  /// Fields of one head, pseudo fields included.
  package var headFieldsMax = 128
  /// A head this many times over `headBytesMax` or `headFieldsMax` is refused with no answer.
  package var headRefusalFactor = 4
  /// CONTINUATION frames of one head (CVE-2024-28182).
  package var continuationsMax = 8
  /// Bytes of one body that are kept; a longer one is refused.
  package var bodyBytesMax = 1024 * 1024
  /// Bytes of all bodies of a connection that are kept at one time; beyond, a stream is refused.
  package var bodiesBytesMax = 8 * 1024 * 1024
  /// Bytes of a body that are taken and thrown away after its request was answered: clients read an
  /// early answer once they have sent what they began, and lose it to RST_STREAM.
  package var discardedBytesMax = 16 * 1024 * 1024
  /// Streams the peer may have open at one time.
  package var concurrentStreamsMax = 256
  /// Bytes the peer may send on one stream before we take some (SETTINGS_INITIAL_WINDOW_SIZE).
  package var streamWindow = 64 * 1024
  /// Bytes the peer may send on all streams before we take some.
  package var connectionWindow = 1024 * 1024
  /// Bytes of payload in a frame we take (SETTINGS_MAX_FRAME_SIZE).
  package var frameBytesMax = 16 * 1024
  /// Bytes given to one feeding of the frame engine; an abuse is noticed at most this late.
  package var feedBytesMax = 16 * 1024
  /// Bytes of response bodies that wait for the peer's windows before `isBackedUp` says so.
  package var outputBytesMax = 4 * 1024 * 1024
  /// A DATA frame shorter than this is not made just because the window is that small.
  package var shortFrameBytes = 1024
  /// DATA frames in a row that a stream may make shorter than `shortFrameBytes` all the same.
  package var shortFramesMax = 8
  /// Bytes of storage that a stream leaves behind for the next one.
  package var keptBytesMax = 4 * 1024
  /// Whether CONNECT may carry `:protocol`, which tells clients that something is served that way
  /// (RFC 8441 §3).
  package var allowsExtendedConnect = false
  /// Frames a connection may spend, by kind.
  package var budget = FrameBudget.standard

  /// The limits of a server, as designed.
  package init() {}

  /// The limits of a client: a response may be long, and a server is trusted with larger heads.
  package static let client: HTTP2Limits = {
    var limits = HTTP2Limits()
    limits.headBytesMax = 64 * 1024
    limits.bodyBytesMax = 64 * 1024 * 1024
    limits.bodiesBytesMax = 256 * 1024 * 1024
    limits.streamWindow = 1024 * 1024
    limits.connectionWindow = 4 * 1024 * 1024
    return limits
  }()

  /// Everything wrong with these limits, each as one sentence; empty when they can be used.
  package func problems() -> [String] {
    let bodiesRange = max(bodyBytesMax, 0)...max(bodyBytesMax, 1 << 40)
    // swift-format-ignore
    let rows: [(name: String, value: Int, range: ClosedRange<Int>)] = [
      ("headBytesMax",         headBytesMax,         256...(1 << 24)),
      ("headFieldsMax",        headFieldsMax,        8...65_535),
      ("headRefusalFactor",    headRefusalFactor,    1...64),
      ("continuationsMax",     continuationsMax,     0...1_024),
      ("bodyBytesMax",         bodyBytesMax,         0...(1 << 40)),
      ("bodiesBytesMax",       bodiesBytesMax,       bodiesRange),
      ("discardedBytesMax",    discardedBytesMax,    0...(1 << 40)),
      ("concurrentStreamsMax", concurrentStreamsMax, 1...65_535),
      ("streamWindow",         streamWindow,         1...0x7fff_ffff),
      ("connectionWindow",     connectionWindow,     65_535...0x7fff_ffff),
      ("frameBytesMax",        frameBytesMax,        16_384...0xff_ffff),
      ("feedBytesMax",         feedBytesMax,         1...(1 << 20)),
      ("outputBytesMax",       outputBytesMax,       1...(1 << 40)),
      ("shortFrameBytes",      shortFrameBytes,      1...16_384),
      ("shortFramesMax",       shortFramesMax,       1...65_535),
      ("keptBytesMax",         keptBytesMax,         0...(1 << 20)),
    ]
    return rows.filter { !$0.range.contains($0.value) }.map {
      "\($0.name) is \($0.value) but must be within \($0.range)"
    }
  }
}
