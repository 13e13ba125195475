package import Wire

/// A name that the server makes: a prefix, and letters or digits.
package protocol MadeName: PatternedText {
  static var prefix: StaticString { get }

  /// A name that the server made or has stored.
  init(trusted text: String)
}

extension MadeName {
  private static var digits: ClosedRange<Int> { 1...64 }

  package static var form: TextSchema {
    TextSchema(
      maximum: prefix.utf8CodeUnitCount + digits.upperBound,
      pattern: "^\(prefix)[A-Za-z0-9]{\(digits.lowerBound),\(digits.upperBound)}$")
  }

  package init?(checking text: String) {
    guard Self.follows(text, prefix: "\(Self.prefix)", lengths: Self.digits, underscore: false)
    else { return nil }
    self.init(trusted: text)
  }
}
