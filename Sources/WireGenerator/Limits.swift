/// How much the generator takes; more is an error, never a truncation.
enum Limits {
  /// Bytes of one source file.
  static let fileMax = 4 << 20
  /// Fields of one record: one bit each in the draft's mark of what it has seen.
  static let fieldsMax = 64
  /// Bytes of a name on the wire: its length is one byte of UTF-8 in a literal.
  static let nameMax = 127
  /// Levels of types inside types.
  static let nestingMax = 32
  /// Levels of generic arguments, arrays and optionals in one type.
  static let typeDepthMax = 32
  /// Levels of interpolation in one string literal.
  static let interpolationMax = 32
}
