import Curl
import Models
import Runs

/// The way to Feishu, as the configuration has it.
enum FeishuRoute {
  /// Who asks Feishu; nil where there are no credentials.
  static func client(
    _ settings: FeishuSettings, _ ground: Ground
  ) throws(StartFailure) -> FeishuClient? {
    guard let appID = settings.appID, let path = settings.secretFile else { return nil }
    let bytes = try FileText.read(path)
    let line = String(decoding: bytes.prefix { $0 != 0x0a && $0 != 0x0d }, as: UTF8.self)
    guard let secret = ProviderKey(line) else {
      throw StartFailure(.configuration, "\(path): the first line is no secret of visible ASCII")
    }
    guard let address = ProviderAddress(settings.baseURL) else {
      throw StartFailure(.configuration, "feishu-base-url: this is no address")
    }
    guard let transport = CurlTransport(wallClock: ground.wallClock) else {
      throw StartFailure(.configuration, "reading Feishu needs \(CurlLibrary.missing)")
    }
    return FeishuClient(
      FeishuAccess(appID: appID, secret: secret, address: address), over: transport,
      policy: Ground.retries, clock: ground.clock, pausing: SystemPausing())
  }
}
