internal import Contract
internal import Cryptography
internal import Models
internal import Wire

/// An exchange as far as it has come.
struct ExchangeDraft: Sendable {
  /// A piece of the answer's body, and the milliseconds after which it came.
  struct Piece {
    let at: Int64
    let bytes: [UInt8]
  }

  /// The number of its file.
  let number: Int
  private let provider: String
  private let dialect: ProviderDialect
  private let request: ProviderRequest
  private let recordedAt: Timestamp
  private let began: Int64

  private var head: (status: Int, after: Int64, headers: [ProviderHeader])?
  private var pieces: [Piece] = []
  /// The bytes of the answer's body.
  private(set) var count = 0
  /// Whether the body was longer than anything that is kept.
  private(set) var isTooLong = false

  /// Bytes of an answer's body that are kept.
  static let bytesMax = 32 << 20
  /// The headers of an answer that are kept.
  private static let headersKept = ["content-type", "retry-after"]

  /// `began` is the moment of the request on the clock of all others.
  init(
    _ number: Int, _ request: ProviderRequest, to provider: String, in dialect: ProviderDialect,
    at time: Timestamp, began: Int64
  ) {
    self.number = number
    self.request = request
    self.provider = provider
    self.dialect = dialect
    recordedAt = time
    self.began = began
  }

  mutating func take(headOf response: any ProviderResponse, at nanoseconds: Int64) {
    let headers = Self.headersKept.compactMap { name in
      response.value(of: name).map { ProviderHeader(name, $0) }
    }
    head = (response.status, milliseconds(nanoseconds), headers)
  }

  mutating func take(_ piece: [UInt8], at nanoseconds: Int64) {
    count += piece.count
    guard count <= Self.bytesMax else {
      isTooLong = true
      pieces = []
      return
    }
    pieces.append(Piece(at: milliseconds(nanoseconds), bytes: piece))
  }

  /// The exchange that ended so, without keys.
  func ended(_ ending: ExchangeEnding, at nanoseconds: Int64) -> RecordedExchange {
    let scrubber = KeyScrubber(request)
    let body = WireValue(body: scrubber.scrubbed([request.body])[0])
    let asked = RecordedRequest(
      dialect: dialect.rawValue, method: request.verb.rawValue,
      address: scrubber.scrubbed(request.url),
      headers: request.headers.map {
        RecordedHeader(
          name: $0.name,
          value: $0.isSecret ? ProviderKey.placeholder : scrubber.scrubbed($0.value))
      }, body: body)
    let answer = head.map { head in
      RecordedAnswer(
        status: Int64(head.status), afterMs: head.after,
        headers: head.headers.map {
          RecordedHeader(name: $0.name, value: scrubber.scrubbed($0.value))
        },
        pieces: zip(pieces, scrubber.scrubbed(pieces.map(\.bytes))).map {
          RecordedPiece($1, at: $0.at)
        })
    }
    return RecordedExchange(
      format: .first, digest: RequestIdentity(asked).digest.hexadecimal, provider: provider,
      recordedAt: recordedAt, request: asked, answer: answer,
      ending: RecordedEnding(
        kind: ending.kind, atMs: milliseconds(nanoseconds), code: ending.failure?.code,
        message: ending.failure.map { scrubber.scrubbed($0.message) }))
  }

  private func milliseconds(_ nanoseconds: Int64) -> Int64 {
    max(0, nanoseconds - began) / 1_000_000
  }
}

/// How an exchange ended, as its reader saw it.
struct ExchangeEnding {
  let kind: RecordedEndingKind
  let failure: ModelError?

  static let whole = ExchangeEnding(kind: .whole, failure: nil)
  static let closed = ExchangeEnding(kind: .closed, failure: nil)

  private init(kind: RecordedEndingKind, failure: ModelError?) {
    self.kind = kind
    self.failure = failure
  }

  /// The end by an error: that its reader is gone is no failure of the provider's.
  init(_ error: ModelError) {
    self = error.fault == nil ? .closed : ExchangeEnding(kind: .failed, failure: error)
  }
}

extension RecordedPiece {
  init(_ bytes: [UInt8], at milliseconds: Int64) {
    atMs = milliseconds
    text = String(validating: bytes, as: UTF8.self)
    self.bytes = text == nil ? ByteString(bytes) : nil
  }

  /// The bytes, whichever way they are written.
  var content: [UInt8] { bytes?.bytes ?? text.map { Array($0.utf8) } ?? [] }
}
