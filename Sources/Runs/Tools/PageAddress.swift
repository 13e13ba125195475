/// An address of a page, read so strictly that nobody reads another server's name in it.
struct PageAddress: Hashable, Sendable {
  /// `http` or `https`.
  let scheme: String
  /// A name in small letters without a last dot, or an address of IPv6 in brackets.
  let host: String
  /// Nil for the scheme's own.
  let port: Int?
  /// Path and query, with a slash at the beginning.
  let target: String

  /// The most bytes of an address.
  static let bytesMax = 2_048

  /// Why a text is no address of a page.
  enum Problem: Error, Hashable, Sendable {
    case tooLong
    /// It is neither `http` nor `https`.
    case scheme
    /// It holds a name for its server, and perhaps a password.
    case credentials
    case host
    case port
    /// A blank, a backslash, a control.
    case character
  }

  init(_ text: String) throws(Problem) {
    guard text.utf8.count <= Self.bytesMax else { throw .tooLong }
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
      let scheme = ["http", "https"].first(where: { $0 == text[..<colon].lowercased() }),
      text.utf8[colon...].starts(with: "://".utf8)
    else { throw .scheme }
    let rest = text.utf8[colon...].dropFirst(3)
    let end = rest.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex
    let authority = Array(rest[..<end])
    guard authority.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\") }) else {
      throw .character
    }
    guard !authority.contains(UInt8(ascii: "@")) else { throw .credentials }
    self.scheme = scheme
    let places = Self.split(authority)
    host = try Self.host(places.host)
    port = try places.port.flatMap { port throws(Problem) in try Self.port(port) }
    target = try Self.target(rest[end...])
  }

  private init(scheme: String, host: String, port: Int?, target: String) {
    (self.scheme, self.host, self.port, self.target) = (scheme, host, port, target)
  }

  /// The address as it is asked for.
  var text: String { "\(origin)\(target)" }

  private var origin: String { "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "") }

  /// Where a server leads that answers with a `location` (RFC 3986 §5.2).
  func leading(to location: String) throws(Problem) -> PageAddress {
    let path = String(target.prefix { $0 != "?" })
    let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
    let begin = location.utf8.prefix { !"/?#".utf8.contains($0) }
    if begin.contains(UInt8(ascii: ":")) { return try PageAddress(location) }
    if location.utf8.starts(with: "//".utf8) { return try PageAddress("\(scheme):\(location)") }
    let whole =
      switch location.utf8.first {
      case UInt8(ascii: "/"): location
      case UInt8(ascii: "?"): path + location
      case nil, UInt8(ascii: "#"): target
      default: "\(folder)\(location)"
      }
    guard origin.utf8.count + whole.utf8.count <= Self.bytesMax else { throw .tooLong }
    return PageAddress(
      scheme: scheme, host: host, port: port, target: try Self.target(whole.utf8[...]))
  }

  /// What stands before the port, and the port, which may be empty.
  private static func split(_ authority: [UInt8]) -> (host: [UInt8], port: [UInt8]?) {
    let afterHost = authority.lastIndex(of: UInt8(ascii: "]")) ?? 0
    guard let colon = authority[afterHost...].firstIndex(of: UInt8(ascii: ":")) else {
      return (authority, nil)
    }
    return (Array(authority[..<colon]), Array(authority[(colon + 1)...]))
  }

  private static func host(_ bytes: [UInt8]) throws(Problem) -> String {
    var text = String(decoding: bytes, as: UTF8.self).lowercased()
    if text.hasPrefix("[") {
      guard text.hasSuffix("]"), text.utf8.count > 3,
        text.utf8.dropFirst().dropLast().allSatisfy({ "0123456789abcdef:.".utf8.contains($0) })
      else { throw .host }
      return text
    }
    if text.hasSuffix(".") { text.removeLast() }
    guard (1...253).contains(text.utf8.count),
      text.utf8.allSatisfy({ "0123456789abcdefghijklmnopqrstuvwxyz-._".utf8.contains($0) }),
      !text.hasPrefix("."), !text.hasSuffix("."), !text.contains("..")
    else { throw .host }
    return text
  }

  private static func port(_ bytes: [UInt8]) throws(Problem) -> Int? {
    if bytes.isEmpty { return nil }
    guard bytes.count <= 5, bytes.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = Int(String(decoding: bytes, as: UTF8.self)), (1...65_535).contains(port)
    else { throw .port }
    return port
  }

  /// Path and query without what comes behind `#`; letters of other scripts are written as their
  /// bytes.
  private static func target(_ bytes: some Sequence<UInt8>) throws(Problem) -> String {
    var target: [UInt8] = []
    for byte in bytes {
      if byte == UInt8(ascii: "#") { break }
      if target.isEmpty, byte != UInt8(ascii: "/") { target.append(UInt8(ascii: "/")) }
      switch byte {
      case 0...0x20, 0x7f, UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "<"),
        UInt8(ascii: ">"):
        throw .character
      case 0x80...:
        target += "%\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))".utf8
      default: target.append(byte)
      }
    }
    return target.isEmpty ? "/" : String(decoding: target, as: UTF8.self)
  }
}
