internal import Wire

/// A mail that the server writes, before it is on its way.
struct Letter: Coded {
  let recipient: String
  let subject: String
  let text: String
}

/// What the server writes mails about.
enum MailTemplate: String, Sendable {
  case verification
  case alreadyRegistered = "already-registered"
}

/// The words of mails.
extension Letter {
  /// The code that ends a registration.
  static func verification(
    to recipient: String, username: String, code: String, redirectTo: String?
  ) -> Letter {
    let page = redirectTo.map { "\nThen go on at:\n\n    \($0)\n" } ?? ""
    return Letter(
      recipient: recipient, subject: "Your code",
      text: """
        Hello \(username),

        this code ends your registration. It is good for ten minutes:

        \(code)
        \(page)
        If you did not ask for it, do nothing: without the code there is no account.

        """)
  }

  /// Somebody began a registration with an address that has an account.
  static func alreadyRegistered(to recipient: String) -> Letter {
    Letter(
      recipient: recipient, subject: "You have an account already",
      text: """
        Hello,

        somebody began a registration with this address, which has an account already. If that was
        you, sign in with your password. If not, there is nothing to do: nothing was changed.

        """)
  }

  /// An operator wants to see whether mail arrives.
  static func trial(to recipient: String) -> Letter {
    Letter(
      recipient: recipient, subject: "Mail of this server arrives",
      text: """
        Hello,

        whoever runs this server sent this mail to see whether mail arrives. It does; there is
        nothing to do.

        """)
  }
}
