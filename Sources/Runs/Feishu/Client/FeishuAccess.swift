package import Models

/// What this server is known by to Feishu, and where Feishu is.
package struct FeishuAccess: Sendable {
  /// The address of Feishu's own platform.
  package static let standardAddress = "https://open.feishu.cn"

  /// The application's name.
  package let appID: String
  /// What only the application knows.
  package let secret: ProviderKey
  /// Where the platform is.
  package let address: ProviderAddress

  package init(appID: String, secret: ProviderKey, address: ProviderAddress) {
    self.appID = appID
    self.secret = secret
    self.address = address
  }
}

/// The token by which Feishu knows requests of this server, until it runs out.
actor FeishuPass {
  /// How long before its end a token is not used any more, in seconds.
  private static let marginSeconds: Int64 = 120

  private var token: ProviderKey?
  private var endNanoseconds: Int64 = 0

  /// The token, if it is good at `now`, in the nanoseconds of a clock that goes forward.
  func token(at now: Int64) -> ProviderKey? {
    now < endNanoseconds ? token : nil
  }

  /// Keeps a token that was given at `now`; one that lives shortly is used for half of its life.
  func keep(_ token: ProviderKey, forSeconds seconds: Int64, at now: Int64) {
    self.token = token
    let used = max(seconds - Self.marginSeconds, seconds / 2)
    endNanoseconds = now + min(max(0, used), 86_400) * 1_000_000_000
  }

  /// Forgets a token that Feishu does not take, unless there is another by now.
  func drop(_ refused: ProviderKey) {
    if token?.secret == refused.secret { token = nil }
  }
}
