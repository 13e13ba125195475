package import Wire

/// Parts of what somebody else sends; whatever has another kind is not there.
extension WireValue {
  /// The text that it is.
  package var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  /// The integer that it is.
  package var integer: Int64? {
    guard case .integer(let integer) = self else { return nil }
    return integer
  }

  /// The elements of the array that it is.
  package var elements: [WireValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  var isMap: Bool {
    guard case .map = self else { return false }
    return true
  }

  /// The value as JSON.
  var jsonText: String { String(decoding: json(), as: UTF8.self) }
}

extension Int64 {
  /// The sum of a provider's numbers, which may be of any size.
  static func saturatingSum(_ numbers: [Int64]) -> Int64 {
    numbers.reduce(0) { sum, number in
      let (result, overflows) = sum.addingReportingOverflow(number)
      return overflows ? .max : result
    }
  }
}
