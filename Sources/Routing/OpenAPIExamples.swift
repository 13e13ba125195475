import Contract
import Wire

/// A row's example, spread over the places of a request as a caller spreads it.
struct OpenAPIExamples {
  private let row: MethodDescription
  private let input: WireValue
  /// The answer; nil where the row has no example.
  let answer: WireValue?

  init(_ row: MethodDescription) {
    self.row = row
    do throws(DecodeError) {
      input = try row.example?.inputValue() ?? [:]
      answer = try row.example?.answerValue()
    } catch {
      preconditionFailure("the example of \(row.name) does not read: \(error.message)")
    }
  }

  /// The value of a parameter.
  func parameter(_ name: String) -> WireValue? { input[name] }

  /// The body: what no path carries; nil where there is no example.
  var body: WireValue? {
    guard row.example != nil, case .map(let members) = input else { return nil }
    let inPath = row.path.parameters
    return .map(
      members.filter { member in
        if case .text(let name) = member.key { !inPath.contains(name) } else { true }
      })
  }

  /// The body of Markdown.
  var markdown: WireValue? { row.markdownField.flatMap { input[$0] } }
}
