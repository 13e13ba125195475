/// What a reader says it expected, in words that are the same in every format.
enum Expected {
  static let boolean: StaticString = "true or false"
  static let number: StaticString = "a number"
  static let integer: StaticString = "an integer"
  static let text: StaticString = "a string"
  static let array: StaticString = "an array"
  static let map: StaticString = "an object"
}
