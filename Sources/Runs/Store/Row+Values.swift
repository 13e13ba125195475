internal import Store
internal import Wire

extension Row {
  /// The column's text as a case of a closed set; another text is damage.
  borrowing func choice<Choice: RawRepresentable<String>>(
    _ column: Int
  ) throws(StoreError) -> Choice {
    guard let choice = Choice(rawValue: try text(column)) else {
      throw .unreadable(column: column, expected: .text)
    }
    return choice
  }

  borrowing func optionalChoice<Choice: RawRepresentable<String>>(
    _ column: Int
  ) throws(StoreError) -> Choice? {
    isNull(column) ? nil : try choice(column)
  }

  borrowing func optionalJSON<Value: Coded>(_ column: Int) throws(StoreError) -> Value? {
    isNull(column) ? nil : try json(column)
  }

  /// The column's JSON as a value; JSON that does not read is damage.
  borrowing func json<Value: Coded>(_ column: Int) throws(StoreError) -> Value {
    let bytes = try textBytes(column)
    do throws(DecodeError) {
      return try Value(json: bytes)
    } catch {
      throw .unreadable(column: column, expected: .text)
    }
  }
}

extension SQLValue {
  /// The value's JSON as text.
  static func json(_ value: some Coded) -> SQLValue {
    .text(String(decoding: value.json(), as: UTF8.self))
  }
}
