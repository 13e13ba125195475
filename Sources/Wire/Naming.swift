/// How a record's field names follow from its properties; `WireGenerator` reads the words, nothing
/// is kept.
package struct Naming: Sendable {
  /// `runID` is `run_id`: what a record has that says nothing.
  package static let snakeCase = Naming()
  /// `runID` is `runId`.
  package static let camelCase = Naming()

  /// Snake case but for the properties listed, which have the names given.
  package static func named(_ names: KeyValuePairs<String, String>) -> Naming { Naming() }

  /// Camel case but for the properties listed, which have the names given.
  package static func camelCase(except names: KeyValuePairs<String, String>) -> Naming { Naming() }

  private init() {}
}
