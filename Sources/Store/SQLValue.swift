/// A value that a statement takes for one of its numbered parameters.
package enum SQLValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])

  /// The integer, or NULL.
  package static func optional(_ value: Int64?) -> SQLValue { value.map(integer) ?? .null }
  /// The number, or NULL.
  package static func optional(_ value: Double?) -> SQLValue { value.map(real) ?? .null }
  /// The text, or NULL.
  package static func optional(_ value: String?) -> SQLValue { value.map(text) ?? .null }
  /// The bytes, or NULL.
  package static func optional(_ value: [UInt8]?) -> SQLValue { value.map(blob) ?? .null }
}

extension SQLValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(stringLiteral value: String) { self = .text(value) }
}
