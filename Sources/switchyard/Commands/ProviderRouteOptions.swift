import ArgumentParser
import Models
import Runs
import TLS

/// What `provider add` is told of the way to a provider.
struct ProviderRouteOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Certificates in PEM that the provider's is held against in place of the machine's; they are "
        + "kept, the file is not looked at again."), completion: .file())
  var caFile: String?
  @Option(help: "Seconds in which a connection must be there.") var connectTimeout: Int?
  @Option(help: "Seconds for which the provider may say nothing.") var silenceTimeout: Int?
  @Option(
    help: ArgumentHelp(
      "The proxy that leads there, as http://, https:// or socks5h:// with a port; none for no "
        + "proxy at all. When this is absent it is the environment's."))
  var proxy: String?
  @Flag(
    help: "Read NAME:PASSWORD for the proxy from a line of the input, behind that of the key.")
  var proxyLoginStdin = false

  /// The way, without what is read from the input.
  func route() throws(StartFailure) -> ProviderRoute {
    let standard = ProviderRoute.standard
    return ProviderRoute(
      authority: try caFile.map { (path) throws(StartFailure) in try Self.certificates(path) },
      proxy: try chosenProxy(),
      connectTimeout: try Self.seconds(
        connectTimeout, ProviderRoute.connectSeconds, "--connect-timeout")
        ?? standard.connectTimeout,
      silenceTimeout: try Self.seconds(
        silenceTimeout, ProviderRoute.silenceSeconds, "--silence-timeout")
        ?? standard.silenceTimeout)
  }

  /// The way with what the proxy knows this server by, where that is to be read from the input.
  func completing(_ route: ProviderRoute) throws(StartFailure) -> ProviderRoute {
    guard proxyLoginStdin, case .through(let address, _) = route.proxy else { return route }
    return ProviderRoute(
      authority: route.authority, proxy: .through(address, login: try Self.login()),
      connectTimeout: route.connectTimeout, silenceTimeout: route.silenceTimeout)
  }

  private func chosenProxy() throws(StartFailure) -> ProviderProxy {
    if proxyLoginStdin, proxy == nil || proxy == Self.noProxy {
      throw StartFailure(.usage, "--proxy-login-stdin: there is no --proxy that would ask for it")
    }
    guard let proxy else { return .environment }
    guard proxy != Self.noProxy else { return .none }
    guard let address = ProxyAddress(proxy) else {
      throw StartFailure(
        .usage,
        "--proxy: http://, https:// or socks5h://, a host, a port and no credentials, which "
          + "--proxy-login-stdin reads; or none")
    }
    return .through(address, login: nil)
  }

  private static let noProxy = "none"

  private static func login() throws(StartFailure) -> ProxyLogin {
    let line = try Terminal.withoutEcho { () throws(StartFailure) in try FileText.readLine() }
    guard let text = String(validating: line, as: UTF8.self), let login = ProxyLogin(text) else {
      throw StartFailure(
        .refused,
        "--proxy-login-stdin: NAME:PASSWORD, at most \(ProxyLogin.bytesMax) visible characters of "
          + "ASCII")
    }
    return login
  }

  private static func seconds(
    _ number: Int?, _ range: ClosedRange<Int>, _ option: String
  ) throws(StartFailure) -> Duration? {
    guard let number else { return nil }
    guard range.contains(number) else {
      throw StartFailure(.usage, "\(option): \(range.lowerBound) to \(range.upperBound) seconds")
    }
    return .seconds(number)
  }

  /// The certificates of a file, and nothing else of it.
  private static func certificates(_ path: String) throws(StartFailure) -> String {
    let bytes = try FileText.read(path)
    guard bytes.count <= ProviderRoute.authorityBytesMax else {
      throw StartFailure(
        .refused, "--ca-file: \(path) has more than \(ProviderRoute.authorityBytesMax) bytes")
    }
    guard !String(decoding: bytes, as: UTF8.self).contains("PRIVATE KEY-----") else {
      throw StartFailure(
        .refused, "--ca-file: \(path) holds a private key: name a file of certificates alone")
    }
    do throws(CredentialError) {
      return String(decoding: try TrustedCertificates(pem: bytes).pem, as: UTF8.self)
    } catch {
      throw StartFailure(.refused, "--ca-file: \(path): \(error)")
    }
  }
}

extension ProviderRoute {
  /// The proxy and whom is believed, a line for each.
  var lines: [String] {
    let own =
      authorityCount == 1 ? "1 certificate of its own" : "\(authorityCount) certificates of its own"
    return [
      "proxy: \(proxy.text ?? "as the environment says")",
      "trust: \(authority == nil ? "the machine's certificates" : own)",
    ]
  }
}

extension ProviderProxy {
  /// The address without credentials, or `none`; nil where the environment says it.
  var text: String? {
    switch self {
    case .environment: nil
    case .none: "none"
    case .through(let address, _): address.text
    }
  }
}
