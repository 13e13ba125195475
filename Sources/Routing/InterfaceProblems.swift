/// Everything that is wrong with a table of methods and its limits, at once.
package struct InterfaceProblems: Error, Hashable, Sendable, CustomStringConvertible {
  package let problems: [String]

  package init(_ problems: [String]) {
    self.problems = problems
  }

  package var description: String { problems.joined(separator: "\n") }
}
