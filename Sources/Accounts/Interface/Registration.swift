internal import Wire

/// What begins a registration.
package struct Registration: Coded {
  package let username: Username
  package let email: EmailAddress
  package let password: Password
  /// Where the mail sends its reader afterwards: a page of an origin that the operator allows.
  package let redirectTo: WebAddress?
}

/// The receipt for a registration, the same whoever has the address.
package struct RegistrationReceipt: Coded {
  package let email: String
}

/// Whom a code is to be sent to again.
package struct Resending: Coded {
  package let email: EmailAddress
}

/// What ends a registration.
package struct Verification: Coded {
  package let email: EmailAddress
  /// The six digits of the mail.
  package let token: VerificationCode
}
