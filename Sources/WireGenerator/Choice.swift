/// An enum with raw text whose coding is to be written.
struct Choice: Hashable, Sendable {
  let path: [String]
  let isPackage: Bool
  let documentation: String
  let cases: [Case]

  struct Case: Hashable, Sendable {
    /// The case's name as source writes it.
    let source: String
    /// The raw value.
    let text: String
  }

  var name: String { path.joined(separator: ".") }
}
