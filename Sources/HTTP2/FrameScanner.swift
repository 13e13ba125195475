/// Sees the header of every frame before the frame engine does, across arbitrary splits.
///
/// nghttp2 drops some frames without a word (HEADERS below the newest stream, anything on a closed
/// stream, unknown types) and limits few of the others; here each of them is seen and counted.
package struct FrameScanner: Sendable {
  /// Whose frames these are.
  package enum Source: Hashable, Sendable {
    case client
    case server
  }

  private enum State: Sendable {
    case preface(left: Int)
    case header(have: Int)
    case padding
    case payload
  }

  /// How many streams back a HEADERS frame may still be told from one that was never opened.
  static let openedMax = 512
  private static let prefaceBytes = 24
  private static let headerBytes = 9

  /// Frames whose header is complete; CONTINUATION is part of the frame it continues.
  package private(set) var frames = 0

  private let source: Source
  private let continuationsMax: Int
  private let headBlockMax: Int
  private var state: State
  /// All bytes of a frame's header but the last.
  private var header: UInt64 = 0
  private var payloadLeft = 0
  private var isData = false
  private var isHeadOpen = false
  private var continuations = 0
  /// Bytes of the head's compressed form that were announced so far.
  private var headBlock = 0
  /// Whether the newest head was counted as refused.
  private var isHeadRefused = false
  private var newestStream: UInt32 = 0
  private var opened: OpenedStreams

  /// A scanner of a connection that begins; a client begins with its preface.
  ///
  /// A head of more than `headBlockMax` bytes in its compressed form counts as refused, whatever
  /// the frame engine makes of it: it inflates the rest of such a head without a word.
  package init(source: Source, continuationsMax: Int, headBlockMax: Int) {
    self.source = source
    self.continuationsMax = continuationsMax
    self.headBlockMax = headBlockMax
    state = source == .client ? .preface(left: Self.prefaceBytes) : .header(have: 0)
    opened = OpenedStreams(capacity: Self.openedMax)
  }

  /// True while a header block, or a frame other than DATA, has begun and not ended.
  package var isInsideFrame: Bool {
    switch state {
    case .preface: true
    case .header(let have): isHeadOpen || have > 0
    case .padding, .payload: isHeadOpen || !isData
    }
  }

  /// Reads on; counts each header that is completed, and stops at the first that must not be.
  package mutating func scan(_ bytes: Span<UInt8>, into tally: inout FrameTally) throws(HTTP2Error)
  {
    var position = 0
    while position < bytes.count {
      switch state {
      case .preface(let left):
        let step = min(left, bytes.count - position)
        position += step
        state = step == left ? .header(have: 0) : .preface(left: left - step)
      case .header(have: 0) where bytes.count - position >= Self.headerBytes:
        // SAFETY: eight bytes stand there, of which every value is a number.
        let first = unsafe bytes.bytes.unsafeLoadUnaligned(
          fromByteOffset: position, as: UInt64.self)
        header = UInt64(bigEndian: first)
        let last = bytes[position + Self.headerBytes - 1]
        position += Self.headerBytes
        try headerComplete(last, &tally)
      case .header(let have):
        let byte = bytes[position]
        position += 1
        guard have + 1 == Self.headerBytes else {
          header = header &<< 8 | UInt64(byte)
          state = .header(have: have + 1)
          continue
        }
        try headerComplete(byte, &tally)
      case .padding:
        // The length counts this byte too: all that is left of an empty frame is padding.
        if Int(bytes[position]) >= payloadLeft - 1 { tally.count(.emptyData) }
        state = .payload
      case .payload:
        let step = min(payloadLeft, bytes.count - position)
        position += step
        payloadLeft -= step
        if payloadLeft == 0 { state = .header(have: 0) }
      }
    }
  }

  /// Length, type, flags and, with the last byte, the stream (RFC 9113 §4.1).
  private mutating func headerComplete(
    _ last: UInt8, _ tally: inout FrameTally
  ) throws(HTTP2Error) {
    payloadLeft = Int(header &>> 40)
    let type = UInt8(truncatingIfNeeded: header &>> 32)
    let kind =
      type < FrameKind.extensionType.rawValue
      ? FrameKind(rawValue: type) ?? .extensionType : .extensionType
    let flags = UInt8(truncatingIfNeeded: header &>> 24)
    let stream = UInt32(truncatingIfNeeded: header &<< 8 & 0x7fff_ff00) | UInt32(last)
    state = payloadLeft == 0 ? .header(have: 0) : .payload
    isData = kind == .data
    tally.count(kind)
    try headGoesOn(kind, flags, &tally)

    switch kind {
    case .data where flags & FrameFlag.endStream == 0:
      if payloadLeft == 0 {
        tally.count(.emptyData)
      } else if flags & FrameFlag.padded != 0 {
        state = .padding
      }
    case .headers where source == .client:
      try open(stream, &tally)
    case .data, .headers, .priority, .resetStream, .settings, .pushPromise, .ping, .goAway,
      .windowUpdate, .continuation, .extensionType, .emptyData, .neverOpened, .ignored,
      .refusedHead, .resetSent, .shortFrameSent:
      break
    }
    if source == .client, stream > newestStream, kind != .priority, kind != .extensionType {
      tally.count(.neverOpened)
    }
  }

  private mutating func headGoesOn(
    _ kind: FrameKind, _ flags: UInt8, _ tally: inout FrameTally
  ) throws(HTTP2Error) {
    if kind == .headers || kind == .continuation {
      isHeadOpen = flags & FrameFlag.endHeaders == 0
    }
    guard kind == .continuation else {
      frames &+= 1
      continuations = 0
      headBlock = payloadLeft
      isHeadRefused = false
      return
    }
    headBlock &+= payloadLeft
    if headBlock > headBlockMax { refuseHead(&tally) }
    continuations &+= 1
    if continuations > continuationsMax { throw .tooManyContinuations }
  }

  /// Counts the newest head as refused, once.
  mutating func refuseHead(_ tally: inout FrameTally) {
    guard !isHeadRefused else { return }
    isHeadRefused = true
    tally.count(.refusedHead)
  }

  private mutating func open(_ stream: UInt32, _ tally: inout FrameTally) throws(HTTP2Error) {
    if stream > newestStream {
      newestStream = stream
      opened.append(stream)
      tally.credit(.windowUpdate, by: 2)
    } else if opened.wasSkipped(stream) {
      throw .skippedStream(stream)
    }
  }
}

/// The flags of a frame header that matter here (RFC 9113 §6.1).
private enum FrameFlag {
  static let endStream: UInt8 = 0x1
  static let endHeaders: UInt8 = 0x4
  static let padded: UInt8 = 0x8
}

/// The newest streams that were opened, oldest overwritten first; their ids only ever grow.
private struct OpenedStreams: Sendable {
  private let capacity: Int
  private var ids: [UInt32] = []
  private var oldest = 0

  init(capacity: Int) { self.capacity = capacity }

  mutating func append(_ id: UInt32) {
    if ids.count < capacity {
      ids.append(id)
    } else {
      ids[oldest] = id
      oldest = (oldest + 1) % capacity
    }
  }

  /// True when `id`, which is not above the newest, is known never to have been opened.
  func wasSkipped(_ id: UInt32) -> Bool {
    guard !ids.isEmpty else { return false }
    // Older than all that is remembered: it may have been opened, and nghttp2 drops it.
    if ids.count == capacity, id < ids[oldest] { return false }
    var low = 0
    var high = ids.count
    while low < high {
      let middle = (low + high) / 2
      if ids[(oldest + middle) % ids.count] < id { low = middle + 1 } else { high = middle }
    }
    return low == ids.count || ids[(oldest + low) % ids.count] != id
  }
}
