internal import Contract

/// Everything known of one stream.
///
/// A slot is reused by later streams together with its storage.
struct StreamSlot: ~Copyable {
  /// What has happened to the stream so far.
  struct Progress: OptionSet {
    let rawValue: UInt16

    /// The application heard of the stream, so it will hear of its end.
    static let announced = Progress(rawValue: 1 << 0)
    /// The peer's head is complete; further fields are trailers.
    static let headComplete = Progress(rawValue: 1 << 1)
    /// The peer's head is over the limit and was not kept whole.
    static let headTooLarge = Progress(rawValue: 1 << 2)
    /// The peer ended its side.
    static let received = Progress(rawValue: 1 << 3)
    /// A `body` event waits to be followed by a taking.
    static let bodySignalled = Progress(rawValue: 1 << 4)
    /// The windows open only as the body is taken.
    static let stepwise = Progress(rawValue: 1 << 5)
    /// What still comes of the body is thrown away.
    static let discarding = Progress(rawValue: 1 << 6)
    /// This side's head was handed to the frame engine.
    static let answered = Progress(rawValue: 1 << 7)
    /// This side asked for RST_STREAM.
    static let resetting = Progress(rawValue: 1 << 8)
    /// The producer has nothing and waits for `resume`.
    static let producerWaits = Progress(rawValue: 1 << 9)
    /// The body waits for a window worth a frame.
    static let windowWaits = Progress(rawValue: 1 << 10)
    /// This side's message is complete while the peer's is not.
    static let responded = Progress(rawValue: 1 << 11)
  }

  /// Zero while no stream uses the slot.
  var stream: Int32 = 0
  var generation: UInt32 = 0
  var progress: Progress = []
  // What each part of a long answer asks for lies together.
  var shortFrames = 0
  var producer: (any BodyProducer)?

  var head = FieldSection()
  var headBytes = 0
  var headFields = 0
  /// The number of the head among those of its connection; zero when it has none.
  var headNumber: UInt64 = 0
  /// The length of the body, where the head of a request announces it.
  var contentLength: Int?

  var body: [UInt8] = []
  var bodyReceived = 0
  var unconsumed = 0

  /// The head of this side's answer, as the frame engine reads it.
  var answer = HeldFields()
  /// The fields that the answer shares with others, kept as long as they may be read.
  var shared: SharedFields?
  var outgoing: [UInt8] = []
  var outgoingSent = 0
  /// The fields that follow the body of the response: for a server to be sent, for a client as they
  /// came; nil where there are none.
  var trailers: Trailers?

  /// Bytes of the outgoing body that were not yet given to the frame engine.
  var outgoingLeft: Int { outgoing.count - outgoingSent }

  /// Takes a field of a head, or of trailers where those are wanted; false when the section is over
  /// the limit by now.
  mutating func take(
    name: Span<UInt8>, value: Span<UInt8>, keepingTrailers: Bool, _ limits: HTTP2Limits
  ) -> Bool {
    headBytes &+= name.count &+ value.count &+ 32
    headFields &+= 1
    guard headBytes <= limits.headBytesMax, headFields <= limits.headFieldsMax else {
      return false
    }
    if !progress.contains(.headComplete) {
      head.append(nameBytes: name, valueBytes: value)
    } else if keepingTrailers {
      let kept = trailers ?? Trailers(FieldSection())
      kept.fields.append(nameBytes: name, valueBytes: value)
      trailers = kept
    }
    return true
  }

  /// Takes the fields of `other` that end at or before `end`.
  mutating func take(_ other: borrowing FieldSection, upTo end: Int) {
    var entry = other.entry(after: nil)
    while let field = entry, field.value.upperBound <= end {
      head.append(
        nameBytes: other.bytes.span.extracting(field.name),
        valueBytes: other.bytes.span.extracting(field.value))
      headFields += 1
      headBytes += field.name.count + field.value.count + 32
      entry = other.entry(after: field)
    }
  }

  /// Makes the slot fit for the next stream; at most `keeping` bytes of each storage stay.
  mutating func clear(keeping: Int) {
    stream = 0
    progress = []
    head.removeAll(keepingCapacity: keeping)
    headBytes = 0
    headFields = 0
    headNumber = 0
    contentLength = nil
    if !body.isEmpty { body.removeAll(keepingCapacity: body.capacity <= keeping) }
    bodyReceived = 0
    unconsumed = 0
    answer.release(keeping: keeping)
    shared = nil
    outgoing = []
    outgoingSent = 0
    trailers = nil
    producer = nil
    shortFrames = 0
  }
}

/// Trailers, apart from the slot: most streams have none, and slots that lie close together are
/// found sooner.
final class Trailers {
  var fields: FieldSection

  init(_ fields: FieldSection) { self.fields = fields }
}
