/// Why a message was not handed over; the text is for operators, and holds neither a credential nor
/// anything of the message.
package enum MailFailure: Error, Hashable, Sendable {
  /// A later try may succeed: the way was blocked, or an operator can open it.
  case temporary(String)
  /// No try will succeed: the server refuses this message or its recipient.
  case permanent(String)
}
