package import Contract

/// What the content-type of a gRPC call says of its messages (gRPC over HTTP/2, "Content-Type").
package enum GRPCType: Int, CaseIterable, Hashable, Sendable {
  /// The bare type, which is all that some clients can send: CBOR here.
  case plain
  case cbor
  case json
  case protobuf
  /// A format that nothing here is written in.
  case other
}

extension GRPCType {
  /// The facts of one type.
  package struct Row: Sendable {
    /// What stands behind the plus sign; nil for the bare type.
    let subtype: StaticString?
    /// The value of `content-type` on an answer.
    package let contentType: StaticString
    /// The format of messages; nil where methods read none in this type.
    package let format: BodyFormat?
  }

  /// The only place where a type meets its names.
  // swift-format-ignore
  package var row: Row {
    switch self {
    case .plain:    Row(subtype: nil,     contentType: "application/grpc",       format: .cbor)
    case .cbor:     Row(subtype: "cbor",  contentType: "application/grpc+cbor",  format: .cbor)
    case .json:     Row(subtype: "json",  contentType: "application/grpc+json",  format: .json)
    case .protobuf: Row(subtype: "proto", contentType: "application/grpc+proto", format: nil)
    case .other:    Row(subtype: "",      contentType: "application/grpc",       format: nil)
    }
  }

  private static let essence: StaticString = "application/grpc"
  private static let named: [GRPCType] = [.cbor, .json, .protobuf]

  /// The type of a call; nil for what is no gRPC at all.
  init?(_ head: borrowing FieldSection, _ value: Range<Int>) {
    let reader = FieldReader(head.bytes, in: value)
    let end = value.lowerBound + Self.essence.utf8CodeUnitCount
    guard end <= value.upperBound,
      reader.matches(value.lowerBound..<end, Self.essence)
    else { return nil }
    let rest = head.bytes[end..<value.upperBound]
    let type = rest.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 && $0 != 0x09 }
    guard let sign = type.first else {
      self = .plain
      return
    }
    guard sign == UInt8(ascii: "+") else { return nil }
    let subtype = type.indices.dropFirst()
    self =
      Self.named.first { type in
        type.row.subtype.map { reader.matches(subtype, $0) } ?? false
      } ?? .other
  }
}
