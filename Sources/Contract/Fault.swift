package import Wire

/// A refusal on its way to a client: every representation and every door renders this one
/// description.
///
/// Everything in it may be read by a stranger; what may not stays in the log under the request's
/// id.
///
/// An object: whoever calls what may throw keeps room for what is thrown, and every task would have
/// that room in its memory several times.
package final class Fault: Error, Hashable, Sendable {
  package let code: FaultCode
  /// The published name where a document gives one (`RUN_ALREADY_FINISHED`); else the code's own.
  package let name: String?
  /// A sentence that says what is wrong and, where it can, what to do.
  package let message: String
  /// Facts for programs, in the order they are written.
  package let details: [Detail]
  /// When to try again, in seconds; nil where waiting does not help.
  package let retryAfterSeconds: Int?
  /// The methods that the resource has, for a 405.
  package let allowed: [Verb]
  /// Whether this is the kept refusal of an earlier request with the same key.
  package let isReplayed: Bool
  /// The rate that was exceeded, for a 429; nil where it has no name.
  package let policy: RatePolicy?

  package init(
    _ code: FaultCode, _ message: String, name: String? = nil, details: [Detail] = [],
    retryAfterSeconds: Int? = nil, allowed: [Verb] = [], isReplayed: Bool = false,
    policy: RatePolicy? = nil
  ) {
    self.policy = policy
    self.code = code
    self.name = name
    self.message = message
    self.details = details
    self.retryAfterSeconds = retryAfterSeconds
    self.allowed = allowed
    self.isReplayed = isReplayed
  }

  package static func == (left: Fault, right: Fault) -> Bool {
    left.code == right.code && left.name == right.name && left.message == right.message
      && left.details == right.details && left.retryAfterSeconds == right.retryAfterSeconds
      && left.allowed == right.allowed && left.isReplayed == right.isReplayed
      && left.policy == right.policy
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(code)
    hasher.combine(message)
  }
}

extension Fault {
  /// One named fact of a refusal.
  package struct Detail: Hashable, Sendable {
    package let name: String
    package let value: WireValue

    package init(_ name: String, _ value: WireValue) {
      self.name = name
      self.value = value
    }
  }

  /// The refusal of input that could not be read as the type that was asked for.
  package convenience init(_ error: DecodeError) {
    var details: [Detail] = []
    if let offset = error.offset {
      details.append(Detail("offset", .integer(Int64(offset))))
    }
    details.append(Detail("kind", .text(error.kind.rawValue)))
    details.append(Detail("path", .text(error.path.description)))
    let place = error.path.parts.isEmpty ? "" : "\(error.path): "
    self.init(
      error.kind.isMalformed ? .undecodable : .invalid, place + error.message, details: details)
  }

  /// The refusal of one thing more to somebody who has used up what it may have of a quota.
  package static func usedUp(
    _ quota: String, limit: Int64, used: Int64, name: String, message: String, seconds: Int
  ) -> Fault {
    Fault(
      .throttled, "\(message): \(used) of \(limit)", name: name,
      details: [
        Detail("quota", .text(quota)), Detail("limit", .integer(limit)),
        Detail("used", .integer(used)), Detail("left", .integer(max(0, limit - used))),
      ], retryAfterSeconds: seconds)
  }

  /// The refusal of one named field that is well-formed but not acceptable.
  package static func field(_ name: String, _ message: String) -> Fault {
    Fault(.invalid, "\(name): \(message)", details: [Detail("field", .text(name))])
  }
}

extension DecodeError.Kind {
  /// Whether the bytes are no value at all, as opposed to a value of the wrong kind or size.
  fileprivate var isMalformed: Bool {
    switch self {
    case .endInHead, .endInString, .endInItems, .reservedAdditional, .badSimple, .badChunkType,
      .nestedIndefiniteChunk, .strayBreak, .breakInDefinite, .oddMapBreak, .indefiniteIntegerOrTag,
      .endOfInput, .unexpectedByte, .badEscape, .loneSurrogate, .controlCharacter, .badNumber,
      .trailingBytes, .invalidUTF8, .duplicateKey, .tooDeep, .tooCostly:
      true
    case .wrongType, .unknownField, .missingField, .tooShort, .tooLong, .outOfRange,
      .patternMismatch, .notAChoice, .badTimestamp, .badBytes:
      false
    }
  }
}
