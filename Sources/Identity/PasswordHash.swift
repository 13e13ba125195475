internal import Cryptography
internal import Wire

/// A password as it is kept: what scrypt made of it, in the form that password hashes are written
/// in (the PHC string format).
struct PasswordHash: Hashable, Sendable {
  let scrypt: Scrypt
  let salt: [UInt8]
  let key: [UInt8]

  /// What new passwords are hashed with (the catalogue, §3.1): 32 MiB, some tens of milliseconds.
  static let standard: Scrypt = {
    guard let scrypt = Scrypt(logCost: 15, blockSize: 8, parallel: 1) else {
      preconditionFailure("the standard's numbers are not allowed")
    }
    return scrypt
  }()

  private static let saltCount = 16
  private static let keyCount = 32

  /// The hash of a password, with a salt of its own.
  init(_ password: String, scrypt: Scrypt = standard) {
    self.scrypt = scrypt
    salt = SecureRandom.bytes(Self.saltCount)
    key = scrypt.key(Array(password.utf8), salt: salt, count: Self.keyCount)
  }

  /// Whether it is of that password; how long it takes says nothing of how wrong that is.
  func verifies(_ password: String) -> Bool {
    constantTimeEqual(scrypt.key(Array(password.utf8), salt: salt, count: key.count), key)
  }

  /// `$scrypt$ln=15,r=8,p=1$SALT$KEY`, in base64 without padding.
  var text: String {
    "$scrypt$ln=\(scrypt.logCost),r=\(scrypt.blockSize),p=\(scrypt.parallel)"
      + "$\(PHCBase64.text(salt))$\(PHCBase64.text(key))"
  }

  /// The hash that is written so; nil for any other text.
  init?(text: String) {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
    let numbers = parts[2].split(separator: ",", omittingEmptySubsequences: false)
    guard numbers.count == 3, let logCost = Self.number(numbers[0], "ln="),
      let blockSize = Self.number(numbers[1], "r="), let parallel = Self.number(numbers[2], "p="),
      let scrypt = Scrypt(logCost: logCost, blockSize: blockSize, parallel: parallel),
      let salt = PHCBase64.bytes(parts[3]), (8...64).contains(salt.count),
      let key = PHCBase64.bytes(parts[4]), (16...64).contains(key.count)
    else { return nil }
    self.scrypt = scrypt
    self.salt = salt
    self.key = key
  }

  private static func number(_ text: Substring, _ name: String) -> Int? {
    guard text.hasPrefix(name) else { return nil }
    let digits = text.dropFirst(name.count)
    guard let number = Int(digits), "\(number)" == digits else { return nil }
    return number
  }
}

/// The base64 of the PHC string format: RFC 4648 §4 without padding.
enum PHCBase64 {
  static func text(_ bytes: [UInt8]) -> String {
    String(Base64URL.text(bytes).map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
  }

  static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    guard !text.contains(where: { $0 == "-" || $0 == "_" }) else { return nil }
    let url = text.utf8.map { byte -> UInt8 in
      switch byte {
      case UInt8(ascii: "+"): UInt8(ascii: "-")
      case UInt8(ascii: "/"): UInt8(ascii: "_")
      default: byte
      }
    }
    return Base64URL.bytes(url)
  }
}
