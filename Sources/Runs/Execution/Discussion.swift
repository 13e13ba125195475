internal import Wire

/// How far the members of a group are, and what they have said.
struct Discussion: Coded, Hashable {
  /// The round, from 1.
  var round: Int64 = 1
  /// The members of this round that have had their turn; the lead's comes after all of them.
  var turnsDone: Int64 = 0
  var contributions: [Contribution] = []
}

/// What a member said in its turn.
struct Contribution: Coded, Hashable {
  let round: Int64
  /// The name of the member's role.
  let name: String
  let text: String
}

extension Discussion {
  /// Letters of a contribution that others are shown.
  private static let shownMax = 20_000

  /// Adds what a member said, if it said anything.
  mutating func add(_ text: String, by name: String) {
    guard !text.isEmpty else { return }
    contributions.append(
      Contribution(round: round, name: name, text: String(text.prefix(Self.shownMax))))
  }

  /// The task as a member reads it that speaks after others.
  func asked(_ task: String) -> String {
    guard !contributions.isEmpty else { return task }
    let said = contributions.map { "## \($0.name), round \($0.round)\n\n\($0.text)" }
    return "\(task)\n\n# What was said so far\n\n" + said.joined(separator: "\n\n")
  }
}
