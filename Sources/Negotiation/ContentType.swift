package import Contract

/// What a client says that its body is (RFC 9110 §8.3).
package enum ContentType: Hashable, Sendable {
  /// There is no field.
  case absent
  /// A type that request bodies are read in: JSON or CBOR, and Markdown by some methods.
  case readable(MediaType)
  /// A gRPC call, whose messages are behind prefixes.
  case grpc(GRPCType)
  /// Any other type, a list of types, a body in another charset than UTF-8, two fields.
  case unreadable

  /// The types that request bodies are read in.
  private static let readable: [MediaType] = [.json, .cbor, .markdown]

  /// The type of the body that comes with `head`.
  package init(_ head: borrowing FieldSection) {
    switch head.single("content-type") {
    case .absent: self = .absent
    case .repeated: self = .unreadable
    case .value(let value): self = Self.read(head, value)
    }
  }

  private static func read(_ head: borrowing FieldSection, _ value: Range<Int>) -> ContentType {
    for type in readable where head.equals(value, type.row.name) { return .readable(type) }
    if let type = GRPCType(head, value) { return .grpc(type) }
    var reader = FieldReader(head.bytes, in: value)
    guard let type = reader.token(), reader.take(UInt8(ascii: "/")), let subtype = reader.token()
    else { return .unreadable }
    let whole = type.lowerBound..<subtype.upperBound
    guard let media = readable.first(where: { reader.matches(whole, $0.row.name) }),
      isUTF8(&reader)
    else { return .unreadable }
    return .readable(media)
  }

  /// Reads the parameters to the field's end; only a charset means anything here.
  private static func isUTF8(_ reader: inout FieldReader) -> Bool {
    while true {
      switch reader.parameter() {
      case .none:
        reader.skipSpace()
        return reader.isAtEnd
      case .empty: continue
      case .malformed: return false
      case .pair(let name, let value):
        guard !reader.matches(name, "charset") || reader.matches(value, "utf-8") else {
          return false
        }
      }
    }
  }
}
