internal import Models
internal import Wire

/// How far the members of a group are, and what they have said.
struct Discussion: Coded, Hashable {
  /// The round, from 1.
  var round: Int64 = 1
  /// The members that have had their turn in this round; the lead's comes after all of them.
  var heard: [String] = []
  /// The agents that have been given their task in this round.
  var given: [String] = []
  var contributions: [Contribution] = []
  /// What was said last in this round, whole: the answer of a group without a lead.
  var last: String = ""
  /// What was said rests on.
  var refs: [EvidenceRef] = []
}

/// What a member said in its turn.
struct Contribution: Coded, Hashable {
  let round: Int64
  /// The name of the member's role.
  let name: String
  /// As much of it as others are shown.
  let text: String
}

extension Discussion {
  /// Scalars of a contribution, and of all of them, that a member is shown.
  private static let shownMax = 20_000
  private static let shownInAllMax = 200_000

  /// Adds what a member said, and what that rests on.
  mutating func add(_ text: String, by name: String, after sources: [EvidenceRef]) {
    last = text
    refs.add(sources)
    let shown = Excerpt.clipped(text, scalarsMax: Self.shownMax)
    contributions.append(Contribution(round: round, name: name, text: shown))
    var room = Self.shownInAllMax
    let kept = contributions.reversed().prefix { contribution in
      room -= contribution.text.unicodeScalars.count
      return room >= 0
    }
    contributions = kept.reversed()
  }

  /// Begins the next round.
  mutating func advance() {
    round += 1
    repeatRound()
    last = ""
  }

  /// Has everybody speak again in this round.
  mutating func repeatRound() {
    heard = []
    given = []
  }

  /// The task as a member reads it that speaks after others.
  func asked(_ task: String) -> String {
    guard !contributions.isEmpty else { return task }
    let said = contributions.map { "## \($0.name), round \($0.round)\n\n\($0.text)" }
    return "\(task)\n\n# What was said so far\n\n" + said.joined(separator: "\n\n")
  }
}
