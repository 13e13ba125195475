package import Contract
import Wire

/// The key under which a request is done once (the catalogue, §0.5).
package enum IdempotencyKey {
  /// The field that carries a key.
  package static let fieldName: StaticString = "idempotency-key"

  /// The key that the client gave, nil when there is none: a string of RFC 8941 §3.3.3, or the same
  /// without quotes, as most clients send it.
  package static func read(_ head: borrowing FieldSection) throws(Fault) -> [UInt8]? {
    switch head.single(fieldName) {
    case .absent: return nil
    case .repeated: throw invalid("it is given twice")
    case .value(let value):
      let field = head.bytes[value]
      guard let key = field.first == quote ? unquoted(field) : [UInt8](field),
        (1...lengthMax).contains(key.count), key.allSatisfy({ (0x21...0x7e).contains($0) })
      else { throw invalid("not 1 to \(lengthMax) visible ASCII characters") }
      return key
    }
  }

  /// The inside of a string with its escapes undone; nil when it is none.
  private static func unquoted(_ field: ArraySlice<UInt8>) -> [UInt8]? {
    var key: [UInt8] = []
    var rest = field.dropFirst()
    while let byte = rest.popFirst() {
      switch byte {
      case quote: return rest.isEmpty ? key : nil
      case escape:
        guard let escaped = rest.popFirst(), escaped == quote || escaped == escape else {
          return nil
        }
        key.append(escaped)
      default: key.append(byte)
      }
    }
    return nil
  }

  private static let quote = UInt8(ascii: "\"")
  private static let escape = UInt8(ascii: "\\")

  /// The claim on `key` by a caller in a scope, for one method; equal claims are the same request.
  static func claim(
    _ key: [UInt8], method: String, scope: Scope?, principal: Principal,
    fingerprint: [UInt8]
  ) -> IdempotencyClaim {
    // No part can hold a line end, so no two claims share a text.
    let parts = [
      scope?.organisation ?? "", scope?.user ?? "", scope?.project ?? "", principal.id, method,
      String(decoding: key, as: UTF8.self),
    ]
    return IdempotencyClaim(key: parts.joined(separator: "\n"), fingerprint: fingerprint)
  }

  /// The bytes whose digest tells two requests apart: method, path, sorted query, media type and
  /// body.
  static func material(
    verb: Verb, path: ArraySlice<UInt8>, query: ArraySlice<UInt8>, mediaType: StaticString?,
    body: [UInt8]
  ) -> [UInt8] {
    let pairs = query.split(separator: UInt8(ascii: "&"))
      .sorted { $0.lexicographicallyPrecedes($1) }
    var material = [UInt8](verb.rawValue.utf8)
    material.append(lineEnd)
    material.append(contentsOf: path)
    material.append(lineEnd)
    material.append(contentsOf: pairs.joined(separator: [UInt8(ascii: "&")]))
    material.append(lineEnd)
    if let mediaType { material.append(contentsOf: "\(mediaType)".utf8) }
    material.append(lineEnd)
    material.append(contentsOf: body)
    return material
  }

  private static let lengthMax = 255
  private static let lineEnd = UInt8(ascii: "\n")

  /// The refusal of a change that needs a key and has none.
  static let missing = refusal("REQUIRED", "every change here needs one, new for each")

  private static func invalid(_ message: String) -> Fault { refusal("INVALID", message) }

  private static func refusal(_ reason: String, _ message: String) -> Fault {
    Fault(
      .malformed, "\(fieldName): \(message)", name: "IDEMPOTENCY_KEY_\(reason)",
      details: [Fault.Detail("field", .text("\(fieldName)"))])
  }
}
