internal import Wire

/// The name of a run: `run_` and letters or digits.
package struct RunID: MadeName {
  package static let prefix: StaticString = "run_"
  package let text: String

  package init(trusted text: String) { self.text = text }
}
