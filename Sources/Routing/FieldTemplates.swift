import Contract
import Negotiation

/// The fields that answers of one kind share, put together once.
struct FieldTemplates: Sendable {
  /// How far an answer may be kept.
  enum Keeping: Int, CaseIterable, Sendable {
    /// Caches decide for themselves.
    case open
    /// `cache-control: no-store`, because the answer is one caller's or a refusal.
    case none
  }

  private let templates: [FieldTemplate]
  private let calls: [FieldTemplate]
  /// The trailers of a gRPC call that succeeded.
  let success: FieldSection

  init() {
    let kinds = MediaType.allCases.flatMap { type in
      Keeping.allCases.map { (type, $0) }
    }
    templates = kinds.enumerated().map { place, kind in
      let (type, keeping) = kind
      var fields = FieldSection()
      fields.append(name: "content-type", value: type.row.contentType)
      fields.append(name: "vary", value: "Accept")
      if keeping == .none { fields.append(name: "cache-control", value: "no-store") }
      return FieldTemplate(fields, place: place)
    }
    calls = GRPCType.allCases.map { type in
      var fields = FieldSection()
      fields.append(name: "content-type", value: type.row.contentType)
      fields.append(name: "grpc-accept-encoding", value: GRPCCoding.offers)
      return FieldTemplate(fields, place: kinds.count + type.rawValue)
    }
    var success = FieldSection()
    GRPCStatus.appendSuccess(to: &success)
    self.success = success
  }

  /// The fields of an answer to a gRPC call in this type.
  func fields(_ type: GRPCType) -> FieldTemplate { calls[type.rawValue] }

  /// The fields of a negotiated answer of this type.
  func fields(_ type: MediaType, _ keeping: Keeping) -> FieldTemplate {
    templates[type.rawValue * Keeping.allCases.count + keeping.rawValue]
  }
}
