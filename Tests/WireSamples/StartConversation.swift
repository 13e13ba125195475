package import Wire

/// What a client sends
/// to "start" a conversation.
package struct StartConversation: Coded, Hashable {
  /// The session that the conversation belongs to.
  package let sessionKey: Text<1, 40>?
  /// The first words.
  package let input: Text<1, 100>
  /// Replies on a page.
  package var limit: Bounded<1, 200> = 50
  package var tags: [Text<1, 10>] = []
  package let messages: [Message]
  /// Anything.
  package let metadata: WireValue?
  /// A remark that can be cleared.
  package let note: Patch<Text<0, 80>>

  static let messagesMax = 8

  /// Whether there is anything to answer.
  package var isEmpty: Bool { messages.isEmpty }

  package func text(at index: Int) -> String? {
    messages.indices.contains(index) ? messages[index].content : nil
  }
}

/// One thing that was said.
package struct Message: Coded, Hashable {
  package let role: Role
  package let content: String
  package let sentAt: Timestamp?
}

/// Who speaks.
package enum Role: String, Coded, CaseIterable {
  case system, user
  case agent = "the agent"
  case `default`

  /// Whether a person speaks.
  package var isPerson: Bool {
    switch self {
    case .user: true
    case .system, .agent, .default: false
    }
  }
}
