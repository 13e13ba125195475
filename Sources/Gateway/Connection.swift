internal import Contract
internal import HTTP2
internal import Routing
internal import TLS

/// One peer: its socket, its engines and what waits for it.
///
/// It lives and dies on one loop.
final class Connection {
  /// Where a connection stands; each case but the last two has a deadline of its own.
  enum Phase {
    /// The first bytes decide whether the peer speaks TLS at all.
    case greeting
    case handshaking
    case serving
    /// Everything was written, our half is shut; what still comes in is thrown away until the peer
    /// is gone.
    case lingering
    case closed
  }

  let descriptor: Descriptor
  let token: ConnectionToken
  /// Whom it is counted for.
  let network: ClientNetwork
  var tls: TLSSession
  var phase = Phase.greeting
  /// Whether it counts among the handshakes of its loop.
  var isShakingHands = true
  var http2: HTTP2Session?

  /// Ciphertext that the socket did not take yet, and how much of it has gone.
  var unsent: [UInt8] = []
  var unsentOffset = 0
  var interest: Interest = .reading
  /// Whether the loop holds this connection in its list of those to flush.
  var isDirty = false
  /// Whether the connection ends as soon as everything has been written.
  var isEnding = false

  /// The tasks of requests that are being worked on and have had to wait, by stream.
  var pending = StreamMap<RequestTask>()
  /// How many requests are being worked on, with a task or without; the work may outlive its
  /// stream, never this count.
  var running = 0
  /// The streams whose body is still coming.
  var bodies: Set<StreamKey> = []
  var bodyPace = BodyPace()
  /// Requests that are complete and wait until the peer has taken some of the answers before.
  var waiting: [WaitingRequest] = []
  /// What was counted for it when its buffers were counted last.
  var countedBytes = 0
  var feeds = StreamMap<FeedSubscriber>()
  /// The streams of extended CONNECT, on which the client goes on speaking.
  var tunnels: Set<StreamKey> = []
  /// The calls of gRPC's own services.
  var dialogues = StreamMap<DialogueStream>()
  /// When the clients of calls stop waiting, in nanoseconds of the monotonic clock.
  var deadlines = StreamMap<Int64>()
  var marks: Marks
  /// The request that passed the pipeline last.
  var last: LastRequest?
  /// The number of its head among those of the connection; nil when it has none.
  var lastNumber: UInt64?

  /// The moments that deadlines are counted from, in nanoseconds of the monotonic clock.
  struct Marks {
    let accepted: Int64
    /// When our SETTINGS went out; nil once they are acknowledged.
    var settingsSent: Int64?
    /// When the last stream ended or the first byte of one arrived.
    var active: Int64
    /// When the socket last took a byte, while output waits.
    var stalled: Int64?
    /// Since when no body byte has gone out although some wait for the peer's windows, and how many
    /// had gone out by then.
    var shut: Int64?
    var sentBefore = 0
    /// When bytes of an unfinished header block began to come.
    var headerBegan: Int64?
    /// When lingering began.
    var lingering: Int64?
    /// When the drain of this connection passed from notice to the last id.
    var noticed: Int64?
  }

  init(
    descriptor: consuming Descriptor, token: ConnectionToken, network: ClientNetwork,
    tls: consuming TLSSession, now: Int64
  ) {
    self.descriptor = descriptor
    self.token = token
    self.network = network
    self.tls = tls
    marks = Marks(accepted: now, active: now)
  }

  /// Whether it has given back what it does not need while it is idle.
  private(set) var isTrimmed = false

  /// Gives back the storage of collections that are empty, and forgets the last head.
  func trim() {
    isTrimmed = true
    unsent = []
    pending.removeAll()
    bodies = []
    waiting = []
    feeds.removeAll()
    tunnels = []
    dialogues.removeAll()
    deadlines.removeAll()
    last = nil
    lastNumber = nil
  }

  /// A request that has waited need not be begun any more.
  func forget(waiting stream: StreamKey) {
    if !waiting.isEmpty { waiting.removeAll { $0.stream == stream } }
  }

  /// Notes that it is no longer idle.
  func wake() { isTrimmed = false }

  var hasUnsent: Bool { unsentOffset < unsent.count }
}

/// A request that is complete, and when it was.
struct WaitingRequest {
  let stream: StreamKey
  let since: Int64
}

/// A place in a loop's table of connections, with the generation that makes a stale token harmless.
struct ConnectionToken: Hashable, Sendable {
  let index: UInt32
  let generation: UInt32

  var bits: UInt64 { UInt64(generation) << 32 | UInt64(index) }

  init(index: UInt32, generation: UInt32) {
    self.index = index
    self.generation = generation
  }

  init(bits: UInt64) {
    index = UInt32(truncatingIfNeeded: bits)
    generation = UInt32(truncatingIfNeeded: bits >> 32)
  }
}
