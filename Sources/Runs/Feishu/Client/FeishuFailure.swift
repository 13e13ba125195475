/// Why Feishu did not give what was asked for.
struct FeishuFailure: Error, Hashable, Sendable {
  /// What failed.
  enum Kind: Hashable, Sendable {
    /// The work was called off.
    case calledOff
    /// There is no answer.
    case unreachable
    case timedOut
    /// The answer is not what the platform documents, or longer than is read.
    case unreadable
    case refused
  }

  let kind: Kind
  /// The HTTP status and the platform's own code, where there is an answer.
  var status: Int?
  var code: Int64?
  /// One sentence of a bounded length, without credentials.
  let message: String
  /// How long Feishu asks to wait.
  var retryAfter: Duration?
  /// Whether nothing else can be asked for either.
  var concernsAll = false

  static let calledOff = FeishuFailure(kind: .calledOff, message: "called off")

  static func unreadable(_ message: String) -> FeishuFailure {
    FeishuFailure(kind: .unreadable, message: message)
  }
}

extension FeishuFailure {
  /// The platform's codes for a token that is not there, not known, or no longer.
  private static let staleCodes: Set<Int64> = [99_991_661, 99_991_663, 99_991_668]
  /// The platform's code for too many requests, which comes with status 400 as well.
  private static let throttledCode: Int64 = 99_991_400

  /// Whether a new token may help.
  var isStalePass: Bool { code.map(Self.staleCodes.contains) ?? false }

  /// Whether the same request may succeed a little later.
  var isTransient: Bool {
    switch kind {
    case .calledOff, .timedOut, .unreadable: return false
    case .unreachable: return true
    case .refused:
      let isBusy = status.map { $0 == 429 || (500...599).contains($0) } ?? false
      return isBusy || code == Self.throttledCode
    }
  }

  /// Whether there was nobody to answer.
  var isSilence: Bool { kind == .unreachable || kind == .timedOut }
}
