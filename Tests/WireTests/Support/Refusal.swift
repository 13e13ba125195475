import Testing

@testable import Wire

/// What a reader said about bytes: nothing, or kind, offset and path.
struct Refusal: Equatable, CustomStringConvertible {
  let kind: DecodeError.Kind
  let offset: Int?
  let path: String

  init(_ kind: DecodeError.Kind, _ offset: Int?, _ path: String = "") {
    self.kind = kind
    self.offset = offset
    self.path = path
  }

  var description: String { "\(kind.rawValue) at \(offset.map(String.init) ?? "-") in '\(path)'" }

  /// The refusal of `read`, nil when it takes the bytes.
  static func of(_ read: () throws(DecodeError) -> Void) -> Refusal? {
    do throws(DecodeError) {
      try read()
      return nil
    } catch {
      return Refusal(error.kind, error.offset, error.path.description)
    }
  }
}
