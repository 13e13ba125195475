package import Wire

/// A user as every user sees them.
package struct Profile: Coded {
  static let omitsNil = true

  /// The user, for ever.
  package let id: String
  /// What people call the user by.
  package let username: String
  /// A picture of the user.
  package let avatarURL: String?
  /// A line about the user.
  package let bio: String?
}

/// A change of one's own profile; a field that is not there stays.
package struct ProfileChange: Coded {
  /// A new name; it cannot be taken away.
  package let username: Patch<Username>
  /// A picture; null takes it away.
  package let avatarURL: Patch<WebAddress>
  /// A line about oneself; null takes it away.
  package let bio: Patch<Text<0, 200>>
}

/// Which user is asked for.
package struct UserReference: Coded {
  package let username: Username
}

/// Whose account is asked for.
package struct AccountQuery: Coded {
  package let email: EmailAddress
}

/// An account as its owner and administrators see it.
package struct Account: Coded {
  static let omitsNil = true

  /// The user, for ever.
  package let id: String
  /// The address as it was spelt first.
  package let email: String
  /// When the user came to be.
  package let createdAt: Timestamp
  /// When the code of the address came back.
  package let emailConfirmedAt: Timestamp?
}
