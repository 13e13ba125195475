package import Wire

/// An input of a method and the answer that it gets, both as JSON.
package struct MethodExample: Sendable {
  package let input: StaticString
  package let answer: StaticString

  /// The whole input, whatever part of a request carries it; of a stream, the answer is one event.
  package init(_ input: StaticString, answer: StaticString) {
    self.input = input
    self.answer = answer
  }

  /// The input as a value.
  package func inputValue() throws(DecodeError) -> WireValue {
    try WireValue(json: [UInt8]("\(input)".utf8))
  }

  /// The answer as a value.
  package func answerValue() throws(DecodeError) -> WireValue {
    try WireValue(json: [UInt8]("\(answer)".utf8))
  }
}
