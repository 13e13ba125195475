internal import Models

/// A tool that may give back what others have said: what an agent reads by it, its contribution
/// rests on.
protocol SourceTool: Tool {
  /// Where the sources of a call are named; nil where it gives back nothing of others.
  var source: EvidenceSource? { get }
}

/// Where a call names the sources that were read by it.
struct EvidenceSource: Sendable {
  /// What of a call names them.
  enum Place: Sendable {
    /// That member of each item of the result, or of the one record that it is.
    case result(String)
    case argument(String)
  }

  let kind: EvidenceRef.Kind
  let place: Place
  /// Where it is there, a page came whole or in part; else what came is no source.
  let status: String?

  init(_ kind: EvidenceRef.Kind, in place: Place, status: String? = nil) {
    self.kind = kind
    self.place = place
    self.status = status
  }

  /// The sources that a call has read; one that failed has read nothing.
  func refs(of exchange: ToolExchange) -> [EvidenceRef] {
    guard case .answered(let value) = exchange.outcome else { return [] }
    switch (place, value) {
    case (.argument(let name), _):
      return exchange.call.arguments.text(name).map { [EvidenceRef(kind, $0)] } ?? []
    case (.result(let name), .list(let items)): return items.compactMap { ref(name, in: $0) }
    case (.result(let name), _): return [ref(name, in: value)].compactMap(\.self)
    }
  }

  private func ref(_ name: String, in value: ToolValue) -> EvidenceRef? {
    guard case .record(let members) = value, case .text(let id)? = members[name] else { return nil }
    if let status {
      guard case .integer(200..<300)? = members[status] else { return nil }
    }
    return EvidenceRef(kind, id)
  }
}
