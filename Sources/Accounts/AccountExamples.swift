internal import Contract

/// What documents show of the methods of accounts.
enum AccountExamples {
  private static let session: StaticString = """
    {"access_token":"eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImtleV8xIn0.e30.c2lnbmF0dXJl",\
    "refresh_token":"rt1.fam_01kaz8k3v5m9q2w4e6r8t0y1xa.1.b25lLWh1bmRyZWQtYW5kLWZpZnR5LWJpdHM",\
    "expires_in":3600,"token_type":"bearer",\
    "user":{"id":"0199d1f0-7c3a-7d2e-9b41-5d0c7a1e2f33","email":"ada@example.com"}}
    """
  private static let profile: StaticString = """
    {"id":"0199d1f0-7c3a-7d2e-9b41-5d0c7a1e2f33","username":"ada","bio":"I count."}
    """

  static let chat = MethodExample(
    #"{"message":"What is 6 * 7?"}"#,
    answer: """
      {"session_id":"0199d1f0-7c3a-7d2e-9b41-5d0c7a1e2f33","output":"42","events":[\
      {"type":"RUN_STARTED","run_id":"run_01kaz8k3v5m9q2w4e6r8t0y1xa"},\
      {"type":"RUN_FINISHED","run_id":"run_01kaz8k3v5m9q2w4e6r8t0y1xa","output":"42"}]}
      """)
  static let register = MethodExample(
    #"{"username":"ada","email":"ada@example.com","password":"analytical engine"}"#,
    answer: #"{"email":"ada@example.com"}"#)
  static let resend = MethodExample(#"{"email":"ada@example.com"}"#, answer: "{}")
  static let verify = MethodExample(
    #"{"email":"ada@example.com","token":"021843"}"#, answer: session)
  static let signIn = MethodExample(
    #"{"email":"ada@example.com","password":"analytical engine"}"#, answer: session)
  static let refresh = MethodExample(
    """
    {"refresh_token":"rt1.fam_01kaz8k3v5m9q2w4e6r8t0y1xa.1.b25lLWh1bmRyZWQtYW5kLWZpZnR5LWJpdHM"}
    """, answer: session)
  static let signOut = MethodExample(
    """
    {"refresh_token":"rt1.fam_01kaz8k3v5m9q2w4e6r8t0y1xa.1.b25lLWh1bmRyZWQtYW5kLWZpZnR5LWJpdHM"}
    """, answer: "{}")
  static let findUser = MethodExample(
    #"{"email":"ada@example.com"}"#,
    answer: """
      {"id":"0199d1f0-7c3a-7d2e-9b41-5d0c7a1e2f33","email":"ada@example.com",\
      "created_at":"2026-11-27T10:20:30.400Z","email_confirmed_at":"2026-11-27T10:20:30.400Z"}
      """)
  static let me = MethodExample("{}", answer: profile)
  static let updateMe = MethodExample(#"{"bio":"I count.","avatar_url":null}"#, answer: profile)
  static let getUser = MethodExample(#"{"username":"ada"}"#, answer: profile)
}
