internal import Cryptography
internal import Models
internal import Wire

extension RecordedExchange {
  /// The exchange in a file; the refusal says where the file is wrong.
  init(file bytes: [UInt8]) throws(RecordingProblem) {
    do throws(DecodeError) {
      self = try RecordedExchange(json: bytes, limits: .recording)
    } catch {
      throw RecordingProblem(
        place: "\(error.path)", byte: error.offset, reason: error.message)
    }
    try check()
  }

  /// The exchange as a file that people read.
  var file: [UInt8] {
    var value = wireValue()
    // What people said is in the request alone, and may hold nulls that mean something.
    for name in ["answer", "ending"] { value[name] = value[name]?.withoutNulls }
    return value.indentedJSON() + [UInt8(ascii: "\n")]
  }

  private func check() throws(RecordingProblem) {
    guard ProviderDialect(rawValue: request.dialect) != nil else {
      throw RecordingProblem(place: "request.dialect", reason: "no dialect is called that")
    }
    let identity = RequestIdentity(request).digest.hexadecimal
    guard digest == identity else {
      throw RecordingProblem(
        place: "digest", reason: "the request was changed: it is that of \(identity) now")
    }
    try answer?.check(until: ending.atMs)
    try ending.check(hasAnswer: answer != nil)
  }
}

extension DecodeLimits {
  /// What a file of an exchange may hold: many pieces, and a conversation of some depth.
  static let recording = DecodeLimits(depth: 256, items: 16_000_000)
}

extension WireValue {
  /// The value without members that are null; nil where it is null itself.
  fileprivate var withoutNulls: WireValue? {
    switch self {
    case .null: nil
    case .array(let elements): .array(elements.compactMap(\.withoutNulls))
    case .map(let members):
      .map(
        members.compactMap { member in
          member.value.withoutNulls.map { WireMember(member.key, $0) }
        })
    default: self
    }
  }
}

extension RecordedAnswer {
  fileprivate func check(until end: Int64) throws(RecordingProblem) {
    guard (200...999).contains(status) else {
      throw RecordingProblem(place: "answer.status", reason: "must be from 200 to 999")
    }
    guard afterMs >= 0 else {
      throw RecordingProblem(place: "answer.after_ms", reason: "is before the request")
    }
    var before = afterMs
    for (index, piece) in pieces.enumerated() {
      let place = "answer.pieces[\(index)]"
      guard piece.atMs >= before else {
        throw RecordingProblem(place: "\(place).at_ms", reason: "is before what stands before it")
      }
      guard (piece.text == nil) != (piece.bytes == nil) else {
        throw RecordingProblem(place: place, reason: "must have either text or bytes")
      }
      before = piece.atMs
    }
    guard end >= before else {
      throw RecordingProblem(place: "ending.at_ms", reason: "is before what stands before it")
    }
  }
}

extension RecordedEnding {
  fileprivate func check(hasAnswer: Bool) throws(RecordingProblem) {
    guard atMs >= 0 else {
      throw RecordingProblem(place: "ending.at_ms", reason: "is before the request")
    }
    switch kind {
    case .whole where !hasAnswer:
      throw RecordingProblem(place: "ending.kind", reason: "there is no answer to be whole")
    case .failed:
      guard let code, ProviderFault(rawValue: code) != nil else {
        throw RecordingProblem(place: "ending.code", reason: "a failure has the code of one")
      }
      guard message != nil else {
        throw RecordingProblem(place: "ending.message", reason: "a failure has a message")
      }
    case .whole, .closed:
      guard code == nil, message == nil else {
        throw RecordingProblem(place: "ending", reason: "only a failure has a code and a message")
      }
    }
  }
}
