package import Wire

/// What opens a session.
package struct SignIn: Coded {
  package let email: EmailAddress
  package let password: Password
}

/// A refresh token that is presented.
package struct RefreshTokenInput: Coded {
  package let refreshToken: Text<1, 8192>
}

/// Which session ends.
package struct SignOut: Coded {
  /// Its refresh token; the session that the caller's own token is of when it is absent.
  package let refreshToken: Text<1, 8192>?
}

/// A session: what opens everything for an hour, and what gets the next hour.
package struct SessionBody: Coded {
  /// For `authorization`, as a bearer.
  package let accessToken: String
  /// Good once, within thirty days.
  package let refreshToken: String
  /// How long the access token lives, in seconds.
  package let expiresIn: Int64
  /// Always `bearer`.
  package let tokenType: String
  package let user: SessionUser
}

/// Whose session it is.
package struct SessionUser: Coded {
  package let id: String
  package let email: String
}
