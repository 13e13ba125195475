package import Contract

/// The head of an answer that many others resemble: fields that they share, the length of the
/// content, and one value that hardly comes again.
package struct AnswerHead {
  let status: Int
  let shared: SharedFields
  let contentLength: Int?
  /// How many decimal digits the length has; nil when there is none.
  let lengthDigits: Int?
  let uniqueName: StaticString
  let unique: UUIDv7

  /// `uniqueName` is lower case.
  package init(
    status: Int, shared: SharedFields, contentLength: Int?, uniqueName: StaticString,
    unique: UUIDv7
  ) {
    self.status = status
    self.shared = shared
    self.contentLength = contentLength
    lengthDigits = contentLength.map(Self.digits)
    self.uniqueName = uniqueName
    self.unique = unique
  }

  private static func digits(_ number: Int) -> Int {
    var (digits, limit) = (1, 10)
    while number >= limit, digits < 19 {
      digits &+= 1
      limit = limit &* 10
    }
    return digits
  }
}

/// Fields of many answers, in the form in which the frame engine reads them; made once for all
/// sessions of a thread.
package final class SharedFields {
  let fields: NativeFields

  /// A copy of `fields`.
  package init(_ fields: FieldSection) {
    self.fields = NativeFields(fields)
  }
}
